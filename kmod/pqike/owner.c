// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink sockets, and what ends with them (R7).
 *
 * The end of every generic netlink socket in the namespace is told, whoever had
 * it: one that owns nothing costs a look into a hash table, one that owns
 * something costs what it owns.  Only the port is told of a socket, and that may
 * be another one's by then, so the socket itself is held, too: what ends is what
 * belongs to a socket of that port that is dead.
 *
 * A socket holds its network namespace, which could never end if something in it
 * held the socket for longer than that is open.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "compat.h"
#include "owner.h"

/**
 * struct pqike_owner - a socket that owns something
 * @node: in @owners->by_portid
 * @owners: those of the namespace
 * @sk: the socket, held
 * @portid: its port, even after it was closed
 * @users: each of @owned, and who ends them
 * @owned: struct pqike_owned
 */
struct pqike_owner {
	struct rhlist_head node;
	struct pqike_owners *owners;
	struct sock *sk;
	u32 portid;
	unsigned int users;
	struct list_head owned;
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
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int pqike_owners_init(struct pqike_owners *owners)
{
	mutex_init(&owners->lock);
	return rhltable_init(&owners->by_portid, &params);
}

/**
 * pqike_owners_destroy() - end with none
 * @owners: without owners
 *
 * Context: may sleep.
 */
void pqike_owners_destroy(struct pqike_owners *owners)
{
	rhltable_destroy(&owners->by_portid);
	mutex_destroy(&owners->lock);
}

/* The lock is held, so that none of those that are found goes. */
static struct pqike_owner *find(struct pqike_owners *owners, u32 portid,
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
	return owner->sk == sk;
}

static bool is_closed(const struct pqike_owner *owner, const struct sock *sk)
{
	return sock_flag(owner->sk, SOCK_DEAD);
}

/* The lock is held. */
static struct pqike_owner *make(struct pqike_owners *owners, struct sock *sk,
				u32 portid)
{
	struct pqike_owner *owner;
	int err;

	owner = kzalloc_obj(*owner, GFP_KERNEL_ACCOUNT);
	if (!owner)
		return NULL;
	owner->owners = owners;
	owner->portid = portid;
	INIT_LIST_HEAD(&owner->owned);
	err = rhltable_insert(&owners->by_portid, &owner->node, params);
	if (err) {
		kfree(owner);
		return NULL;
	}
	sock_hold(sk);
	owner->sk = sk;
	return owner;
}

/* The lock is held. */
static void put(struct pqike_owner *owner)
{
	if (--owner->users)
		return;
	rhltable_remove(&owner->owners->by_portid, &owner->node, params);
	sock_put(owner->sk);
	kfree(owner);
}

/**
 * pqike_owned_begin() - let something end with a socket
 * @owned: what it is has been filled in
 * @owners: those of its network namespace
 * @sk: the socket, whose request is being served: it is open until then
 * @portid: port of @sk
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int pqike_owned_begin(struct pqike_owned *owned, struct pqike_owners *owners,
		      struct sock *sk, u32 portid)
{
	struct pqike_owner *owner;

	mutex_lock(&owners->lock);
	owner = find(owners, portid, is_of_socket, sk);
	if (!owner)
		owner = make(owners, sk, portid);
	if (owner) {
		owner->users++;
		owned->owner = owner;
		list_add_tail(&owned->list, &owner->owned);
	}
	mutex_unlock(&owners->lock);
	return owner ? 0 : -ENOMEM;
}

/**
 * pqike_owned_end() - let something live on without its socket, or end
 * @owned: what pqike_owned_begin() was given, or what has no owner
 *
 * Context: may sleep; the IKE SA is locked, or has no other users.
 */
void pqike_owned_end(struct pqike_owned *owned)
{
	struct pqike_owners *owners;

	if (!owned->owner)
		return;
	owners = owned->owner->owners;
	mutex_lock(&owners->lock);
	list_del(&owned->list);
	put(owned->owner);
	owned->owner = NULL;
	mutex_unlock(&owners->lock);
}

/**
 * pqike_owner_get_closed() - a socket that was closed and still owns something
 * @owners: those of its network namespace
 * @portid: port that it had
 *
 * Context: may sleep.
 * Return: to be given back with pqike_owner_put(), or NULL.
 */
struct pqike_owner *pqike_owner_get_closed(struct pqike_owners *owners,
					   u32 portid)
{
	struct pqike_owner *owner;

	mutex_lock(&owners->lock);
	owner = find(owners, portid, is_closed, NULL);
	if (owner)
		owner->users++;
	mutex_unlock(&owners->lock);
	return owner;
}

/**
 * pqike_owner_put() - give back a reference
 * @owner: of pqike_owner_get_closed()
 *
 * Context: may sleep.
 */
void pqike_owner_put(struct pqike_owner *owner)
{
	struct pqike_owners *owners = owner->owners;

	mutex_lock(&owners->lock);
	put(owner);
	mutex_unlock(&owners->lock);
}

/**
 * pqike_owner_first() - one thing that a socket owns
 * @owner: the socket
 *
 * Context: any; the lock of the owners is held, and with it what is returned
 * stays, as does its IKE SA.
 * Return: NULL when it owns nothing any more.
 */
struct pqike_owned *pqike_owner_first(struct pqike_owner *owner)
{
	return list_first_entry_or_null(&owner->owned, struct pqike_owned,
					list);
}
