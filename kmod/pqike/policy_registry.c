// SPDX-License-Identifier: GPL-2.0
/*
 * xfrm policies that several users share, which are sets of selectors.
 *
 * xfrm has one policy for a direction, selector, mark and interface ID: a place.
 * The first user makes it, the last one deletes it.  Users of a place are of one
 * child; everybody else is refused, and so is everybody when somebody else has
 * it, and who would take it to other addresses, except for a trap that is
 * replaced.
 *
 * Where several sets of a child have a place, they have a reqid each.  What is
 * sent there goes by the set that has got a Child SA last and can send, or else
 * can receive; a set that is only trapped comes last.  What is received there may
 * have come by any of those sets' Child SAs, and xfrm asks for one reqid or for
 * none: as long as there are several that receive, it is for none, which is any
 * ESP SA between the two addresses.
 *
 * xfrm keeps the policies of an address family, direction and interface ID whose
 * prefixes are not those of hosts in a tree of its own, a bin.  Looking for one to
 * delete it, xfrm_policy_bysel_ctx() walks all of the bin for nodes without a policy;
 * xfrm_policy_delete() does not, and leaves them there.  So the nodes are left until
 * there are more of these than there are policies: then one walk frees all of them,
 * and a policy that is deleted costs the same beside however many.
 *
 * All calls are made under net->xfrm.xfrm_cfg_mutex, so that nobody but timers
 * changes the policies between one that looks and one that acts on it.
 */
#include "policy_registry.h"

#include <linux/err.h>
#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "quota.h"

struct bin_key {
	u32 if_id;
	u16 family;
	u16 dir;
};

/* What xfrm has of a bin: policies of ours, and deleted ones that may have left nodes. */
struct policy_bin {
	struct rhash_head node;
	struct rcu_head rcu;	/* who searches may still read this */
	struct bin_key key;
	unsigned int n;
	unsigned int n_left;
};

/* A place; @policy is what xfrm has, or had before somebody flushed it. */
struct policy_entry {
	struct rhash_head node;
	struct rcu_head rcu;	/* who searches may still read this */
	struct list_head holders;	/* the last one first */
	struct policy_bin *bin;
	u32 child_reqid;
	struct pqike_policy policy;
};

struct holder {
	struct list_head list;
	const struct pqike_policy_user *user;
	struct xfrm_tmpl tmpl;
};

static u32 hash_policy(const void *data, u32 len, u32 seed)
{
	const struct pqike_policy *policy = data;

	return jhash(&policy->selector, sizeof(policy->selector),
		     jhash_3words(policy->if_id ^ policy->dir, policy->mark.v,
				  policy->mark.m, seed));
}

static u32 hash_entry(const void *entry, u32 len, u32 seed)
{
	return hash_policy(&((const struct policy_entry *)entry)->policy, len,
			   seed);
}

static bool is_same_place(const struct pqike_policy *a,
			  const struct pqike_policy *b)
{
	return a->dir == b->dir && a->if_id == b->if_id &&
	       a->mark.v == b->mark.v && a->mark.m == b->mark.m &&
	       !memcmp(&a->selector, &b->selector, sizeof(a->selector));
}

static int compare_place(struct rhashtable_compare_arg *arg, const void *entry)
{
	return !is_same_place(arg->key,
			      &((const struct policy_entry *)entry)->policy);
}

static const struct rhashtable_params entries_params = {
	.head_offset = offsetof(struct policy_entry, node),
	.hashfn = hash_policy,
	.obj_hashfn = hash_entry,
	.obj_cmpfn = compare_place,
	.automatic_shrinking = true,
};

static const struct rhashtable_params bins_params = {
	.head_offset = offsetof(struct policy_bin, node),
	.key_offset = offsetof(struct policy_bin, key),
	.key_len = sizeof_field(struct policy_bin, key),
	.automatic_shrinking = true,
};

/**
 * pqike_policy_registry_init() - begin with no policy
 * @registry: of a new network namespace
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int pqike_policy_registry_init(struct pqike_policy_registry *registry)
{
	int err;

	err = rhashtable_init(&registry->entries, &entries_params);
	if (err)
		return err;
	err = rhashtable_init(&registry->bins, &bins_params);
	if (err)
		rhashtable_destroy(&registry->entries);
	return err;
}

/**
 * pqike_policy_registry_destroy() - end with no policy
 * @registry: of a network namespace that ends; all have been released
 *
 * Context: may sleep.
 */
void pqike_policy_registry_destroy(struct pqike_policy_registry *registry)
{
	rhashtable_destroy(&registry->bins);
	rhashtable_destroy(&registry->entries);
}

/**
 * pqike_policy_registry_count() - how many policies there are
 * @registry: of a network namespace
 *
 * Context: any.
 * Return: their number.
 */
unsigned int
pqike_policy_registry_count(const struct pqike_policy_registry *registry)
{
	return atomic_read(&registry->entries.nelems);
}

static struct policy_entry *find_entry(struct net *net,
				       const struct pqike_policy *policy)
{
	struct pqike_policy_registry *registry = pqike_policy_registry_of(net);

	return rhashtable_lookup_fast(&registry->entries, policy,
				      entries_params);
}

static struct holder *find_holder(const struct policy_entry *entry,
				  const struct pqike_policy_user *user)
{
	struct holder *holder;

	list_for_each_entry(holder, &entry->holders, list)
		if (holder->user == user)
			return holder;

	return NULL;
}

static int add_holder(struct policy_entry *entry,
		      const struct pqike_policy *policy,
		      const struct pqike_policy_user *user)
{
	struct holder *holder = kzalloc_obj(*holder, GFP_KERNEL_ACCOUNT);

	if (!holder)
		return -ENOMEM;
	holder->user = user;
	holder->tmpl = policy->tmpl;
	list_add(&holder->list, &entry->holders);
	return 0;
}

static void remove_holder(struct policy_entry *entry,
			  const struct pqike_policy_user *user)
{
	struct holder *holder = find_holder(entry, user);

	if (!holder)
		return;
	list_del(&holder->list);
	kfree(holder);
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

static void notify_xfrm_policy(struct xfrm_policy *pol, int dir, u32 event)
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

	notify_xfrm_policy(pol, dir, event);
	xfrm_pol_put(pol);
	return 0;
}

static int insert_xfrm_policy(struct net *net, const struct pqike_policy *policy,
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

static struct xfrm_policy *find_xfrm_policy(struct net *net,
					    const struct pqike_policy *policy)
{
	struct xfrm_selector sel = policy->selector;
	int err;

	return xfrm_policy_bysel_ctx(net, &policy->mark, policy->if_id,
				     XFRM_POLICY_TYPE_MAIN, policy->dir, &sel,
				     NULL, false, &err);
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

/* Somebody may have flushed it, or put his own there. */
static bool is_there(struct net *net, const struct pqike_policy *policy)
{
	struct xfrm_policy *pol = find_xfrm_policy(net, policy);
	bool ours;

	if (!pol)
		return false;
	ours = is_ours(pol, policy);
	xfrm_pol_put(pol);
	return ours;
}

/* A timer of xfrm's may delete it first. */
static void delete_xfrm_policy(struct net *net, const struct pqike_policy *policy)
{
	struct xfrm_policy *pol = find_xfrm_policy(net, policy);

	if (!pol)
		return;
	if (is_ours(pol, policy) && !xfrm_policy_delete(pol, policy->dir)) {
		xfrm_audit_policy_delete(pol, 1, true);
		notify_xfrm_policy(pol, policy->dir, XFRM_MSG_DELPOLICY);
	}
	xfrm_pol_put(pol);
}

/* xfrm does that when it looks for a policy to delete, whether there is one or not. */
static void prune_bin(struct net *net, const struct bin_key *key)
{
	const struct xfrm_mark mark = {};
	struct xfrm_selector nobodys = {
		.family = key->family,
		.ifindex = -1,
	};
	struct xfrm_policy *pol = NULL;
	int err;

	for (int unlink = 0; !pol && unlink <= 1; unlink++)
		pol = xfrm_policy_bysel_ctx(net, &mark, key->if_id,
					    XFRM_POLICY_TYPE_MAIN, key->dir,
					    &nobodys, NULL, unlink, &err);
	/* Nor is it unlinked where somebody has it all the same. */
	if (pol)
		xfrm_pol_put(pol);
}

static struct policy_bin *make_bin(struct pqike_policy_registry *registry,
				   const struct bin_key *key)
{
	struct policy_bin *bin = kzalloc_obj(*bin, GFP_KERNEL_ACCOUNT);
	int err;

	if (!bin)
		return ERR_PTR(-ENOMEM);
	bin->key = *key;
	err = rhashtable_insert_fast(&registry->bins, &bin->node, bins_params);
	if (!err)
		return bin;
	kfree(bin);
	return ERR_PTR(err);
}

/* With one policy more, or ERR_PTR(). */
static struct policy_bin *get_bin(struct net *net,
				  const struct pqike_policy *policy)
{
	struct pqike_policy_registry *registry = pqike_policy_registry_of(net);
	const struct bin_key key = {
		.if_id = policy->if_id,
		.family = policy->selector.family,
		.dir = policy->dir,
	};
	struct policy_bin *bin;

	bin = rhashtable_lookup_fast(&registry->bins, &key, bins_params);
	if (!bin)
		bin = make_bin(registry, &key);
	if (!IS_ERR(bin))
		bin->n++;
	return bin;
}

/* With one policy less. */
static void put_bin(struct net *net, struct policy_bin *bin)
{
	bin->n--;
	if (bin->n_left > bin->n) {
		prune_bin(net, &bin->key);
		bin->n_left = 0;
	}
	if (bin->n)
		return;
	rhashtable_remove_fast(&pqike_policy_registry_of(net)->bins, &bin->node,
			       bins_params);
	kfree_rcu(bin, rcu);
}

static int check_room(struct net *net,
		      const struct pqike_policy_registry *registry,
		      struct netlink_ext_ack *extack)
{
	if (pqike_policy_registry_count(registry) <
	    READ_ONCE(pqike_quota_of(net)->policies))
		return 0;
	NL_SET_ERR_MSG_MOD(extack,
			   "the network namespace has as many policies as it may have");
	return -EDQUOT;
}

static int add_entry(struct net *net, const struct pqike_policy *policy,
		     const struct pqike_policy_user *user,
		     struct netlink_ext_ack *extack)
{
	struct pqike_policy_registry *registry = pqike_policy_registry_of(net);
	struct policy_entry *entry;
	int err;

	err = check_room(net, registry, extack);
	if (err)
		return err;
	entry = kzalloc_obj(*entry, GFP_KERNEL_ACCOUNT);
	if (!entry)
		return -ENOMEM;
	INIT_LIST_HEAD(&entry->holders);
	entry->child_reqid = user->child_reqid;
	entry->policy = *policy;
	entry->bin = get_bin(net, policy);
	if (IS_ERR(entry->bin)) {
		err = PTR_ERR(entry->bin);
		goto free_entry;
	}
	err = add_holder(entry, policy, user);
	if (err)
		goto put_bin;
	err = rhashtable_insert_fast(&registry->entries, &entry->node,
				     entries_params);
	if (err)
		goto free_holder;
	err = insert_xfrm_policy(net, policy, extack);
	if (err)
		goto remove_entry;

	return 0;

remove_entry:
	rhashtable_remove_fast(&registry->entries, &entry->node,
			       entries_params);
free_holder:
	remove_holder(entry, user);
put_bin:
	put_bin(net, entry->bin);
free_entry:
	kfree_rcu(entry, rcu);
	return err;
}

/* Where somebody else has put his own, that is in the way. */
static int see_to_it(struct net *net, const struct pqike_policy *policy,
		     struct netlink_ext_ack *extack)
{
	return is_there(net, policy) ? 0 : insert_xfrm_policy(net, policy, extack);
}

static bool is_same_tunnel(const struct xfrm_tmpl *a, const struct xfrm_tmpl *b)
{
	return a->mode == b->mode && a->encap_family == b->encap_family &&
	       xfrm_addr_equal(&a->id.daddr, &b->id.daddr, a->encap_family) &&
	       xfrm_addr_equal(&a->saddr, &b->saddr, a->encap_family);
}

/* Whether a child may be a user of a place that has users. */
static int check_entry(const struct policy_entry *entry,
		       const struct pqike_policy *policy, u32 child_reqid,
		       bool moves, struct netlink_ext_ack *extack)
{
	if (entry->child_reqid == child_reqid &&
	    (moves || is_same_tunnel(&entry->policy.tmpl, &policy->tmpl)))
		return 0;

	say_in_use(policy, entry->policy.tmpl.reqid ?: entry->child_reqid,
		   extack);
	return -EEXIST;
}

/**
 * pqike_policy_check() - see whether pqike_policy_hold() would be refused
 * @net: network namespace
 * @policy: what is wanted
 * @child_reqid: of the child that wants it, at these addresses
 * @extack: names the policy that is in the way, as pqike_policy_hold() does
 *
 * Context: process; net->xfrm.xfrm_cfg_mutex is held.
 * Return: 0 or -EEXIST.
 */
int pqike_policy_check(struct net *net, const struct pqike_policy *policy,
		       u32 child_reqid, struct netlink_ext_ack *extack)
{
	const struct policy_entry *entry = find_entry(net, policy);
	struct xfrm_policy *pol;
	bool ours;
	int err;

	if (entry) {
		err = check_entry(entry, policy, child_reqid, false, extack);
		if (err)
			return err;
	}
	pol = find_xfrm_policy(net, policy);
	if (!pol)
		return 0;
	ours = entry && is_ours(pol, &entry->policy);
	xfrm_pol_put(pol);
	if (ours)
		return 0;

	say_exists(policy, extack);
	return -EEXIST;
}

/**
 * pqike_policy_hold() - be a user of a policy, or the last one
 * @net: network namespace
 * @policy: what is wanted
 * @user: who wants it, or has it already
 * @moves: to whatever addresses
 * @extack: names the policy that is in the way, and its reqid if it is one of
 *	ours; may be NULL
 *
 * The first user inserts it into xfrm, and so does the next one when it is gone
 * from there.  One that exists does not change before pqike_policy_refresh().
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 * Return: 0; or, with nothing changed, -EEXIST, -EDQUOT when the namespace has as many
 * as it may have, -ENOMEM or -EBUSY.
 */
int pqike_policy_hold(struct net *net, const struct pqike_policy *policy,
		      const struct pqike_policy_user *user, bool moves,
		      struct netlink_ext_ack *extack)
{
	struct policy_entry *entry = find_entry(net, policy);
	struct holder *holder;
	int err;

	if (!entry)
		return add_entry(net, policy, user, extack);

	err = check_entry(entry, policy, user->child_reqid, moves, extack);
	if (err)
		return err;
	err = see_to_it(net, &entry->policy, extack);
	if (err)
		return err;
	holder = find_holder(entry, user);
	if (!holder)
		return add_holder(entry, policy, user);
	list_move(&holder->list, &entry->holders);
	return 0;
}

/*
 * xfrm has the old policy until it has the new one. There is no error to return
 * from half of many: memory is waited for, and since the old policy is in xfrm,
 * so is the node of xfrm's tree that the new one goes to. Where the old one is
 * gone, or somebody else's is there, that stays.
 */
static void set_template(struct net *net, struct policy_entry *entry,
			 const struct xfrm_tmpl *tmpl)
{
	struct pqike_policy policy = entry->policy;
	struct xfrm_policy *pol;

	if (!memcmp(&entry->policy.tmpl, tmpl, sizeof(*tmpl)))
		return;

	policy.tmpl = *tmpl;
	if (is_there(net, &entry->policy)) {
		pol = make_xfrm_policy(net, &policy,
				       GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);
		WARN_ON_ONCE(hand_over(pol, policy.dir, XFRM_MSG_UPDPOLICY));
	}
	/* The rest is the table's key, which it may be reading. */
	entry->policy.tmpl = *tmpl;
}

static unsigned int rank_of(const struct pqike_policy_user *user, int dir)
{
	if (dir == XFRM_POLICY_OUT && user->n_send)
		return 2;
	return user->n_receive ? 1 : 0;
}

static void refresh_entry(struct net *net, struct policy_entry *entry)
{
	const int dir = entry->policy.dir;
	const struct holder *holder, *best = NULL;
	unsigned int n_receive = 0;
	struct xfrm_tmpl tmpl;

	list_for_each_entry(holder, &entry->holders, list) {
		n_receive += !!holder->user->n_receive;
		if (!best || rank_of(holder->user, dir) > rank_of(best->user, dir))
			best = holder;
	}
	/* cppcheck-suppress nullPointer; an entry has holders until it goes */
	tmpl = best->tmpl;
	if (dir != XFRM_POLICY_OUT && n_receive > 1)
		tmpl.reqid = 0;
	set_template(net, entry, &tmpl);
}

/**
 * pqike_policy_refresh() - let a policy name who is to use it by now
 * @net: network namespace
 * @policy: that a user holds, whose Child SAs have changed
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 */
void pqike_policy_refresh(struct net *net, const struct pqike_policy *policy)
{
	struct policy_entry *entry = find_entry(net, policy);

	if (!WARN_ON_ONCE(!entry))
		refresh_entry(net, entry);
}

/**
 * pqike_policy_move() - let a policy name other addresses
 * @net: network namespace
 * @policy: that @user holds, with these addresses
 * @user: the user
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 */
void pqike_policy_move(struct net *net, const struct pqike_policy *policy,
		       const struct pqike_policy_user *user)
{
	struct policy_entry *entry = find_entry(net, policy);
	struct holder *holder = entry ? find_holder(entry, user) : NULL;

	if (WARN_ON_ONCE(!holder))
		return;
	holder->tmpl = policy->tmpl;
	refresh_entry(net, entry);
}

/**
 * pqike_policy_release() - be a user of a policy no longer
 * @net: network namespace
 * @policy: that pqike_policy_hold() was given
 * @user: likewise
 *
 * The last user deletes it from xfrm, unless it is somebody else's by now.  Two
 * pairs of selectors may have one policy, which is released with the first.
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 */
void pqike_policy_release(struct net *net, const struct pqike_policy *policy,
			  const struct pqike_policy_user *user)
{
	struct policy_entry *entry = find_entry(net, policy);

	if (!entry)
		return;

	remove_holder(entry, user);
	if (!list_empty(&entry->holders)) {
		refresh_entry(net, entry);
		return;
	}
	delete_xfrm_policy(net, &entry->policy);
	entry->bin->n_left++;
	put_bin(net, entry->bin);
	rhashtable_remove_fast(&pqike_policy_registry_of(net)->entries,
			       &entry->node, entries_params);
	kfree_rcu(entry, rcu);
}
