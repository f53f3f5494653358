// SPDX-License-Identifier: GPL-2.0
/*
 * The xfrm policies of one Child SA.
 *
 * All calls are made under net->xfrm.xfrm_cfg_mutex, so that nobody but timers
 * changes the policies between one that looks and one that acts on it.
 */
#include "esp_policy.h"

#include <linux/in.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "compat.h"
#include "esp.h"

/* The widest selector's priority; more bits of prefix give a lower number. */
#define POLICY_PRIORITY_WIDEST	0x10000

static const struct xfrm_mark no_mark;

/* Outbound last: traffic starts to be protected once the way back is there. */
static const u8 policy_dirs[] = {
	XFRM_POLICY_IN,
	XFRM_POLICY_FWD,
	XFRM_POLICY_OUT,
};

static int esp_check_ts(const struct pqike_ts *ts, unsigned int n_ts,
			struct netlink_ext_ack *extack)
{
	if (!n_ts || n_ts > PQIKE_ESP_TS_MAX) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "%u traffic selectors on one side, 1 to %u expected",
				       n_ts, PQIKE_ESP_TS_MAX);
		return -EINVAL;
	}

	for (unsigned int i = 0; i < n_ts; i++) {
		u8 address_bits = ts[i].family == AF_INET ? 32 : 128;

		if (ts[i].family != AF_INET && ts[i].family != AF_INET6) {
			NL_SET_ERR_MSG_FMT_MOD(extack,
					       "traffic selectors of address family %u are not supported",
					       ts[i].family);
			return -EAFNOSUPPORT;
		}
		if (ts[i].prefix_len > address_bits) {
			NL_SET_ERR_MSG_FMT_MOD(extack,
					       "traffic selector with a prefix of %u bits, %u at most",
					       ts[i].prefix_len, address_bits);
			return -EINVAL;
		}
	}

	return 0;
}

static void esp_notify_policy(struct xfrm_policy *pol, int dir, u32 event)
{
	const struct km_event c = { .event = event };

	km_policy_notify(pol, dir, &c);
}

static u32 esp_policy_priority(const struct xfrm_selector *sel)
{
	u32 narrowness = (sel->prefixlen_s + sel->prefixlen_d) * 4;

	return POLICY_PRIORITY_WIDEST - narrowness - !!sel->proto -
	       !!sel->sport_mask - !!sel->dport_mask;
}

/*
 * What both @src and @dst allow; false if that is nothing. All of @sel is
 * written, since xfrm compares selectors with their padding.
 */
static bool esp_policy_selector(const struct pqike_ts *src,
				const struct pqike_ts *dst,
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
	sel->sport = src->port;
	sel->dport = dst->port;
	sel->sport_mask = src->port ? htons(0xffff) : 0;
	sel->dport_mask = dst->port ? htons(0xffff) : 0;
	return true;
}

static unsigned int esp_policy_count(const struct pqike_esp *esp)
{
	return esp->n_local_ts * esp->n_remote_ts * ARRAY_SIZE(policy_dirs);
}

/*
 * The policy of number @n below esp_policy_count(); false if that pair of
 * traffic selectors has none.
 */
static bool esp_policy_nth(const struct pqike_esp *esp, unsigned int n,
			   int *dir, struct xfrm_selector *sel)
{
	unsigned int pair = n / ARRAY_SIZE(policy_dirs);
	const struct pqike_ts *local = &esp->local_ts[pair / esp->n_remote_ts];
	const struct pqike_ts *remote = &esp->remote_ts[pair % esp->n_remote_ts];

	*dir = policy_dirs[n % ARRAY_SIZE(policy_dirs)];
	if (*dir == XFRM_POLICY_OUT)
		return esp_policy_selector(local, remote, sel);
	return esp_policy_selector(remote, local, sel);
}

static void esp_policy_tmpl(const struct pqike_esp *esp, int dir,
			    struct xfrm_tmpl *tmpl)
{
	bool outbound = dir == XFRM_POLICY_OUT;

	tmpl->id.daddr = outbound ? esp->remote : esp->local;
	tmpl->id.proto = IPPROTO_ESP;
	tmpl->saddr = outbound ? esp->local : esp->remote;
	tmpl->encap_family = esp->family;
	tmpl->reqid = esp->reqid;
	tmpl->mode = XFRM_MODE_TUNNEL;
	tmpl->allalgs = 1;
	tmpl->aalgos = ~0;
	tmpl->ealgos = ~0;
	tmpl->calgos = ~0;
}

static struct xfrm_policy *esp_policy_create(struct net *net,
					     const struct pqike_esp *esp,
					     int dir,
					     const struct xfrm_selector *sel)
{
	struct xfrm_policy *pol = xfrm_policy_alloc(net, GFP_KERNEL);

	if (!pol)
		return NULL;

	pol->type = XFRM_POLICY_TYPE_MAIN;
	pol->action = XFRM_POLICY_ALLOW;
	pol->family = sel->family;
	pol->selector = *sel;
	pol->priority = esp_policy_priority(sel);
	pol->lft.soft_byte_limit = XFRM_INF;
	pol->lft.soft_packet_limit = XFRM_INF;
	pol->lft.hard_byte_limit = XFRM_INF;
	pol->lft.hard_packet_limit = XFRM_INF;
	pol->xfrm_nr = 1;
	esp_policy_tmpl(esp, dir, &pol->xfrm_vec[0]);
	return pol;
}

static void esp_policy_exists(int dir, const struct xfrm_selector *sel,
			      struct netlink_ext_ack *extack)
{
	const char *name = dir == XFRM_POLICY_IN ? "in" :
			   dir == XFRM_POLICY_FWD ? "fwd" : "out";

	if (sel->family == AF_INET)
		NL_SET_ERR_MSG_FMT_MOD(extack, "%s policy %pI4/%u > %pI4/%u exists",
				       name, &sel->saddr.a4, sel->prefixlen_s,
				       &sel->daddr.a4, sel->prefixlen_d);
	else
		NL_SET_ERR_MSG_FMT_MOD(extack, "%s policy %pI6c/%u > %pI6c/%u exists",
				       name, &sel->saddr.in6, sel->prefixlen_s,
				       &sel->daddr.in6, sel->prefixlen_d);
}

static int esp_policy_insert(struct net *net, const struct pqike_esp *esp,
			     int dir, const struct xfrm_selector *sel,
			     struct netlink_ext_ack *extack)
{
	struct xfrm_policy *pol;
	int err;

	pol = esp_policy_create(net, esp, dir, sel);
	if (!pol)
		return -ENOMEM;

	err = xfrm_policy_insert(dir, pol, 1);
	xfrm_audit_policy_add(pol, !err, true);
	if (err) {
		if (err == -EEXIST)
			esp_policy_exists(dir, sel, extack);
		pol->walk.dead = 1;
		xfrm_policy_destroy(pol);
		return err;
	}

	esp_notify_policy(pol, dir, XFRM_MSG_NEWPOLICY);
	xfrm_pol_put(pol);
	return 0;
}

static bool esp_policy_is_ours(const struct xfrm_policy *pol,
			       const struct pqike_esp *esp, int dir)
{
	const struct xfrm_tmpl *tmpl = &pol->xfrm_vec[0];
	struct xfrm_tmpl ours = {};

	esp_policy_tmpl(esp, dir, &ours);
	return pol->xfrm_nr == 1 &&
	       tmpl->reqid == ours.reqid &&
	       tmpl->mode == ours.mode &&
	       tmpl->id.proto == ours.id.proto &&
	       tmpl->encap_family == ours.encap_family &&
	       xfrm_addr_equal(&tmpl->id.daddr, &ours.id.daddr, esp->family) &&
	       xfrm_addr_equal(&tmpl->saddr, &ours.saddr, esp->family);
}

static struct xfrm_policy *esp_policy_find(struct net *net, int dir,
					   struct xfrm_selector *sel,
					   bool unlink)
{
	struct xfrm_policy *pol;
	int err;

	pol = xfrm_policy_bysel_ctx(net, &no_mark, 0, XFRM_POLICY_TYPE_MAIN,
				    dir, sel, NULL, unlink, &err);
	if (pol && err) {
		xfrm_audit_policy_delete(pol, 0, true);
		xfrm_pol_put(pol);
		return NULL;
	}
	return pol;
}

/*
 * Look, then unlink what was seen: nobody puts another policy there in between.
 * xfrm_policy_delete() would do, but leave the nodes of xfrm's policy tree
 * behind.
 */
static void esp_policy_delete(struct net *net, const struct pqike_esp *esp,
			      int dir, struct xfrm_selector *sel)
{
	struct xfrm_policy *pol;
	bool ours;

	pol = esp_policy_find(net, dir, sel, false);
	if (!pol)
		return;
	ours = esp_policy_is_ours(pol, esp, dir);
	xfrm_pol_put(pol);
	if (!ours)
		return;

	pol = esp_policy_find(net, dir, sel, true);
	if (!pol)
		return;
	xfrm_audit_policy_delete(pol, 1, true);
	esp_notify_policy(pol, dir, XFRM_MSG_DELPOLICY);
	xfrm_pol_put(pol);
}

/* Deletes those of a number below @end, last first. */
static void esp_policies_delete(struct net *net, const struct pqike_esp *esp,
				unsigned int end)
{
	struct xfrm_selector sel;
	int dir;

	for (unsigned int n = end; n--;)
		if (esp_policy_nth(esp, n, &dir, &sel))
			esp_policy_delete(net, esp, dir, &sel);
}

/**
 * pqike_esp_policies_check() - see whether traffic selectors make policies
 * @esp: n_local_ts, n_remote_ts and the traffic selectors are read
 * @extack: names what is wrong with them; may be NULL
 *
 * Context: any.
 * Return: 0, -EAFNOSUPPORT for an address family, or -EINVAL for their number,
 * a prefix, or when no local one can meet a remote one.
 */
int pqike_esp_policies_check(const struct pqike_esp *esp,
			     struct netlink_ext_ack *extack)
{
	struct xfrm_selector sel;
	int dir;
	int err;

	err = esp_check_ts(esp->local_ts, esp->n_local_ts, extack) ?:
	      esp_check_ts(esp->remote_ts, esp->n_remote_ts, extack);
	if (err)
		return err;

	for (unsigned int n = 0; n < esp_policy_count(esp); n++)
		if (esp_policy_nth(esp, n, &dir, &sel))
			return 0;

	NL_SET_ERR_MSG_MOD(extack,
			   "no local and remote traffic selector share family and protocol");
	return -EINVAL;
}

/**
 * pqike_esp_policies_insert() - add the policies of a Child SA
 * @net: network namespace of the SA
 * @esp: what pqike_esp_policies_check() has found to be right
 * @extack: names the selector of a policy that is there already; may be NULL
 *
 * Every pair of a local and a remote traffic selector of one address family,
 * and of one protocol or any, gets an in, a fwd and an out policy. Their
 * priority is
 *
 *	0x10000 - 4 * (bits of both prefixes) - protocol - local port - remote port
 *
 * where the last three count 1 if given: a selector that lies within another
 * one always has the lower number and so wins, and policies that an operator
 * makes with `ip xfrm policy` and no priority win over both.
 *
 * A policy that exists is not replaced, whoever owns it. On an error no policy
 * has been added.
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 * Return: 0, -EEXIST or -ENOMEM.
 */
int pqike_esp_policies_insert(struct net *net, const struct pqike_esp *esp,
			      struct netlink_ext_ack *extack)
{
	struct xfrm_selector sel;
	int dir;

	for (unsigned int n = 0; n < esp_policy_count(esp); n++) {
		int err;

		if (!esp_policy_nth(esp, n, &dir, &sel))
			continue;
		err = esp_policy_insert(net, esp, dir, &sel, extack);
		if (err) {
			esp_policies_delete(net, esp, n);
			return err;
		}
	}

	return 0;
}

/**
 * pqike_esp_policies_delete() - delete the policies of a Child SA
 * @net: network namespace of the SA
 * @esp: as it was given to pqike_esp_policies_insert()
 *
 * Those that are gone, or that are not of this reqid and this tunnel, are
 * passed over. Traffic selectors that pqike_esp_policies_check() refuses have
 * no policies.
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 */
void pqike_esp_policies_delete(struct net *net, const struct pqike_esp *esp)
{
	if (!pqike_esp_policies_check(esp, NULL))
		esp_policies_delete(net, esp, esp_policy_count(esp));
}
