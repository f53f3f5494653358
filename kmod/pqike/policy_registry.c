// SPDX-License-Identifier: GPL-2.0
/*
 * xfrm policies that several users share: the Child SAs of one reqid, as one
 * replaces the other, and the trap that waits for the first.
 *
 * xfrm has one policy for a direction, selector, mark and interface ID. The
 * first user makes it, the last one deletes it. Who wants it with another
 * template is refused, and so is everybody when somebody else has it. Only the
 * trap of a reqid may change the template, for all users of that reqid.
 *
 * All calls are made under net->xfrm.xfrm_cfg_mutex, so that nobody but timers
 * changes the policies between one that looks and one that acts on it.
 */
#include "policy_registry.h"

#include <linux/jhash.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "namespace.h"

struct policy_entry {
	struct hlist_node node;
	unsigned int users;
	struct pqike_policy policy;
};

/**
 * pqike_policy_registry_init() - begin with no policy
 * @registry: of a new network namespace
 *
 * Context: any.
 */
void pqike_policy_registry_init(struct pqike_policy_registry *registry)
{
	hash_init(registry->entries);
}

static u32 policy_hash(const struct pqike_policy *policy)
{
	return jhash(&policy->selector, sizeof(policy->selector),
		     policy->if_id ^ policy->dir);
}

static bool is_same_place(const struct pqike_policy *a,
			  const struct pqike_policy *b)
{
	return a->dir == b->dir && a->if_id == b->if_id &&
	       a->mark.v == b->mark.v && a->mark.m == b->mark.m &&
	       !memcmp(&a->selector, &b->selector, sizeof(a->selector));
}

static struct policy_entry *find_entry(struct net *net,
				       const struct pqike_policy *policy)
{
	struct pqike_policy_registry *registry = &pqike_pernet(net)->policies;
	struct policy_entry *entry;

	hash_for_each_possible(registry->entries, entry, node,
			       policy_hash(policy))
		if (is_same_place(&entry->policy, policy))
			return entry;

	return NULL;
}

static const char *dir_name(int dir)
{
	return dir == XFRM_POLICY_IN ? "in" :
	       dir == XFRM_POLICY_FWD ? "fwd" : "out";
}

static void say_exists(const struct pqike_policy *policy,
		       struct netlink_ext_ack *extack)
{
	const struct xfrm_selector *sel = &policy->selector;
	const char *name = dir_name(policy->dir);

	if (sel->family == AF_INET)
		NL_SET_ERR_MSG_FMT_MOD(extack, "%s policy %pI4/%u > %pI4/%u exists",
				       name, &sel->saddr.a4, sel->prefixlen_s,
				       &sel->daddr.a4, sel->prefixlen_d);
	else
		NL_SET_ERR_MSG_FMT_MOD(extack, "%s policy %pI6c/%u > %pI6c/%u exists",
				       name, &sel->saddr.in6, sel->prefixlen_s,
				       &sel->daddr.in6, sel->prefixlen_d);
}

static void say_in_use(const struct pqike_policy *policy, u32 reqid,
		       struct netlink_ext_ack *extack)
{
	const struct xfrm_selector *sel = &policy->selector;
	const char *name = dir_name(policy->dir);

	if (sel->family == AF_INET)
		NL_SET_ERR_MSG_FMT_MOD(extack, "%s %pI4/%u > %pI4/%u is of reqid %u",
				       name, &sel->saddr.a4, sel->prefixlen_s,
				       &sel->daddr.a4, sel->prefixlen_d, reqid);
	else
		NL_SET_ERR_MSG_FMT_MOD(extack, "%s %pI6c/%u > %pI6c/%u is of reqid %u",
				       name, &sel->saddr.in6, sel->prefixlen_s,
				       &sel->daddr.in6, sel->prefixlen_d, reqid);
}

static struct xfrm_policy *make_xfrm_policy(struct net *net,
					    const struct pqike_policy *policy,
					    gfp_t gfp)
{
	struct xfrm_policy *pol = xfrm_policy_alloc(net, gfp);

	if (!pol)
		return NULL;

	pol->type = XFRM_POLICY_TYPE_MAIN;
	pol->action = XFRM_POLICY_ALLOW;
	pol->family = policy->selector.family;
	pol->selector = policy->selector;
	pol->priority = policy->priority;
	pol->if_id = policy->if_id;
	pol->mark = policy->mark;
	pol->lft.soft_byte_limit = XFRM_INF;
	pol->lft.soft_packet_limit = XFRM_INF;
	pol->lft.hard_byte_limit = XFRM_INF;
	pol->lft.hard_packet_limit = XFRM_INF;
	pol->xfrm_nr = 1;
	pol->xfrm_vec[0] = policy->tmpl;
	return pol;
}

static void notify(struct xfrm_policy *pol, int dir, u32 event)
{
	const struct km_event c = { .event = event };

	km_policy_notify(pol, dir, &c);
}

/* @event says whether it is new or in the place of another one. Takes @pol. */
static int hand_over(struct xfrm_policy *pol, int dir, u32 event)
{
	int err;

	err = xfrm_policy_insert(dir, pol, event == XFRM_MSG_NEWPOLICY);
	xfrm_audit_policy_add(pol, !err, true);
	if (err) {
		pol->walk.dead = 1;
		xfrm_policy_destroy(pol);
		return err;
	}

	notify(pol, dir, event);
	xfrm_pol_put(pol);
	return 0;
}

static int insert(struct net *net, const struct pqike_policy *policy,
		  struct netlink_ext_ack *extack)
{
	struct xfrm_policy *pol;
	int err;

	pol = make_xfrm_policy(net, policy, GFP_KERNEL_ACCOUNT);
	if (!pol)
		return -ENOMEM;

	err = hand_over(pol, policy->dir, XFRM_MSG_NEWPOLICY);
	if (err == -EEXIST)
		say_exists(policy, extack);
	return err;
}

static struct xfrm_policy *find(struct net *net,
				const struct pqike_policy *policy, bool unlink)
{
	struct xfrm_selector sel = policy->selector;
	struct xfrm_policy *pol;
	int err;

	pol = xfrm_policy_bysel_ctx(net, &policy->mark, policy->if_id,
				    XFRM_POLICY_TYPE_MAIN, policy->dir, &sel,
				    NULL, unlink, &err);
	if (pol && err) {
		xfrm_audit_policy_delete(pol, 0, true);
		xfrm_pol_put(pol);
		return NULL;
	}
	return pol;
}

static bool is_ours(const struct xfrm_policy *pol,
		    const struct pqike_policy *policy)
{
	const struct xfrm_tmpl *theirs = &pol->xfrm_vec[0];
	const struct xfrm_tmpl *ours = &policy->tmpl;
	u16 family = ours->encap_family;

	return pol->xfrm_nr == 1 &&
	       theirs->reqid == ours->reqid &&
	       theirs->mode == ours->mode &&
	       theirs->id.proto == ours->id.proto &&
	       theirs->encap_family == family &&
	       xfrm_addr_equal(&theirs->id.daddr, &ours->id.daddr, family) &&
	       xfrm_addr_equal(&theirs->saddr, &ours->saddr, family);
}

/*
 * Look, then unlink what was seen: nobody puts another policy there in between.
 * xfrm_policy_delete() would do, but leave the nodes of xfrm's policy tree
 * behind.
 */
static void delete(struct net *net, const struct pqike_policy *policy)
{
	struct xfrm_policy *pol;
	bool ours;

	pol = find(net, policy, false);
	if (!pol)
		return;
	ours = is_ours(pol, policy);
	xfrm_pol_put(pol);
	if (!ours)
		return;

	pol = find(net, policy, true);
	if (!pol)
		return;
	xfrm_audit_policy_delete(pol, 1, true);
	notify(pol, policy->dir, XFRM_MSG_DELPOLICY);
	xfrm_pol_put(pol);
}

static int add_entry(struct net *net, const struct pqike_policy *policy,
		     struct netlink_ext_ack *extack)
{
	struct pqike_policy_registry *registry = &pqike_pernet(net)->policies;
	struct policy_entry *entry;
	int err;

	entry = kzalloc_obj(*entry, GFP_KERNEL_ACCOUNT);
	if (!entry)
		return -ENOMEM;

	err = insert(net, policy, extack);
	if (err) {
		kfree(entry);
		return err;
	}

	entry->policy = *policy;
	entry->users = 1;
	hash_add(registry->entries, &entry->node, policy_hash(policy));
	return 0;
}

/* Somebody may have flushed it, or put his own there. */
static int see_to_it(struct net *net, const struct pqike_policy *policy,
		     struct netlink_ext_ack *extack)
{
	struct xfrm_policy *pol = find(net, policy, false);
	bool ours;

	if (!pol)
		return insert(net, policy, extack);

	ours = is_ours(pol, policy);
	xfrm_pol_put(pol);
	if (ours)
		return 0;

	say_exists(policy, extack);
	return -EEXIST;
}

/**
 * pqike_policy_hold() - be one more user of a policy
 * @net: network namespace
 * @policy: what is wanted
 * @extack: names the policy that is in the way, and its reqid if it is one of
 *	ours; may be NULL
 *
 * The first user inserts it into xfrm, and so does the next one when it is gone
 * from there. A policy that exists is never replaced, whoever owns it.
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 * Return: 0, -EEXIST or -ENOMEM.
 */
int pqike_policy_hold(struct net *net, const struct pqike_policy *policy,
		      struct netlink_ext_ack *extack)
{
	struct policy_entry *entry = find_entry(net, policy);
	int err;

	if (!entry)
		return add_entry(net, policy, extack);

	if (memcmp(&entry->policy.tmpl, &policy->tmpl, sizeof(policy->tmpl))) {
		say_in_use(policy, entry->policy.tmpl.reqid, extack);
		return -EEXIST;
	}
	err = see_to_it(net, policy, extack);
	if (!err)
		entry->users++;
	return err;
}

/**
 * pqike_policy_hold_of_reqid() - be one more user, whatever the template
 * @net: network namespace
 * @policy: what is wanted; of its template only the reqid must be that of a
 *	policy that exists
 * @extack: as for pqike_policy_hold()
 *
 * pqike_policy_set_template() may follow.
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 * Return: 0, -EEXIST or -ENOMEM.
 */
int pqike_policy_hold_of_reqid(struct net *net,
			       const struct pqike_policy *policy,
			       struct netlink_ext_ack *extack)
{
	const struct policy_entry *entry = find_entry(net, policy);

	if (entry && entry->policy.tmpl.reqid == policy->tmpl.reqid)
		policy = &entry->policy;
	return pqike_policy_hold(net, policy, extack);
}

/**
 * pqike_policy_set_template() - let a policy name other addresses
 * @net: network namespace
 * @policy: what pqike_policy_hold_of_reqid() was given, under the same hold of
 *	the lock
 *
 * xfrm has the old policy until it has the new one. There is no error to return
 * from half of many: memory is waited for, and since the old policy is in xfrm,
 * so is the node of xfrm's tree that the new one goes to.
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 */
void pqike_policy_set_template(struct net *net,
			       const struct pqike_policy *policy)
{
	struct policy_entry *entry = find_entry(net, policy);
	struct xfrm_policy *pol;

	if (WARN_ON_ONCE(!entry) ||
	    !memcmp(&entry->policy.tmpl, &policy->tmpl, sizeof(policy->tmpl)))
		return;

	pol = make_xfrm_policy(net, policy,
			       GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);
	if (!WARN_ON_ONCE(hand_over(pol, policy->dir, XFRM_MSG_UPDPOLICY)))
		entry->policy.tmpl = policy->tmpl;
}

/**
 * pqike_policy_release() - be a user of a policy no longer
 * @net: network namespace
 * @policy: as it was given to pqike_policy_hold(); its template may have been
 *	changed since
 *
 * The last user deletes it from xfrm, unless it is somebody else's by now.
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 */
void pqike_policy_release(struct net *net, const struct pqike_policy *policy)
{
	struct policy_entry *entry = find_entry(net, policy);

	if (WARN_ON_ONCE(!entry) || --entry->users)
		return;

	delete(net, &entry->policy);
	hash_del(&entry->node);
	kfree(entry);
}
