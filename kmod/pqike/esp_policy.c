// SPDX-License-Identifier: GPL-2.0
/*
 * From the traffic selectors of a Child SA or a trap to policies.
 */
#include "esp_policy.h"

#include <linux/bitops.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "compat.h"
#include "esp_child.h"
#include "policy_registry.h"

/* The widest selector's priority; a narrower one has a lower number. */
#define PRIORITY_WIDEST		0x10000

/* More than protocol and the bits of two ports together. */
#define PRIORITY_PREFIX_BIT	64

/* Outbound last: traffic starts to be protected once the way back is there. */
static const u8 policy_dirs[] = {
	XFRM_POLICY_IN,
	XFRM_POLICY_FWD,
	XFRM_POLICY_OUT,
};

static int check_ts(const struct pqike_ts *ts, struct netlink_ext_ack *extack)
{
	u8 address_bits = ts->family == AF_INET ? 32 : 128;

	if (ts->family != AF_INET && ts->family != AF_INET6) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "traffic selectors of address family %u are not supported",
				       ts->family);
		return -EAFNOSUPPORT;
	}
	if (ts->prefix_len > address_bits) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "traffic selector with a prefix of %u bits, %u at most",
				       ts->prefix_len, address_bits);
		return -EINVAL;
	}
	return 0;
}

static int check_ts_list(const struct pqike_ts *ts, unsigned int n_ts,
			 struct netlink_ext_ack *extack)
{
	int err = 0;

	if (!n_ts || n_ts > PQIKE_ESP_TS_MAX) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "%u traffic selectors on one side, 1 to %u expected",
				       n_ts, PQIKE_ESP_TS_MAX);
		return -EINVAL;
	}

	for (unsigned int i = 0; !err && i < n_ts; i++)
		err = check_ts(&ts[i], extack);
	return err;
}

static u32 priority_of(const struct xfrm_selector *sel)
{
	u32 prefix_bits = sel->prefixlen_s + sel->prefixlen_d;

	return PRIORITY_WIDEST - prefix_bits * PRIORITY_PREFIX_BIT -
	       !!sel->proto - hweight16((__force u16)sel->sport_mask) -
	       hweight16((__force u16)sel->dport_mask);
}

/*
 * xfrm has an ICMP message's type for its source port and the code for its
 * destination port; a traffic selector has both in one port, and it is the same
 * message whichever side names it (RFC 7296, section 3.13.1).
 */
static void select_icmp(const struct pqike_ts *src, const struct pqike_ts *dst,
			struct xfrm_selector *sel)
{
	const struct pqike_ts *ts = src->port_mask ? src : dst;
	u16 port = be16_to_cpu(ts->port);
	u16 mask = be16_to_cpu(ts->port_mask);

	sel->sport = cpu_to_be16(port >> 8);
	sel->dport = cpu_to_be16(port & 0xff);
	sel->sport_mask = cpu_to_be16(mask >> 8);
	sel->dport_mask = cpu_to_be16(mask & 0xff);
}

static void select_ports(const struct pqike_ts *src, const struct pqike_ts *dst,
			 struct xfrm_selector *sel)
{
	sel->sport = src->port & src->port_mask;
	sel->dport = dst->port & dst->port_mask;
	sel->sport_mask = src->port_mask;
	sel->dport_mask = dst->port_mask;
}

/*
 * What both @src and @dst allow; false if that is nothing. All of @sel is
 * written, since xfrm compares selectors with their padding.
 */
static bool select_pair(const struct pqike_ts *src, const struct pqike_ts *dst,
			struct xfrm_selector *sel)
{
	if (src->family != dst->family)
		return false;
	if (src->protocol && dst->protocol && src->protocol != dst->protocol)
		return false;

	memset(sel, 0, sizeof(*sel));
	sel->family = src->family;
	sel->saddr = src->address;
	sel->daddr = dst->address;
	sel->prefixlen_s = src->prefix_len;
	sel->prefixlen_d = dst->prefix_len;
	sel->proto = src->protocol ?: dst->protocol;
	if (sel->proto == IPPROTO_ICMP || sel->proto == IPPROTO_ICMPV6)
		select_icmp(src, dst, sel);
	else
		select_ports(src, dst, sel);
	return true;
}

static void set_tmpl(struct xfrm_tmpl *tmpl, const struct pqike_esp *esp,
		     bool outbound)
{
	tmpl->id.daddr = outbound ? esp->remote : esp->local;
	tmpl->id.proto = IPPROTO_ESP;
	tmpl->saddr = outbound ? esp->local : esp->remote;
	tmpl->encap_family = esp->family;
	tmpl->reqid = esp->reqid;
	tmpl->mode = esp->transport ? XFRM_MODE_TRANSPORT : XFRM_MODE_TUNNEL;
	tmpl->allalgs = 1;
	tmpl->aalgos = ~0;
	tmpl->ealgos = ~0;
	tmpl->calgos = ~0;
}

/**
 * pqike_esp_policy_count() - a number above those of all policies
 * @esp: what pqike_esp_policies_check() has found to be right
 *
 * Context: any.
 * Return: three times %PQIKE_ESP_PAIRS_MAX at most.
 */
unsigned int pqike_esp_policy_count(const struct pqike_esp *esp)
{
	return esp->n_local_ts * esp->n_remote_ts * ARRAY_SIZE(policy_dirs);
}

/**
 * pqike_esp_policy_nth() - a policy of a Child SA or a trap
 * @esp: likewise
 * @n: its number, below pqike_esp_policy_count(); outbound ones stand last in
 *	each pair of traffic selectors
 * @policy: receives it, unused octets 0
 *
 * Every pair of a local and a remote traffic selector of one address family,
 * and of one protocol or any, has an in and an out policy, and in tunnel mode,
 * since nothing is forwarded in transport mode, a fwd policy. Their priority is
 *
 *	0x10000 - 64 * (bits of both prefixes) - (1 if a protocol is given)
 *		- (bits of both port masks)
 *
 * A selector that lies within another one always has the lower number and so
 * wins, and policies that an operator makes with `ip xfrm policy` and no
 * priority win over both.
 *
 * Context: any.
 * Return: whether that pair and direction has one.
 */
bool pqike_esp_policy_nth(const struct pqike_esp *esp, unsigned int n,
			  struct pqike_policy *policy)
{
	unsigned int pair = n / ARRAY_SIZE(policy_dirs);
	const struct pqike_ts *local = &esp->local_ts[pair / esp->n_remote_ts];
	const struct pqike_ts *remote = &esp->remote_ts[pair % esp->n_remote_ts];
	u8 dir = policy_dirs[n % ARRAY_SIZE(policy_dirs)];
	bool outbound = dir == XFRM_POLICY_OUT;

	memset(policy, 0, sizeof(*policy));
	if (esp->transport && dir == XFRM_POLICY_FWD)
		return false;
	if (!select_pair(outbound ? local : remote, outbound ? remote : local,
			 &policy->selector))
		return false;

	policy->dir = dir;
	policy->priority = priority_of(&policy->selector);
	policy->if_id = outbound ? esp->options.if_id_out : esp->options.if_id_in;
	policy->mark = outbound ? esp->options.mark_out : esp->options.mark_in;
	policy->mark.v &= policy->mark.m;
	set_tmpl(&policy->tmpl, esp, outbound);
	return true;
}

static int check_pairs(const struct pqike_esp *esp,
		       struct netlink_ext_ack *extack)
{
	unsigned int pairs = esp->n_local_ts * esp->n_remote_ts;

	if (pairs <= PQIKE_ESP_PAIRS_MAX)
		return 0;

	NL_SET_ERR_MSG_FMT_MOD(extack,
			       "%u pairs of traffic selectors, %u at most",
			       pairs, PQIKE_ESP_PAIRS_MAX);
	return -E2BIG;
}

/* In transport mode the packet's addresses are those of the ESP SA. */
static int check_transport(const struct pqike_esp *esp,
			   struct netlink_ext_ack *extack)
{
	bool same = true;

	for (unsigned int i = 0; i < esp->n_local_ts; i++)
		same &= esp->local_ts[i].family == esp->family;
	for (unsigned int i = 0; i < esp->n_remote_ts; i++)
		same &= esp->remote_ts[i].family == esp->family;
	if (same)
		return 0;

	NL_SET_ERR_MSG_MOD(extack,
			   "in transport mode all traffic selectors are of the addresses' family");
	return -EINVAL;
}

/**
 * pqike_esp_policies_check() - see whether traffic selectors make policies
 * @esp: family, transport, n_local_ts, n_remote_ts and the traffic selectors
 *	are read
 * @extack: names what is wrong with them; may be NULL
 *
 * Context: any.
 * Return: 0, -EAFNOSUPPORT for an address family, -E2BIG for more than
 * %PQIKE_ESP_PAIRS_MAX pairs of them, or -EINVAL for their number, a prefix,
 * their family in transport mode, or when no local one can meet a remote one.
 */
int pqike_esp_policies_check(const struct pqike_esp *esp,
			     struct netlink_ext_ack *extack)
{
	struct pqike_policy policy;
	int err;

	err = check_ts_list(esp->local_ts, esp->n_local_ts, extack) ?:
	      check_ts_list(esp->remote_ts, esp->n_remote_ts, extack) ?:
	      check_pairs(esp, extack);
	if (!err && esp->transport)
		err = check_transport(esp, extack);
	if (err)
		return err;

	for (unsigned int n = 0; n < pqike_esp_policy_count(esp); n++)
		if (pqike_esp_policy_nth(esp, n, &policy))
			return 0;

	NL_SET_ERR_MSG_MOD(extack,
			   "no local and remote traffic selector share family and protocol");
	return -EINVAL;
}
