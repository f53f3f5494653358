// SPDX-License-Identifier: GPL-2.0
/*
 * What a Child SA of a connection may be (R4): its selectors are what those of the
 * response have in common with the child's, its algorithms and key exchanges are of one
 * of the child's proposals, and all else that xfrm is told is the child's.
 */
#include "child_config.h"

#include <linux/bits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "child_negotiation.h"
#include "compat.h"
#include "ts_payload.h"

/*
 * An ESP SA without extended sequence numbers sends nothing more once they are
 * used up, and xfrm tells nobody (RFC 4303 section 3.3.3): it is rekeyed before.
 */
#define SEQUENCE_NUMBERS_SOFT	(3ULL << 30)
#define SEQUENCE_NUMBERS_RAND	BIT_ULL(28)
#define SEQUENCE_NUMBERS_HARD	((u64)U32_MAX)

static int check_count(unsigned int n_local_ts, unsigned int n_remote_ts,
		       struct netlink_ext_ack *extack)
{
	if (!n_local_ts || !n_remote_ts) {
		NL_SET_ERR_MSG(extack, "traffic selectors of both sides are needed");
		return -EINVAL;
	}
	if (n_local_ts > PQIKE_SELECTORS_MAX ||
	    n_remote_ts > PQIKE_SELECTORS_MAX) {
		NL_SET_ERR_MSG(extack, "too many traffic selectors");
		return -E2BIG;
	}
	if (n_local_ts * n_remote_ts > PQIKE_ESP_PAIRS_MAX) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "%u pairs of traffic selectors, %u at most",
				       n_local_ts * n_remote_ts,
				       PQIKE_ESP_PAIRS_MAX);
		return -E2BIG;
	}
	return 0;
}

/**
 * pqike_child_config_alloc() - make a child that no connection has yet
 * @n_local_ts: selectors of this side, 1 to %PQIKE_SELECTORS_MAX
 * @n_remote_ts: likewise of the peer, for %PQIKE_ESP_PAIRS_MAX pairs at most
 * @extack: says what is wrong with their number
 *
 * Context: may sleep.
 * Return: the child with one reference, its other fields zero; or ERR_PTR() of
 * -EINVAL, -E2BIG or -ENOMEM.
 */
struct pqike_child_config *
pqike_child_config_alloc(unsigned int n_local_ts, unsigned int n_remote_ts,
			 struct netlink_ext_ack *extack)
{
	struct pqike_child_config *config;
	int err;

	BUILD_BUG_ON(PQIKE_SELECTORS_MAX > PQIKE_ESP_TS_MAX);
	err = check_count(n_local_ts, n_remote_ts, extack);
	if (err)
		return ERR_PTR(err);
	config = kzalloc(struct_size(config, ts, n_local_ts + n_remote_ts),
			 GFP_KERNEL_ACCOUNT);
	if (!config)
		return ERR_PTR(-ENOMEM);
	kref_init(&config->ref);
	INIT_LIST_HEAD(&config->list);
	config->n_local_ts = n_local_ts;
	config->n_remote_ts = n_remote_ts;
	return config;
}

static void config_free(struct kref *ref)
{
	struct pqike_child_config *config =
		container_of(ref, struct pqike_child_config, ref);

	kfree(config->proposals.octets);
	kfree(config);
}

/**
 * pqike_child_config_put() - give back a reference
 * @config: the child, or NULL
 *
 * Context: any.
 */
void pqike_child_config_put(struct pqike_child_config *config)
{
	if (config)
		kref_put(&config->ref, config_free);
}

/* A dynamic selector is the address of that side's endpoint. */
static struct pqike_ts resolve_dynamic(const struct pqike_ts *ts, u16 family,
				       const xfrm_address_t *endpoint)
{
	struct pqike_ts resolved = *ts;

	if (ts->family == AF_UNSPEC) {
		resolved.family = family;
		resolved.address = *endpoint;
		resolved.prefix_len = family == AF_INET ? 32 : 128;
	}
	return resolved;
}

static const struct pqike_ts *remote_ts(const struct pqike_child_config *config)
{
	return config->ts + config->n_local_ts;
}

/**
 * pqike_child_config_select() - take the selectors of a child as they are
 * @config: the child
 * @esp: its addresses are read; receives the selectors
 *
 * Context: any.
 */
void pqike_child_config_select(const struct pqike_child_config *config,
			       struct pqike_esp *esp)
{
	esp->n_local_ts = config->n_local_ts;
	for (unsigned int i = 0; i < config->n_local_ts; i++)
		esp->local_ts[i] = resolve_dynamic(&config->ts[i], esp->family,
						   &esp->local);
	esp->n_remote_ts = config->n_remote_ts;
	for (unsigned int i = 0; i < config->n_remote_ts; i++)
		esp->remote_ts[i] = resolve_dynamic(&remote_ts(config)[i], esp->family,
						    &esp->remote);
}

/*
 * PQIKE_SELECTORS_MAX times what ike_ts_narrow() does, at most: 64 times 32640
 * comparisons, which is 2 million, and so others may run after each 32640.
 */
static int narrow_each(const struct pqike_ts *ts, unsigned int n_ts,
		       const struct ike_payload *payload,
		       const struct ike_ts_endpoint *endpoint, bool transport,
		       struct pqike_ts *list, unsigned int *n)
{
	int err = 0;

	*n = 0;
	for (unsigned int i = 0; !err && i < n_ts; i++) {
		const struct pqike_ts outer = resolve_dynamic(&ts[i],
							      endpoint->family,
							      endpoint->address);

		err = ike_ts_narrow(payload, &outer, transport ? endpoint : NULL,
				    list, n);
		cond_resched();
	}
	return err;
}

/**
 * pqike_child_config_narrow() - what a child and the response have in common
 * @config: the child
 * @local: TS payload of this side, well formed
 * @remote: likewise of the peer
 * @esp: addresses and mode are read; receives the selectors
 * @extack: says what is wrong
 *
 * Context: may sleep.
 * Return: 0, -EPERM when there is nothing on a side, or -E2BIG when it is more than
 * %PQIKE_ESP_TS_MAX.
 */
int pqike_child_config_narrow(const struct pqike_child_config *config,
			      const struct ike_payload *local,
			      const struct ike_payload *remote,
			      struct pqike_esp *esp,
			      struct netlink_ext_ack *extack)
{
	const struct ike_ts_endpoint here = { esp->family, &esp->local };
	const struct ike_ts_endpoint there = { esp->family, &esp->remote };
	int err;

	err = narrow_each(config->ts, config->n_local_ts, local, &here,
			  esp->transport, esp->local_ts, &esp->n_local_ts) ?:
	      narrow_each(remote_ts(config), config->n_remote_ts, remote, &there,
			  esp->transport, esp->remote_ts, &esp->n_remote_ts);
	if (err) {
		NL_SET_ERR_MSG(extack, "the response has too many traffic selectors");
		return err;
	}
	if (!esp->n_local_ts) {
		NL_SET_ERR_MSG(extack,
			       "no local traffic selector of the response is of the child");
		return -EPERM;
	}
	if (!esp->n_remote_ts) {
		NL_SET_ERR_MSG(extack,
			       "no remote traffic selector of the response is of the child");
		return -EPERM;
	}
	return 0;
}

/**
 * pqike_child_config_check_mode() - whether a child allows a mode
 * @config: the child
 * @esp: transport is read
 * @extack: says why not
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int pqike_child_config_check_mode(const struct pqike_child_config *config,
				  const struct pqike_esp *esp,
				  struct netlink_ext_ack *extack)
{
	if (!esp->transport || config->transport)
		return 0;
	NL_SET_ERR_MSG(extack, "the child is of tunnel mode");
	return -EPERM;
}

/**
 * pqike_child_config_check_suite() - whether a child allows the suite of a Child SA
 * @config: the child
 * @suite: the suite
 * @extack: says what it does not allow
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int pqike_child_config_check_suite(const struct pqike_child_config *config,
				   const struct pqike_child_suite *suite,
				   struct netlink_ext_ack *extack)
{
	const struct ike_payload proposals =
		pqike_proposals_payload(&config->proposals);
	struct pqike_child_suite algorithms = *suite;

	if (!proposals.len || pqike_child_suite_is_among(suite, &proposals))
		return 0;
	algorithms.creates = false;
	if (pqike_child_suite_is_among(&algorithms, &proposals))
		NL_SET_ERR_MSG(extack, "the key exchanges are in no proposal of the child");
	else
		NL_SET_ERR_MSG(extack, "the algorithms are in no proposal of the child");
	return -EPERM;
}

/* 0 would be no limit. */
static u64 soft_limit(u64 soft, u64 rand)
{
	u64 chance;

	if (!soft)
		return 0;
	div64_u64_rem(get_random_u64(), min(rand, soft - 1) + 1, &chance);
	return soft - chance;
}

static void set_lifetime(const struct pqike_child_config *config,
			 struct pqike_esp *esp)
{
	struct pqike_esp_lifetime limits = config->lifetime;
	u64 rand_packets = config->rand.packets;

	if (!esp->esn) {
		if (!limits.soft_packets ||
		    limits.soft_packets > SEQUENCE_NUMBERS_SOFT) {
			limits.soft_packets = SEQUENCE_NUMBERS_SOFT;
			rand_packets = SEQUENCE_NUMBERS_RAND;
		}
		if (!limits.hard_packets ||
		    limits.hard_packets > SEQUENCE_NUMBERS_HARD)
			limits.hard_packets = SEQUENCE_NUMBERS_HARD;
	}
	limits.soft_bytes = soft_limit(limits.soft_bytes, config->rand.bytes);
	limits.soft_packets = soft_limit(limits.soft_packets, rand_packets);
	limits.soft_seconds = soft_limit(limits.soft_seconds,
					 config->rand.seconds);
	esp->lifetime = limits;
}

/**
 * pqike_child_config_apply() - take from a child what nobody negotiates
 * @config: the child
 * @esp: esn is read; receives options and lifetime
 *
 * Context: any.
 */
void pqike_child_config_apply(const struct pqike_child_config *config,
			      struct pqike_esp *esp)
{
	esp->options = config->options;
	set_lifetime(config, esp);
}
