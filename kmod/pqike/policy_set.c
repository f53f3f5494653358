// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of traffic selectors, their policies and their reqids.
 *
 * States of tunnel mode have no selector: of several that a policy's template
 * allows, which are those of its reqid and addresses, xfrm takes the newest.  So
 * a reqid belongs to one set of selectors.  All Child SAs of one configured child
 * that have the same set, as they have when one replaces the other, share its
 * policies and its reqid; another set of the same child, which is what a peer
 * makes that narrows, or that has several children where this side has one, has
 * a reqid of its own.
 *
 * A child is named by a reqid, which its user or the helper has chosen.  The
 * first of its sets gets that one, be it of a Child SA or of a trap, and keeps it
 * as long as anybody uses the set; others get one from REQID_MIN on.  So a reqid
 * that is fixed by an operator holds for the first set, which is the only one
 * unless selectors are narrowed; and a packet that meets a trap, outside of the
 * narrower sets of its child, finds no state of theirs.
 *
 * Where sets of a child have a selector in common, see policy_registry.c.
 */
#include "policy_set.h"

#include <linux/err.h>
#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "esp_child.h"
#include "esp_policy.h"
#include "policy_registry.h"

/* Above those that name a Child SA without a child, see child_sa_id.c. */
#define REQID_MIN	0x20000000
#define REQID_MAX	0x2fffffff

/**
 * struct pqike_policy_set - selectors that share policies and a reqid
 * @by_selectors: in the namespace's table
 * @by_reqid: likewise
 * @sets: the namespace's tables
 * @rcu: who searches a table may still read this
 * @references: Child SAs and traps that will hold it, hold it or held it
 * @holders: those that hold it: only with these it has policies
 * @user: what the registry knows of it
 * @esp: what its policies are made of; no states
 */
struct pqike_policy_set {
	struct rhlist_head by_selectors;
	struct rhash_head by_reqid;
	struct pqike_policy_sets *sets;
	struct rcu_head rcu;
	unsigned int references;
	unsigned int holders;
	struct pqike_policy_user user;
	struct pqike_esp esp;
};

static bool is_same_ts(const struct pqike_ts *a, const struct pqike_ts *b)
{
	return a->family == b->family && a->prefix_len == b->prefix_len &&
	       a->protocol == b->protocol && a->port == b->port &&
	       a->port_mask == b->port_mask &&
	       !memcmp(&a->address, &b->address, sizeof(a->address));
}

static bool has_ts(const struct pqike_ts *list, unsigned int n,
		   const struct pqike_ts *ts)
{
	for (unsigned int i = 0; i < n; i++)
		if (is_same_ts(&list[i], ts))
			return true;
	return false;
}

static bool has_all_ts(const struct pqike_ts *list, unsigned int n,
		       const struct pqike_ts *others, unsigned int n_others)
{
	for (unsigned int i = 0; i < n_others; i++)
		if (!has_ts(list, n, &others[i]))
			return false;
	return true;
}

/* In any order. */
static bool is_same_ts_list(const struct pqike_ts *a, unsigned int n_a,
			    const struct pqike_ts *b, unsigned int n_b)
{
	return has_all_ts(a, n_a, b, n_b) && has_all_ts(b, n_b, a, n_a);
}

static bool is_same_mark(const struct xfrm_mark *a, const struct xfrm_mark *b)
{
	return a->m == b->m && (a->v & a->m) == (b->v & b->m);
}

/* Those of states may differ. */
static bool is_same_options(const struct pqike_esp_options *a,
			    const struct pqike_esp_options *b)
{
	return a->if_id_in == b->if_id_in && a->if_id_out == b->if_id_out &&
	       is_same_mark(&a->mark_in, &b->mark_in) &&
	       is_same_mark(&a->mark_out, &b->mark_out);
}

/* They make the same policies but for addresses and reqid. */
static bool is_same_set(const struct pqike_esp *a, const struct pqike_esp *b)
{
	return a->child_reqid == b->child_reqid &&
	       a->transport == b->transport &&
	       is_same_options(&a->options, &b->options) &&
	       is_same_ts_list(a->local_ts, a->n_local_ts, b->local_ts,
			       b->n_local_ts) &&
	       is_same_ts_list(a->remote_ts, a->n_remote_ts, b->remote_ts,
			       b->n_remote_ts);
}

static bool is_same_tunnel(const struct pqike_esp *a, const struct pqike_esp *b)
{
	return a->family == b->family &&
	       !memcmp(&a->local, &b->local, sizeof(a->local)) &&
	       !memcmp(&a->remote, &b->remote, sizeof(a->remote));
}

/* All that is_same_ts() compares: a peer chooses these. */
static u32 hash_ts(const struct pqike_ts *ts)
{
	return jhash(&ts->address, sizeof(ts->address),
		     jhash_3words(ts->family << 16 | ts->prefix_len << 8 |
				  ts->protocol, (__force u16)ts->port,
				  (__force u16)ts->port_mask, 0));
}

/* In any order; one that is there twice counts once in is_same_ts_list(). */
static u32 hash_ts_list(const struct pqike_ts *list, unsigned int n)
{
	u32 hash = 0;

	for (unsigned int i = 0; i < n; i++)
		if (!has_ts(list, i, &list[i]))
			hash += hash_ts(&list[i]);
	return hash;
}

static u32 hash_esp(const void *data, u32 len, u32 seed)
{
	const struct pqike_esp *esp = data;

	return jhash_3words(esp->child_reqid,
			    hash_ts_list(esp->local_ts, esp->n_local_ts),
			    hash_ts_list(esp->remote_ts, esp->n_remote_ts),
			    seed);
}

static u32 hash_set(const void *set, u32 len, u32 seed)
{
	return hash_esp(&((const struct pqike_policy_set *)set)->esp, len, seed);
}

static int compare_selectors(struct rhashtable_compare_arg *arg,
			     const void *set)
{
	return !is_same_set(&((const struct pqike_policy_set *)set)->esp,
			    arg->key);
}

static const struct rhashtable_params by_selectors_params = {
	.head_offset = offsetof(struct pqike_policy_set, by_selectors),
	.hashfn = hash_esp,
	.obj_hashfn = hash_set,
	.obj_cmpfn = compare_selectors,
	.automatic_shrinking = true,
};

static const struct rhashtable_params by_reqid_params = {
	.head_offset = offsetof(struct pqike_policy_set, by_reqid),
	.key_offset = offsetof(struct pqike_policy_set, esp.reqid),
	.key_len = sizeof_field(struct pqike_policy_set, esp.reqid),
	.automatic_shrinking = true,
};

/**
 * pqike_policy_sets_init() - begin with none
 * @sets: of a new network namespace
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int pqike_policy_sets_init(struct pqike_policy_sets *sets)
{
	int err;

	sets->last_reqid = REQID_MIN - 1;
	err = rhltable_init(&sets->by_selectors, &by_selectors_params);
	if (err)
		return err;
	err = rhashtable_init(&sets->by_reqid, &by_reqid_params);
	if (err)
		rhltable_destroy(&sets->by_selectors);
	return err;
}

/**
 * pqike_policy_sets_destroy() - end with none
 * @sets: of a network namespace that ends; all have been given back
 *
 * Context: may sleep.
 */
void pqike_policy_sets_destroy(struct pqike_policy_sets *sets)
{
	rhashtable_destroy(&sets->by_reqid);
	rhltable_destroy(&sets->by_selectors);
}

/* The one of these addresses, or else one of others. */
static struct pqike_policy_set *find_set(struct net *net,
					 const struct pqike_esp *esp)
{
	struct pqike_policy_set *set, *found = NULL;
	struct rhlist_head *list, *pos;

	rcu_read_lock();
	list = rhltable_lookup(&pqike_policy_sets_of(net)->by_selectors, esp,
			       by_selectors_params);
	rhl_for_each_entry_rcu(set, pos, list, by_selectors) {
		found = set;
		if (is_same_tunnel(&set->esp, esp))
			break;
	}
	rcu_read_unlock();
	return found;
}

static bool is_taken(struct net *net, u32 reqid)
{
	return rhashtable_lookup_fast(&pqike_policy_sets_of(net)->by_reqid, &reqid,
				      by_reqid_params);
}

/* There are more reqids than sets that memory has room for. */
static u32 choose_reqid(struct net *net, u32 child_reqid)
{
	struct pqike_policy_sets *sets = pqike_policy_sets_of(net);

	if (!is_taken(net, child_reqid))
		return child_reqid;
	do {
		if (sets->last_reqid++ == REQID_MAX)
			sets->last_reqid = REQID_MIN;
	} while (is_taken(net, sets->last_reqid));
	return sets->last_reqid;
}

/* Return: with one reference; or ERR_PTR() of -ENOMEM or -EBUSY. */
static struct pqike_policy_set *make_set(struct net *net,
					 const struct pqike_esp *esp, u32 reqid)
{
	struct pqike_policy_sets *sets = pqike_policy_sets_of(net);
	struct pqike_policy_set *set;
	int err;

	set = kzalloc_obj(*set, GFP_KERNEL_ACCOUNT);
	if (!set)
		return ERR_PTR(-ENOMEM);
	set->esp = *esp;
	set->esp.reqid = reqid;
	set->user.child_reqid = esp->child_reqid;
	set->references = 1;
	set->sets = sets;
	err = rhltable_insert(&sets->by_selectors, &set->by_selectors,
			      by_selectors_params);
	if (err)
		goto free;
	err = rhashtable_insert_fast(&sets->by_reqid, &set->by_reqid,
				     by_reqid_params);
	if (err)
		goto remove;
	return set;

remove:
	rhltable_remove(&sets->by_selectors, &set->by_selectors,
			by_selectors_params);
free:
	kfree_rcu(set, rcu);
	return ERR_PTR(err);
}

/**
 * pqike_policy_set_check() - see whether a policy of another one is in the way
 * @net: network namespace
 * @esp: child_reqid, addresses and what policies are made of are read
 * @extack: names the policy; may be NULL
 *
 * Context: see pqike_policy_set_get().
 * Return: 0, or -EEXIST where pqike_policy_set_hold() would return that.
 */
int pqike_policy_set_check(struct net *net, const struct pqike_esp *esp,
			   struct netlink_ext_ack *extack)
{
	const unsigned int count = pqike_esp_policy_count(esp);
	struct pqike_policy policy;
	int err;

	for (unsigned int n = 0; n < count; n++) {
		if (!pqike_esp_policy_nth(esp, n, &policy))
			continue;
		err = pqike_policy_check(net, &policy, esp->child_reqid, extack);
		if (err)
			return err;
	}
	return 0;
}

/**
 * pqike_policy_set_get() - the set of a Child SA that is going to be installed
 * @net: network namespace
 * @esp: child_reqid, addresses and what policies are made of are read
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held, as for all
 * below.
 * Return: to be given back with pqike_policy_set_put(); or ERR_PTR() of -ENOMEM, or of
 * -EBUSY where a table that grows has no room yet.
 */
struct pqike_policy_set *pqike_policy_set_get(struct net *net,
					      const struct pqike_esp *esp)
{
	struct pqike_policy_set *set = find_set(net, esp);

	if (!set || !is_same_tunnel(&set->esp, esp))
		return make_set(net, esp, choose_reqid(net, esp->child_reqid));
	set->references++;
	return set;
}

/**
 * pqike_policy_set_put() - give back a reference
 * @set: not held any more by who had it
 *
 * Context: see pqike_policy_set_get().
 */
void pqike_policy_set_put(struct pqike_policy_set *set)
{
	if (--set->references)
		return;
	rhashtable_remove_fast(&set->sets->by_reqid, &set->by_reqid,
			       by_reqid_params);
	rhltable_remove(&set->sets->by_selectors, &set->by_selectors,
			by_selectors_params);
	kfree_rcu(set, rcu);
}

/**
 * pqike_policy_set_reqid() - what its policies and states have
 * @set: the set
 *
 * Context: any.
 * Return: the reqid, which does not change.
 */
u32 pqike_policy_set_reqid(const struct pqike_policy_set *set)
{
	return set->esp.reqid;
}

typedef void each_policy(struct net *net, const struct pqike_policy *policy,
			 const struct pqike_policy_user *user);

/* Those of a number below @end, last first. */
static void call_below(struct net *net, const struct pqike_policy_set *set,
		       unsigned int end, each_policy *each)
{
	struct pqike_policy policy;

	for (unsigned int n = end; n--; cond_resched())
		if (pqike_esp_policy_nth(&set->esp, n, &policy))
			each(net, &policy, &set->user);
}

/* The first ones first: outbound ones come last. */
static void refresh_all(struct net *net, const struct pqike_policy_set *set)
{
	const unsigned int count = pqike_esp_policy_count(&set->esp);
	struct pqike_policy policy;

	for (unsigned int n = 0; n < count; n++, cond_resched())
		if (pqike_esp_policy_nth(&set->esp, n, &policy))
			pqike_policy_refresh(net, &policy);
}

/* All or none.  Who holds them already sees to it that they are there. */
static int hold_all(struct net *net, struct pqike_policy_set *set, bool moves,
		    struct netlink_ext_ack *extack)
{
	const unsigned int count = pqike_esp_policy_count(&set->esp);
	struct pqike_policy policy;
	int err;

	for (unsigned int n = 0; n < count; n++) {
		if (!pqike_esp_policy_nth(&set->esp, n, &policy))
			continue;
		err = pqike_policy_hold(net, &policy, &set->user, moves,
					extack);
		if (!err)
			continue;
		if (!set->holders)
			call_below(net, set, n, pqike_policy_release);
		return err;
	}
	set->holders++;
	return 0;
}

static void release_all(struct net *net, struct pqike_policy_set *set)
{
	if (--set->holders)
		refresh_all(net, set);
	else
		call_below(net, set, pqike_esp_policy_count(&set->esp),
			   pqike_policy_release);
}

/**
 * pqike_policy_set_hold() - a Child SA of the set receives from now on
 * @net: network namespace
 * @set: of pqike_policy_set_get()
 * @extack: names the policy that is in the way; may be NULL
 *
 * Context: see pqike_policy_set_get().
 * Return: 0; or, with nothing held, an error of pqike_policy_hold().
 */
int pqike_policy_set_hold(struct net *net, struct pqike_policy_set *set,
			  struct netlink_ext_ack *extack)
{
	int err;

	err = hold_all(net, set, false, extack);
	if (err)
		return err;
	set->user.n_receive++;
	refresh_all(net, set);
	return 0;
}

/**
 * pqike_policy_set_release() - a Child SA of the set is no more
 * @net: network namespace
 * @set: given to pqike_policy_set_hold() for it; it does not send any more
 *
 * Context: see pqike_policy_set_get().
 */
void pqike_policy_set_release(struct net *net, struct pqike_policy_set *set)
{
	set->user.n_receive--;
	release_all(net, set);
}

/**
 * pqike_policy_set_send() - a Child SA of the set has its outbound state
 * @net: network namespace
 * @set: held for it
 *
 * Context: see pqike_policy_set_get().
 */
void pqike_policy_set_send(struct net *net, struct pqike_policy_set *set)
{
	set->user.n_send++;
	refresh_all(net, set);
}

/**
 * pqike_policy_set_stop() - the outbound state is going to be deleted
 * @net: network namespace
 * @set: that pqike_policy_set_send() was called for
 *
 * Context: see pqike_policy_set_get().
 */
void pqike_policy_set_stop(struct net *net, struct pqike_policy_set *set)
{
	set->user.n_send--;
	refresh_all(net, set);
}

static void move_set(struct net *net, struct pqike_policy_set *set,
		     const struct pqike_esp *esp)
{
	set->esp.family = esp->family;
	set->esp.local = esp->local;
	set->esp.remote = esp->remote;
	call_below(net, set, pqike_esp_policy_count(&set->esp),
		   pqike_policy_move);
}

/* The reqid stays that of the trap where nobody else has it. */
static struct pqike_policy_set *get_for_trap(struct net *net,
					     const struct pqike_esp *esp,
					     const struct pqike_policy_set *old)
{
	struct pqike_policy_set *set = find_set(net, esp);

	if (set && (old || is_same_tunnel(&set->esp, esp))) {
		set->references++;
		return set;
	}
	return make_set(net, esp, old && old->references == 1 ? old->esp.reqid :
			choose_reqid(net, esp->child_reqid));
}

/**
 * pqike_policy_set_trap() - let policies wait for a packet
 * @net: network namespace
 * @esp: child_reqid, addresses and what policies are made of are read
 * @set: NULL, or what the trap had before; receives what it has now
 * @extack: names the policy that is in the way; may be NULL
 *
 * What both the old and the new selectors match is matched at every moment in
 * between.  A trap that is replaced takes the policies of its selectors to the
 * new addresses, for all who hold them.
 *
 * Context: see pqike_policy_set_get().
 * Return: 0; or, with nothing changed, an error of pqike_policy_set_get() or of
 * pqike_policy_hold().
 */
int pqike_policy_set_trap(struct net *net, const struct pqike_esp *esp,
			  struct pqike_policy_set **set,
			  struct netlink_ext_ack *extack)
{
	struct pqike_policy_set *old = *set;
	struct pqike_policy_set *new;
	int err;

	new = get_for_trap(net, esp, old);
	if (IS_ERR(new))
		return PTR_ERR(new);
	err = hold_all(net, new, old, extack);
	if (err) {
		pqike_policy_set_put(new);
		return err;
	}
	if (!is_same_tunnel(&new->esp, esp))
		move_set(net, new, esp);
	refresh_all(net, new);
	if (old)
		pqike_policy_set_untrap(net, old);
	*set = new;
	return 0;
}

/**
 * pqike_policy_set_untrap() - the end of a trap
 * @net: network namespace
 * @set: what it had; given back
 *
 * Context: see pqike_policy_set_get().
 */
void pqike_policy_set_untrap(struct net *net, struct pqike_policy_set *set)
{
	release_all(net, set);
	pqike_policy_set_put(set);
}
