// SPDX-License-Identifier: GPL-2.0
/*
 * The SPIs of inbound ESP SAs: chosen here, and reserved from then until their
 * Child SA ends.
 *
 * xfrm would reserve one by a state without keys, which its timer ends at any
 * moment, also between a look-up and the use of what was found. It knows nothing
 * of these reservations: states of others may come to the same SPI, and stop the
 * installation then.
 *
 * A reservation belongs to a Child SA, so there are as many as there may be Child
 * SAs, and they are charged to who makes these.
 */
#include "esp_spi.h"

#include <linux/err.h>
#include <linux/in.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "compat.h"

/* Where other IKE daemons on Linux take theirs from, too. */
#define SPI_MIN		0xc0000000
#define SPI_RANDOM_BITS	0x0fffffff

/*
 * Where a million SPIs of 268 million are taken, so many random ones in a row are
 * all taken once in 10^38 times.
 */
#define TRIES_MAX	16

/**
 * struct pqike_esp_spi - an SPI that is reserved
 * @node: in the table of its network namespace
 * @spi: the SPI
 * @rcu: who searches the table may still read this
 */
struct pqike_esp_spi {
	struct rhash_head node;
	__be32 spi;
	struct rcu_head rcu;
};

static const struct rhashtable_params table_params = {
	.key_len = sizeof_field(struct pqike_esp_spi, spi),
	.key_offset = offsetof(struct pqike_esp_spi, spi),
	.head_offset = offsetof(struct pqike_esp_spi, node),
	.automatic_shrinking = true,
};

/**
 * pqike_esp_spis_init() - begin with no SPI reserved
 * @spis: of a new network namespace
 *
 * Context: process; may sleep.
 * Return: 0 or -ENOMEM.
 */
int pqike_esp_spis_init(struct pqike_esp_spis *spis)
{
	return rhashtable_init(&spis->table, &table_params);
}

/**
 * pqike_esp_spis_destroy() - end with no SPI reserved
 * @spis: of a network namespace that ends; all have been given back
 *
 * Context: process; may sleep.
 */
void pqike_esp_spis_destroy(struct pqike_esp_spis *spis)
{
	WARN_ON(atomic_read(&spis->table.nelems));
	rhashtable_destroy(&spis->table);
}

/* The look-up that xfrm_state_add() makes. */
static bool is_in_xfrm(struct net *net, u16 family,
		       const xfrm_address_t *local, __be32 spi)
{
	struct xfrm_state *x;

	x = xfrm_state_lookup(net, 0, local, spi, IPPROTO_ESP, family);
	if (x)
		xfrm_state_put(x);
	return x;
}

static int try_random(struct net *net, struct pqike_esp_spi *spi, u16 family,
		      const xfrm_address_t *local)
{
	spi->spi = cpu_to_be32(SPI_MIN | (get_random_u32() & SPI_RANDOM_BITS));
	if (is_in_xfrm(net, family, local, spi->spi))
		return -EEXIST;
	return rhashtable_lookup_insert_fast(&pqike_esp_spis_of(net)->table,
					     &spi->node, table_params);
}

/**
 * pqike_esp_spi_reserve() - choose an SPI that no other Child SA has
 * @net: network namespace of the SA
 * @family: of @local
 * @local: address that it is to be received at; no state of xfrm has the SPI
 *	there
 * @extack: says what failed; may be NULL
 *
 * Context: process; may sleep.
 * Return: the reservation, for pqike_esp_spi_give_back(); or ERR_PTR() of -ENOMEM,
 * or of -EBUSY when %TRIES_MAX SPIs were taken.
 */
struct pqike_esp_spi *pqike_esp_spi_reserve(struct net *net, u16 family,
					    const xfrm_address_t *local,
					    struct netlink_ext_ack *extack)
{
	struct pqike_esp_spi *spi;
	int err = -EEXIST;

	spi = kzalloc_obj(*spi, GFP_KERNEL_ACCOUNT);
	if (!spi)
		return ERR_PTR(-ENOMEM);

	for (unsigned int i = 0; err == -EEXIST && i < TRIES_MAX; i++)
		err = try_random(net, spi, family, local);
	if (!err)
		return spi;

	kfree(spi);
	if (err != -EEXIST)
		return ERR_PTR(err);
	NL_SET_ERR_MSG_MOD(extack, "no free SPI was found");
	return ERR_PTR(-EBUSY);
}

/**
 * pqike_esp_spi_value() - the SPI that is reserved
 * @spi: of pqike_esp_spi_reserve()
 *
 * Context: any.
 * Return: not below 256, which RFC 4303 section 2.1 reserves.
 */
__be32 pqike_esp_spi_value(const struct pqike_esp_spi *spi)
{
	return spi->spi;
}

/**
 * pqike_esp_spi_give_back() - end a reservation
 * @net: network namespace of the SA
 * @spi: of pqike_esp_spi_reserve(), or NULL
 *
 * Context: process.
 */
void pqike_esp_spi_give_back(struct net *net, struct pqike_esp_spi *spi)
{
	if (!spi)
		return;
	rhashtable_remove_fast(&pqike_esp_spis_of(net)->table, &spi->node,
			       table_params);
	kfree_rcu(spi, rcu);
}
