// SPDX-License-Identifier: GPL-2.0
/*
 * The ESP SAs of one Child SA, in xfrm.
 *
 * This does what xfrm_user does for XFRM_MSG_NEWSA, but no state is inserted
 * while it still holds key bytes: they are wiped, and their length set to 0,
 * once the transform has them. A dump or notification then has none to show,
 * and XFRM_MSG_MIGRATE, which keys a new transform from the bytes of the old
 * state, fails instead of encrypting under zeros.
 *
 * Locks: every change is made under net->xfrm.xfrm_cfg_mutex, as are those of
 * xfrm_user and af_key, so what is looked up stays as it is until it has been
 * replaced or deleted, except that timers delete what expires. Transforms are
 * made before that lock is taken, and grace periods waited for after it.
 *
 * References: xfrm_state_alloc() gives the one that insertion hands over to
 * xfrm and that deletion drops. Whoever touches a state or a policy after it
 * could have been deleted holds one of his own.
 */
#include "esp.h"

#include <crypto/aead.h>
#include <linux/in.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "esp_policy.h"

#define ENCR_AES_GCM_16		20
#define AES_GCM_SALT_LEN	4
#define AES_GCM_ICV_BITS	128
#define ESP_KEY_LEN_MAX		(256 / 8 + AES_GCM_SALT_LEN)
#define REPLAY_WINDOW		32

/* Where other IKE daemons on Linux take theirs from, too. */
#define SPI_MIN			0xc0000000
#define SPI_MAX			0xcfffffff

static const struct xfrm_mark no_mark;

/**
 * pqike_esp_key_len() - octets of KEYMAT that one direction of an ESP SA takes
 * @encr: IKEv2 transform ID of type 1; ENCR_AES_GCM_16 (20) is supported
 * @key_bits: its Key Length attribute, without the salt: 128 or 256
 * @extack: says what is not supported; may be NULL
 *
 * The salt of RFC 4106, section 8.1, follows the AES key and is counted.
 *
 * Context: any.
 * Return: 20 or 36, or -EOPNOTSUPP.
 */
int pqike_esp_key_len(u16 encr, u16 key_bits, struct netlink_ext_ack *extack)
{
	if (encr != ENCR_AES_GCM_16) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "ESP transform %u is not supported, only AES_GCM_16 (20)",
				       encr);
		return -EOPNOTSUPP;
	}
	if (key_bits != 128 && key_bits != 256) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "AES_GCM_16 with %u bits is not supported, only 128 and 256",
				       key_bits);
		return -EOPNOTSUPP;
	}

	return key_bits / 8 + AES_GCM_SALT_LEN;
}

static int esp_check_family(const struct pqike_esp *esp,
			    struct netlink_ext_ack *extack)
{
	if (esp->family == AF_INET || esp->family == AF_INET6)
		return 0;

	NL_SET_ERR_MSG_FMT_MOD(extack,
			       "tunnel endpoints of address family %u are not supported",
			       esp->family);
	return -EAFNOSUPPORT;
}

/* RFC 4303, section 2.1: SPIs below 256 are reserved. */
static int esp_check_spi(__be32 spi, struct netlink_ext_ack *extack)
{
	if (be32_to_cpu(spi) >= 256)
		return 0;

	NL_SET_ERR_MSG_FMT_MOD(extack, "ESP SPI %u is reserved",
			       be32_to_cpu(spi));
	return -EINVAL;
}

static void esp_notify_state(struct xfrm_state *x, u32 event)
{
	const struct km_event c = { .event = event };

	km_state_notify(x, &c);
}

/**
 * pqike_esp_reserve_spi() - take an SPI for the inbound ESP SA
 * @net: network namespace of the SA
 * @esp: family, local, remote and reqid are read, spi_in is written
 * @extack: says what failed; may be NULL
 *
 * A larval state holds the SPI for net.core.xfrm_acq_expires seconds (30 by
 * default). After that it is free for others, but pqike_esp_install() still
 * takes it if it can. pqike_esp_remove() gives it back.
 *
 * Context: process; may sleep.
 * Return: 0, -EAFNOSUPPORT, -ENOMEM, -ENOENT when no free SPI was found, or
 * -ERESTARTSYS when a signal came first.
 */
int pqike_esp_reserve_spi(struct net *net, struct pqike_esp *esp,
			  struct netlink_ext_ack *extack)
{
	struct xfrm_state *x;
	int err;

	err = esp_check_family(esp, extack);
	if (err)
		return err;

	/*
	 * The lock keeps two callers from being given one larval state, which
	 * xfrm_find_acq() knows by addresses and reqid until it has its SPI.
	 */
	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	x = pqike_xfrm_find_acq(net, &no_mark, XFRM_MODE_TUNNEL, esp->reqid,
				IPPROTO_ESP, &esp->local, &esp->remote,
				esp->family);
	if (!x) {
		err = -ENOMEM;
		goto unlock;
	}

	err = pqike_xfrm_alloc_spi(x, SPI_MIN, SPI_MAX, extack);
	if (err)
		xfrm_state_delete(x);
	else
		esp->spi_in = x->id.spi;
	xfrm_state_put(x);
unlock:
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	return err;
}

static int esp_state_set_aead(struct xfrm_state *x, const u8 *key, int key_len,
			      struct netlink_ext_ack *extack)
{
	const struct xfrm_algo_desc *desc =
		xfrm_aead_get_byname("rfc4106(gcm(aes))", AES_GCM_ICV_BITS, 1);

	if (!desc) {
		NL_SET_ERR_MSG_MOD(extack,
				   "this kernel has no rfc4106(gcm(aes))");
		return -ENOENT;
	}

	x->aead = kzalloc(struct_size(x->aead, alg_key, key_len), GFP_KERNEL);
	if (!x->aead)
		return -ENOMEM;

	strscpy(x->aead->alg_name, desc->name, sizeof(x->aead->alg_name));
	x->aead->alg_key_len = key_len * 8;
	x->aead->alg_icv_len = AES_GCM_ICV_BITS;
	memcpy(x->aead->alg_key, key, key_len);
	x->props.ealgo = desc->desc.sadb_alg_id;
	x->geniv = desc->uinfo.aead.geniv;
	return 0;
}

/*
 * Key the transform, then take the key bytes away, whether or not that worked.
 * With length 0 and not only zero bytes: whoever keys another transform from
 * this state must be refused.
 */
static int esp_state_key(struct xfrm_state *x, const u8 *key, int key_len,
			 struct netlink_ext_ack *extack)
{
	int err;

	err = esp_state_set_aead(x, key, key_len, extack);
	if (err)
		return err;

	err = pqike_xfrm_init_state(x, extack);
	memzero_explicit(x->aead->alg_key, key_len);
	x->aead->alg_key_len = 0;
	if (err && extack && !extack->_msg)
		NL_SET_ERR_MSG_MOD(extack, "xfrm refused the ESP state");
	return err;
}

/* The end of a state that was not inserted; xfrm warns of one not dead. */
static void esp_state_discard(struct xfrm_state *x)
{
	x->km.state = XFRM_STATE_DEAD;
	xfrm_state_put(x);
}

static struct xfrm_state *esp_state_create(struct net *net,
					   const struct pqike_esp *esp,
					   bool inbound, const u8 *key,
					   struct netlink_ext_ack *extack)
{
	struct xfrm_state *x;
	int key_len;
	int err;

	key_len = pqike_esp_key_len(esp->encr, esp->encr_key_bits, extack);
	if (key_len < 0)
		return ERR_PTR(key_len);

	x = xfrm_state_alloc(net);
	if (!x)
		return ERR_PTR(-ENOMEM);

	x->id.daddr = inbound ? esp->local : esp->remote;
	x->id.spi = inbound ? esp->spi_in : esp->spi_out;
	x->id.proto = IPPROTO_ESP;
	x->props.saddr = inbound ? esp->remote : esp->local;
	x->props.family = esp->family;
	x->props.mode = XFRM_MODE_TUNNEL;
	x->props.reqid = esp->reqid;
	/* The policies select; a tunnel carries either address family. */
	x->props.flags = XFRM_STATE_AF_UNSPEC;
	x->props.replay_window = inbound ? REPLAY_WINDOW : 0;
	pqike_xfrm_set_dir(x, inbound);

	err = esp_state_key(x, key, key_len, extack);
	if (err) {
		esp_state_discard(x);
		return ERR_PTR(err);
	}
	pqike_xfrm_set_type_offload(x);

	return x;
}

/* Hands @x over to xfrm, or discards it. xfrm_cfg_mutex is held. */
static int esp_state_insert(struct xfrm_state *x,
			    struct netlink_ext_ack *extack)
{
	int err;

	xfrm_state_hold(x);
	err = xfrm_state_add(x);
	xfrm_audit_state_add(x, !err, true);
	if (err) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "xfrm has another state with SPI %08x",
				       be32_to_cpu(x->id.spi));
		__xfrm_state_put(x);
		esp_state_discard(x);
		return err;
	}

	esp_notify_state(x, XFRM_MSG_NEWSA);
	xfrm_state_put(x);
	return 0;
}

/*
 * The state of one direction, larval or full, with a reference; NULL if there
 * is none or if it is somebody else's, who came to the SPI after ours expired.
 */
static struct xfrm_state *esp_state_find(struct net *net,
					 const struct pqike_esp *esp,
					 bool inbound)
{
	const xfrm_address_t *saddr = inbound ? &esp->remote : &esp->local;
	const xfrm_address_t *daddr = inbound ? &esp->local : &esp->remote;
	__be32 spi = inbound ? esp->spi_in : esp->spi_out;
	struct xfrm_state *x;

	if (!spi)
		return NULL;

	x = xfrm_state_lookup(net, 0, daddr, spi, IPPROTO_ESP, esp->family);
	if (!x)
		return NULL;

	if (x->props.reqid != esp->reqid ||
	    x->props.mode != XFRM_MODE_TUNNEL ||
	    !xfrm_addr_equal(&x->props.saddr, saddr, esp->family)) {
		xfrm_state_put(x);
		return NULL;
	}

	return x;
}

/* Returns the dead state with a reference, or NULL. xfrm_cfg_mutex is held. */
static struct xfrm_state *esp_state_unlink(struct net *net,
					   const struct pqike_esp *esp,
					   bool inbound)
{
	struct xfrm_state *x;
	bool larval;
	int err;

	x = esp_state_find(net, esp, inbound);
	if (!x)
		return NULL;

	/* Nobody was told of a larval state, nor has it anything to audit. */
	larval = x->km.state == XFRM_STATE_ACQ;
	err = xfrm_state_delete(x);
	if (!larval) {
		xfrm_audit_state_delete(x, !err, true);
		if (!err)
			esp_notify_state(x, XFRM_MSG_DELSA);
	}

	return x;
}

/*
 * Put a dead state, found by esp_state_unlink() before the last
 * synchronize_net(). A socket that sends nothing can hold on to it, through
 * the route that it caches, for as long as it likes, so its transform gets a
 * key that nobody knows.
 *
 * Packets on their way through the transform have left it with
 * synchronize_net(), but for a preempted sender and what waits in a qdisc.
 * Those are lost at the peer, no more: setkey overwrites the key where it is,
 * except that ghash-generic frees its table and makes another one. There the
 * key goes with the last reference, as xfrm has it.
 *
 * A transform whose setkey fails refuses to encrypt, so the result is not
 * looked at.
 */
static void esp_state_retire(struct xfrm_state *x, int key_len)
{
	struct crypto_aead *aead = x->data;
	u8 key[ESP_KEY_LEN_MAX];

	if (x->aead && key_len > 0 &&
	    !strstr(crypto_tfm_alg_driver_name(crypto_aead_tfm(aead)),
		    "ghash-generic")) {
		get_random_bytes(key, key_len);
		crypto_aead_setkey(aead, key, key_len);
		memzero_explicit(key, sizeof(key));
	}

	xfrm_state_put(x);
}

/* xfrm_cfg_mutex is not held: this waits for a grace period. */
static void esp_states_retire(const struct pqike_esp *esp,
			      struct xfrm_state *x_in, struct xfrm_state *x_out)
{
	int key_len = pqike_esp_key_len(esp->encr, esp->encr_key_bits, NULL);

	if (!x_in && !x_out)
		return;

	synchronize_net();
	if (x_in)
		esp_state_retire(x_in, key_len);
	if (x_out)
		esp_state_retire(x_out, key_len);
}

/* Gives back what pqike_esp_reserve_spi() took. xfrm_cfg_mutex is held. */
static void esp_larval_delete(struct net *net, const struct pqike_esp *esp)
{
	struct xfrm_state *x = esp_state_find(net, esp, true);

	if (!x)
		return;

	if (x->km.state == XFRM_STATE_ACQ)
		xfrm_state_delete(x);
	xfrm_state_put(x);
}

/*
 * Takes both states. Whether the larval state is there or has expired, the SPI
 * is free for xfrm_state_add() once it is deleted. xfrm_state_update() would
 * also do where there is one, but put our lifetimes into somebody else's state
 * where that has the SPI by now.
 */
static int esp_insert(struct net *net, const struct pqike_esp *esp,
		      struct xfrm_state *x_in, struct xfrm_state *x_out,
		      struct netlink_ext_ack *extack)
{
	struct xfrm_state *dead_in = NULL, *dead_out = NULL;
	int err;

	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	esp_larval_delete(net, esp);
	err = esp_state_insert(x_in, extack);
	if (err) {
		esp_state_discard(x_out);
		goto unlock;
	}
	err = esp_state_insert(x_out, extack);
	if (err)
		goto remove_in;
	err = pqike_esp_policies_insert(net, esp, extack);
	if (!err)
		goto unlock;

	dead_out = esp_state_unlink(net, esp, false);
remove_in:
	dead_in = esp_state_unlink(net, esp, true);
unlock:
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	esp_states_retire(esp, dead_in, dead_out);
	return err;
}

/**
 * pqike_esp_install() - put a Child SA's states and policies into xfrm
 * @net: network namespace of the SA
 * @esp: the Child SA; all of it is read
 * @key_in: pqike_esp_key_len() octets, AES key and salt, for what is received
 * @key_out: as many for what is sent
 * @extack: says what failed, and names the selector of a policy that is there
 *	already; may be NULL
 *
 * Tunnel mode, anti-replay window 32, no ESN (RFC 4303, section 3.4.3). For
 * the policies see pqike_esp_policies_insert().
 *
 * All or nothing: after an error no state and no policy of @esp is left, the
 * larval one of pqike_esp_reserve_spi() included; pqike_esp_remove() need not be
 * called, and finds nothing if no other Child SA has the reqid. A policy that
 * exists is never replaced, whoever owns it. The caller wipes his own copy of
 * the keys; xfrm keeps none but the transform's.
 *
 * Context: process; may sleep, load modules, and on errors wait for an RCU
 * grace period.
 * Return: 0, -EOPNOTSUPP for the transform, -EAFNOSUPPORT for an address
 * family, -EINVAL for an SPI or the traffic selectors, -EEXIST when an SPI or a
 * selector is taken, -ENOENT when the kernel has no AES-GCM for ESP, -ENOMEM,
 * or what xfrm_init_state() returned.
 */
int pqike_esp_install(struct net *net, const struct pqike_esp *esp,
		      const u8 *key_in, const u8 *key_out,
		      struct netlink_ext_ack *extack)
{
	struct xfrm_state *x_in, *x_out;
	int err;

	err = esp_check_family(esp, extack) ?:
	      esp_check_spi(esp->spi_in, extack) ?:
	      esp_check_spi(esp->spi_out, extack) ?:
	      pqike_esp_policies_check(esp, extack);
	if (err)
		goto give_spi_back;

	x_in = esp_state_create(net, esp, true, key_in, extack);
	if (IS_ERR(x_in)) {
		err = PTR_ERR(x_in);
		goto give_spi_back;
	}
	x_out = esp_state_create(net, esp, false, key_out, extack);
	if (IS_ERR(x_out)) {
		err = PTR_ERR(x_out);
		esp_state_discard(x_in);
		goto give_spi_back;
	}

	return esp_insert(net, esp, x_in, x_out, extack);

give_spi_back:
	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	esp_larval_delete(net, esp);
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	return err;
}

/**
 * pqike_esp_remove() - take a Child SA out of xfrm
 * @net: network namespace of the SA
 * @esp: as it was given to pqike_esp_install() or pqike_esp_reserve_spi()
 *
 * Deletes the policies first, then the states, and tells the key managers of
 * each. What is not there any more, or belongs to somebody else (the reqid and
 * the tunnel's addresses tell), is passed over. An SPI of 0 is none, and so are
 * 0 traffic selectors, so that a larval state alone goes, too. When this
 * returns, no transform holds the keys, whoever holds on to a state; but see
 * esp_state_retire() for processors without carry-less multiplication.
 *
 * Context: process; sleeps until an RCU grace period has passed.
 */
void pqike_esp_remove(struct net *net, const struct pqike_esp *esp)
{
	struct xfrm_state *x_in, *x_out;

	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	pqike_esp_policies_delete(net, esp);
	x_in = esp_state_unlink(net, esp, true);
	x_out = esp_state_unlink(net, esp, false);
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	esp_states_retire(esp, x_in, x_out);
}

static void esp_state_count(struct net *net, const struct pqike_esp *esp,
			    bool inbound, u64 *bytes, u64 *packets)
{
	struct xfrm_state *x = esp_state_find(net, esp, inbound);

	if (!x)
		return;

	spin_lock_bh(&x->lock);
	*bytes = x->curlft.bytes;
	*packets = x->curlft.packets;
	spin_unlock_bh(&x->lock);
	xfrm_state_put(x);
}

/**
 * pqike_esp_counters() - what a Child SA has carried
 * @net: network namespace of the SA
 * @esp: as it was given to pqike_esp_install()
 * @counters: octets, as xfrm counts them, and packets in each direction; 0 for
 *	a direction whose state is gone
 *
 * Context: any but hard interrupts; does not sleep.
 */
void pqike_esp_counters(struct net *net, const struct pqike_esp *esp,
			struct pqike_esp_counters *counters)
{
	memset(counters, 0, sizeof(*counters));
	esp_state_count(net, esp, true, &counters->bytes_in,
			&counters->packets_in);
	esp_state_count(net, esp, false, &counters->bytes_out,
			&counters->packets_out);
}
