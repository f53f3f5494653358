// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink sockets that may drive IKE SAs, and what they own (R7, R9).
 *
 * A socket is authorised once, by somebody with CAP_NET_ADMIN, and needs no
 * capability from then on.  Its authorisation ends when it is closed or revoked, and
 * with it what is not complete; an established IKE SA keeps its owner, which is nobody
 * then, until another socket adopts it.
 *
 * No request of a socket is being served when it is closed.  Who revokes waits until
 * that is so, and lets no other one begin.
 *
 * The end of every generic netlink socket in the namespace is told, whoever had
 * it: one that is not authorised costs a look into a hash table, another one what
 * it has not completed.  Only the port is told of a socket, and that may be another
 * one's by then, so the socket itself is held, too: what ends is what belongs to a
 * socket of that port that is dead.
 *
 * A socket holds its network namespace, which could never end if something in it
 * held the socket for longer than that is open.
 */
#include <linux/completion.h>
#include <linux/netlink.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "compat.h"
#include "owner.h"

/**
 * struct pqike_owner - a socket that is or was authorised
 * @node: in @owners->by_portid, until it is closed
 * @rcu: readers of @owners->by_portid may still look at it
 * @owners: those of the namespace
 * @sk: the socket, held; NULL once it is closed
 * @portid: its port, even after it was closed
 * @quota: what it may have; connections and traps are not its own
 * @used: what it has
 * @users: its authorisation, each struct pqike_owned, and who closes or revokes it
 * @incomplete: struct pqike_owned that end with the socket
 * @complete: struct pqike_owned of IKE SAs that live on
 * @revoked: no request begins any more
 * @requests: its authorisation until that is revoked, and each request being served
 * @served: @requests is 0
 */
struct pqike_owner {
	struct rhlist_head node;
	struct rcu_head rcu;
	struct pqike_owners *owners;
	struct sock *sk;
	u32 portid;
	struct pqike_quota quota;
	struct pqike_quota used;
	unsigned int users;
	struct list_head incomplete;
	struct list_head complete;
	bool revoked;
	refcount_t requests;
	struct completion served;
};

static const struct rhashtable_params params = {
	.head_offset = offsetof(struct pqike_owner, node),
	.key_offset = offsetof(struct pqike_owner, portid),
	.key_len = sizeof_field(struct pqike_owner, portid),
	.automatic_shrinking = true,
};

/**
 * pqike_owners_init() - begin with none
 * @owners: of a new network namespace
 * @quota: what that may have, for as long as @owners is there
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int pqike_owners_init(struct pqike_owners *owners,
		      const struct pqike_quota *quota)
{
	mutex_init(&owners->lock);
	owners->quota = quota;
	INIT_LIST_HEAD(&owners->orphans);
	INIT_LIST_HEAD(&owners->unseen);
	return rhltable_init(&owners->by_portid, &params);
}

/* Authorised, still open, and without anything. */
static void free_owner(void *object, void *arg)
{
	struct pqike_owner *owner = object;

	sock_put(owner->sk);
	kfree(owner);
}

/**
 * pqike_owners_destroy() - end with none
 * @owners: whose owners own nothing
 *
 * Sockets are open and authorised then only where the module ends.
 *
 * Context: may sleep; no request is served any more.
 */
void pqike_owners_destroy(struct pqike_owners *owners)
{
	rhltable_free_and_destroy(&owners->by_portid, free_owner, NULL);
	mutex_destroy(&owners->lock);
}

/* Under RCU or with the lock held. */
static struct pqike_owner *find_owner(struct pqike_owners *owners, u32 portid,
				      bool (*matches)(const struct pqike_owner *owner,
						      const struct sock *sk),
				      const struct sock *sk)
{
	struct rhlist_head *list, *pos;
	struct pqike_owner *owner, *found = NULL;

	rcu_read_lock();
	list = rhltable_lookup(&owners->by_portid, &portid, params);
	rhl_for_each_entry_rcu(owner, pos, list, node) {
		if (!matches(owner, sk))
			continue;
		found = owner;
		break;
	}
	rcu_read_unlock();
	return found;
}

static bool is_of_socket(const struct pqike_owner *owner, const struct sock *sk)
{
	return READ_ONCE(owner->sk) == sk && !READ_ONCE(owner->revoked);
}

/* The lock is held, so that it has its socket. */
static bool is_closed(const struct pqike_owner *owner, const struct sock *sk)
{
	return sock_flag(owner->sk, SOCK_DEAD);
}

/* The lock is held. */
static int add_owner(struct pqike_owners *owners, struct sock *sk, u32 portid,
		     const struct pqike_quota *quota)
{
	struct pqike_owner *owner;
	int err;

	if (find_owner(owners, portid, is_of_socket, sk))
		return -EEXIST;
	owner = kzalloc_obj(*owner, GFP_KERNEL_ACCOUNT);
	if (!owner)
		return -ENOMEM;
	owner->owners = owners;
	owner->sk = sk;
	owner->portid = portid;
	owner->quota = *quota;
	owner->users = 1;
	INIT_LIST_HEAD(&owner->incomplete);
	INIT_LIST_HEAD(&owner->complete);
	refcount_set(&owner->requests, 1);
	init_completion(&owner->served);
	err = rhltable_insert(&owners->by_portid, &owner->node, params);
	if (err) {
		kfree(owner);
		return err;
	}
	sock_hold(sk);
	return 0;
}

/**
 * pqike_owner_authorise() - let a socket drive IKE SAs until it is closed or revoked
 * @owners: those of its network namespace
 * @sk: the socket, which stays open meanwhile
 * @portid: port of @sk
 * @quota: what it may have, within that of the namespace
 *
 * Context: may sleep.
 * Return: 0, -EEXIST when it may already, -ENOMEM.
 */
int pqike_owner_authorise(struct pqike_owners *owners, struct sock *sk,
			  u32 portid, const struct pqike_quota *quota)
{
	int err;

	mutex_lock(&owners->lock);
	err = add_owner(owners, sk, portid, quota);
	mutex_unlock(&owners->lock);
	return err;
}

/**
 * pqike_owner_of_socket() - what an authorised socket is as an owner
 * @owners: those of its network namespace
 * @sk: the socket, which is open
 * @portid: port of @sk
 *
 * Context: any.
 * Return: what may be compared with owners, and may be gone; NULL where the socket is
 * not authorised.
 */
const struct pqike_owner *pqike_owner_of_socket(struct pqike_owners *owners,
						const struct sock *sk,
						u32 portid)
{
	return find_owner(owners, portid, is_of_socket, sk);
}

/**
 * pqike_owner_begin_request() - begin to serve a request of an authorised socket
 * @owners: those of its network namespace
 * @sk: the socket, which stays open until the request is served
 * @portid: port of @sk
 *
 * Context: any.
 * Return: an owner until pqike_owner_end_request(); NULL where the socket is not
 * authorised.
 */
struct pqike_owner *pqike_owner_begin_request(struct pqike_owners *owners,
					      const struct sock *sk, u32 portid)
{
	struct pqike_owner *owner;

	rcu_read_lock();
	owner = find_owner(owners, portid, is_of_socket, sk);
	if (owner && !refcount_inc_not_zero(&owner->requests))
		owner = NULL;
	rcu_read_unlock();
	return owner;
}

/**
 * pqike_owner_end_request() - a request has been served
 * @owner: of pqike_owner_begin_request()
 *
 * Context: any.
 */
void pqike_owner_end_request(struct pqike_owner *owner)
{
	if (refcount_dec_and_test(&owner->requests))
		complete(&owner->served);
}

/* The lock is held.  False when that was the last reference. */
static bool put_owner(struct pqike_owner *owner)
{
	if (--owner->users)
		return true;
	kfree_rcu(owner, rcu);
	return false;
}

/* The lock is held.  One more within both quotas. */
static bool take_one(u32 *all, u32 all_max, u32 *own, u32 own_max)
{
	if (*all >= all_max || *own >= own_max)
		return false;
	++*all;
	++*own;
	return true;
}

/* The lock is held. */
static void give_one(u32 *all, u32 *own)
{
	--*all;
	--*own;
}

static bool is_ike_sa(const struct pqike_owned *owned)
{
	return !owned->child_sa;
}

/* The lock is held. */
static void begin_owned(struct pqike_owned *owned, struct pqike_owner *owner)
{
	owner->users++;
	owned->owner = owner;
	list_add_tail(&owned->list, &owner->incomplete);
}

/* The lock is held. */
static int begin_ike_sa(struct pqike_owned *owned, struct pqike_owner *owner,
			struct netlink_ext_ack *extack)
{
	struct pqike_owners *owners = owner->owners;

	if (!take_one(&owners->used.ike_sas, owners->quota->ike_sas,
		      &owner->used.ike_sas, owner->quota.ike_sas)) {
		NL_SET_ERR_MSG(extack,
			       "the socket or its network namespace has as many IKE SAs as it may have");
		return -EDQUOT;
	}
	if (!take_one(&owners->used.half_open, owners->quota->half_open,
		      &owner->used.half_open, owner->quota.half_open)) {
		give_one(&owners->used.ike_sas, &owner->used.ike_sas);
		NL_SET_ERR_MSG(extack,
			       "the socket or its network namespace has as many IKE SAs that are not established as it may have");
		return -EDQUOT;
	}
	begin_owned(owned, owner);
	owned->half_open = true;
	return 0;
}

/**
 * pqike_owned_begin_ike_sa() - let an IKE SA belong to a socket, and end with it
 * @owned: of the IKE SA, filled in
 * @owner: the socket, whose request is being served
 * @extack: says that it has too many
 *
 * Context: may sleep.
 * Return: 0 or -EDQUOT.
 */
int pqike_owned_begin_ike_sa(struct pqike_owned *owned,
			     struct pqike_owner *owner,
			     struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&owner->owners->lock);
	err = begin_ike_sa(owned, owner, extack);
	mutex_unlock(&owner->owners->lock);
	return err;
}

/**
 * pqike_owned_begin_child_sa() - let a Child SA in the making end with a socket
 * @owned: of the Child SA, filled in
 * @owner: the owner of its IKE SA
 *
 * Context: may sleep; the IKE SA is locked.
 */
void pqike_owned_begin_child_sa(struct pqike_owned *owned,
				struct pqike_owner *owner)
{
	mutex_lock(&owner->owners->lock);
	begin_owned(owned, owner);
	mutex_unlock(&owner->owners->lock);
}

/**
 * pqike_owner_take_child_sa() - count one more Child SA
 * @owner: the owner of its IKE SA
 * @extack: says that it has too many
 *
 * Context: may sleep; the IKE SA is locked.
 * Return: 0, to be given back with pqike_owner_give_child_sa(); or -EDQUOT.
 */
int pqike_owner_take_child_sa(struct pqike_owner *owner,
			      struct netlink_ext_ack *extack)
{
	struct pqike_owners *owners = owner->owners;
	bool taken;

	mutex_lock(&owners->lock);
	taken = take_one(&owners->used.child_sas, owners->quota->child_sas,
			 &owner->used.child_sas, owner->quota.child_sas);
	mutex_unlock(&owners->lock);
	if (taken)
		return 0;
	NL_SET_ERR_MSG(extack,
		       "the socket or its network namespace has as many Child SAs as it may have");
	return -EDQUOT;
}

/**
 * pqike_owner_give_child_sa() - count one Child SA less
 * @owner: of pqike_owner_take_child_sa()
 *
 * Context: may sleep; the IKE SA is locked, or has no other users.
 */
void pqike_owner_give_child_sa(struct pqike_owner *owner)
{
	mutex_lock(&owner->owners->lock);
	give_one(&owner->owners->used.child_sas, &owner->used.child_sas);
	mutex_unlock(&owner->owners->lock);
}

/**
 * pqike_owned_complete() - let an IKE SA live on without its socket
 * @owned: what pqike_owned_begin_ike_sa() was given
 *
 * Context: may sleep; the IKE SA is locked.
 */
void pqike_owned_complete(struct pqike_owned *owned)
{
	struct pqike_owner *owner = owned->owner;

	mutex_lock(&owner->owners->lock);
	list_move_tail(&owned->list, &owner->complete);
	owned->half_open = false;
	give_one(&owner->owners->used.half_open, &owner->used.half_open);
	mutex_unlock(&owner->owners->lock);
}

/**
 * pqike_owned_is_complete() - whether an IKE SA lives on without its socket
 * @owned: what pqike_owned_begin_ike_sa() was given
 *
 * Context: may sleep; the IKE SA is locked.
 * Return: as said.
 */
bool pqike_owned_is_complete(const struct pqike_owned *owned)
{
	struct pqike_owners *owners = owned->owner->owners;
	bool complete;

	mutex_lock(&owners->lock);
	complete = !owned->half_open;
	mutex_unlock(&owners->lock);
	return complete;
}

/**
 * pqike_owned_end() - something belongs to nobody any more
 * @owned: what has been begun, or what has no owner
 *
 * Context: may sleep; the IKE SA is locked, or has no other users.
 */
void pqike_owned_end(struct pqike_owned *owned)
{
	struct pqike_owner *owner = owned->owner;
	struct pqike_owners *owners;

	if (!owner)
		return;
	owners = owner->owners;
	mutex_lock(&owners->lock);
	if (is_ike_sa(owned)) {
		give_one(&owners->used.ike_sas, &owner->used.ike_sas);
		if (owned->half_open)
			give_one(&owners->used.half_open, &owner->used.half_open);
	}
	owned->half_open = false;
	list_del_init(&owned->list);
	owned->owner = NULL;
	put_owner(owner);
	mutex_unlock(&owners->lock);
}

/**
 * pqike_owner_get_closed() - an authorised socket that was closed
 * @owners: those of its network namespace
 * @portid: port that it had
 *
 * Context: may sleep.
 * Return: to be given back with pqike_owner_close(), or NULL.
 */
struct pqike_owner *pqike_owner_get_closed(struct pqike_owners *owners,
					   u32 portid)
{
	struct pqike_owner *owner;

	mutex_lock(&owners->lock);
	owner = find_owner(owners, portid, is_closed, NULL);
	if (owner)
		owner->users++;
	mutex_unlock(&owners->lock);
	return owner;
}

/**
 * pqike_owner_revoke() - begin to take the authorisation of a socket back
 * @owners: those of its network namespace
 * @sk: the socket, which stays open until pqike_owner_close()
 * @portid: port of @sk
 *
 * Waits for the requests of the socket that are being served; none begins any more.
 *
 * Context: may sleep; serves no request of the socket for which
 * pqike_owner_begin_request() was called.
 * Return: to be given back with pqike_owner_close(); or NULL where the socket is not
 * authorised.
 */
struct pqike_owner *pqike_owner_revoke(struct pqike_owners *owners,
				       const struct sock *sk, u32 portid)
{
	struct pqike_owner *owner;

	mutex_lock(&owners->lock);
	owner = find_owner(owners, portid, is_of_socket, sk);
	if (owner) {
		owner->users++;
		WRITE_ONCE(owner->revoked, true);
	}
	mutex_unlock(&owners->lock);
	if (owner) {
		pqike_owner_end_request(owner);
		wait_for_completion(&owner->served);
	}
	return owner;
}

/**
 * pqike_owner_close() - end the authorisation of a socket, and give back a reference
 * @owner: of pqike_owner_get_closed() or pqike_owner_revoke(), all that is incomplete
 *	having ended
 *
 * Two sockets of one port may be closed at a time: whoever is first ends it.
 *
 * Context: may sleep.
 * Return: whether something is still the socket's, which lives on.
 */
bool pqike_owner_close(struct pqike_owner *owner)
{
	struct pqike_owners *owners = owner->owners;
	struct sock *sk;
	bool left;

	mutex_lock(&owners->lock);
	sk = owner->sk;
	if (sk) {
		rhltable_remove(&owners->by_portid, &owner->node, params);
		WRITE_ONCE(owner->sk, NULL);
		list_splice_tail_init(&owner->complete, &owners->orphans);
		put_owner(owner);
	}
	left = put_owner(owner);
	mutex_unlock(&owners->lock);
	if (sk)
		sock_put(sk);
	return left;
}

/**
 * pqike_owner_is_closed() - whether a socket is closed and its end has been told, or
 *			     its authorisation was revoked
 * @owner: what owns something
 *
 * Context: any; the IKE SA of what it owns is locked.
 * Return: as said; true is for good.
 */
bool pqike_owner_is_closed(const struct pqike_owner *owner)
{
	return !READ_ONCE(owner->sk);
}

/* The lock is held. */
static bool ends_with_socket(const struct pqike_owned *owned)
{
	return owned->half_open || !is_ike_sa(owned);
}

/**
 * pqike_owned_leave() - let something that is not complete live on
 * @owned: of a socket that is being closed
 *
 * It still counts as what it is.  What is complete is left as it is.
 *
 * Context: may sleep; the IKE SA is locked.
 */
void pqike_owned_leave(struct pqike_owned *owned)
{
	struct pqike_owners *owners = owned->owner->owners;

	mutex_lock(&owners->lock);
	if (ends_with_socket(owned))
		list_del_init(&owned->list);
	mutex_unlock(&owners->lock);
}

/* The lock is held.  The namespace has it already. */
static bool has_room(const struct pqike_owner *owner,
		     const struct pqike_quota *more)
{
	const struct pqike_quota *used = &owner->used, *quota = &owner->quota;

	return (u64)used->ike_sas + more->ike_sas <= quota->ike_sas &&
	       (u64)used->half_open + more->half_open <= quota->half_open &&
	       (u64)used->child_sas + more->child_sas <= quota->child_sas;
}

/**
 * pqike_owner_take() - count what a socket is about to adopt
 * @owner: the socket, whose request is being served
 * @more: what there is of an orphan
 * @extack: says that it is too much
 *
 * Context: may sleep.
 * Return: 0, pqike_owned_move() being due for just that much; or -EDQUOT.
 */
int pqike_owner_take(struct pqike_owner *owner, const struct pqike_quota *more,
		     struct netlink_ext_ack *extack)
{
	int err = 0;

	mutex_lock(&owner->owners->lock);
	if (has_room(owner, more)) {
		owner->used.ike_sas += more->ike_sas;
		owner->used.half_open += more->half_open;
		owner->used.child_sas += more->child_sas;
	} else {
		NL_SET_ERR_MSG(extack,
			       "the socket has no room for the IKE SA, its Child SAs and those that rekey it");
		err = -EDQUOT;
	}
	mutex_unlock(&owner->owners->lock);
	return err;
}

/**
 * pqike_owned_move() - let something belong to another socket
 * @owned: of one that is closed
 * @owner: the other socket, whose request is being served
 * @what: what it counts as, which pqike_owner_take() has counted for @owner
 *
 * Context: may sleep; the IKE SA is locked.
 */
void pqike_owned_move(struct pqike_owned *owned, struct pqike_owner *owner,
		      const struct pqike_quota *what)
{
	struct pqike_owner *before = owned->owner;

	mutex_lock(&owner->owners->lock);
	before->used.ike_sas -= what->ike_sas;
	before->used.half_open -= what->half_open;
	before->used.child_sas -= what->child_sas;
	put_owner(before);
	owner->users++;
	owned->owner = owner;
	list_move_tail(&owned->list, ends_with_socket(owned) ?
		       &owner->incomplete : &owner->complete);
	mutex_unlock(&owner->owners->lock);
}

/**
 * pqike_owner_first() - one thing that ends with a socket
 * @owner: the socket
 *
 * Context: any; the lock of the owners is held, and with it what is returned
 * stays, as does its IKE SA.
 * Return: NULL when there is nothing any more.
 */
struct pqike_owned *pqike_owner_first(struct pqike_owner *owner)
{
	return list_first_entry_or_null(&owner->incomplete, struct pqike_owned,
					list);
}

/**
 * pqike_orphans_begin_round() - begin to go through the orphans of a namespace
 * @owners: those of the namespace; no other round is under way
 *
 * Context: may sleep.
 */
void pqike_orphans_begin_round(struct pqike_owners *owners)
{
	mutex_lock(&owners->lock);
	list_splice_tail_init(&owners->orphans, &owners->unseen);
	mutex_unlock(&owners->lock);
}

/**
 * pqike_orphans_next() - the next orphan of a round
 * @owners: those of the namespace
 *
 * Each that there was when the round began comes once, if it is one by then; those that
 * have become one since belong to the next round.
 *
 * Context: any; the lock of the owners is held, and with it what is returned
 * stays, as does its IKE SA.
 * Return: NULL when the round has ended.
 */
struct pqike_owned *pqike_orphans_next(struct pqike_owners *owners)
{
	struct pqike_owned *owned;

	owned = list_first_entry_or_null(&owners->unseen, struct pqike_owned,
					 list);
	if (owned)
		list_move_tail(&owned->list, &owners->orphans);
	return owned;
}
