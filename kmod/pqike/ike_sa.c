// SPDX-License-Identifier: GPL-2.0
/*
 * IKE SAs: how they are made, found, owned and ended.
 *
 * The namespace's xarray has a reference to each.  Who works on one holds its
 * lock; deleting sets @deleted under the lock, so a user who found it before
 * and got the lock afterwards finds out.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "connection.h"
#include "ike_sa.h"
#include "namespace.h"
#include "trace.h"

/* An IKE SA is a little larger than what kmalloc() has next; all is charged. */
static struct kmem_cache *cache;

/**
 * pqike_ike_sa_cache_create() - be able to make IKE SAs
 *
 * Context: module init; may sleep.
 * Return: 0 or -ENOMEM.
 */
int pqike_ike_sa_cache_create(void)
{
	cache = KMEM_CACHE(pqike_ike_sa, SLAB_ACCOUNT);
	return cache ? 0 : -ENOMEM;
}

/**
 * pqike_ike_sa_cache_destroy() - the end of all IKE SAs
 *
 * Context: module exit, after the last of them; may sleep.
 */
void pqike_ike_sa_cache_destroy(void)
{
	kmem_cache_destroy(cache);
}

/**
 * pqike_ike_sa_alloc() - make an IKE SA that nobody can find yet
 * @net: network namespace
 * @owner: who makes it
 * @role: side of IKE_SA_INIT
 * @extack: says that there are too many
 *
 * Context: may sleep.
 * Return: with one reference; or ERR_PTR() of -ENOMEM or -EDQUOT.
 */
struct pqike_ike_sa *pqike_ike_sa_alloc(struct net *net,
					struct pqike_owner *owner,
					enum pqike_role role,
					struct netlink_ext_ack *extack)
{
	struct pqike_ike_sa *sa;
	int err;

	sa = kmem_cache_zalloc(cache, GFP_KERNEL);
	if (!sa)
		return ERR_PTR(-ENOMEM);
	kref_init(&sa->ref);
	mutex_init(&sa->lock);
	INIT_LIST_HEAD(&sa->children);
	INIT_LIST_HEAD(&sa->rekeying);
	INIT_LIST_HEAD(&sa->rekeyings);
	sa->net = net;
	sa->role = role;
	sa->owned.ike_sa = sa;
	sa->state = PQIKE_IKE_SA_STATE_HALF_OPEN;
	/* IKE_SA_INIT, which the kernel does not seal, took Message ID 0. */
	if (role == PQIKE_ROLE_INITIATOR)
		sa->message_ids.request = 1;
	else
		sa->message_ids.peer_request = 1;
	err = pqike_owned_begin_ike_sa(&sa->owned, owner, extack);
	if (!err)
		return sa;
	pqike_ike_sa_put(sa);
	return ERR_PTR(err);
}

/**
 * pqike_ike_sa_insert() - give an IKE SA its number
 * @sa: made with pqike_ike_sa_alloc(); the namespace takes another reference
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM or -EBUSY when there is no number left.
 */
int pqike_ike_sa_insert(struct pqike_ike_sa *sa)
{
	struct pqike_net *pn = pqike_pernet(sa->net);
	int err;

	kref_get(&sa->ref);
	err = xa_alloc_cyclic(&pn->ike_sas, &sa->id, sa, xa_limit_31b,
			      &pn->next_ike_sa, GFP_KERNEL_ACCOUNT);
	if (err < 0) {
		pqike_ike_sa_put(sa);
		return err;
	}
	trace_pqike_ike_sa_made(sa);
	return 0;
}

/**
 * pqike_ike_sa_set_state() - go on in the state machine
 * @sa: locked
 * @state: the next one
 *
 * Context: any.
 */
void pqike_ike_sa_set_state(struct pqike_ike_sa *sa,
			    enum pqike_ike_sa_state state)
{
	sa->state = state;
	trace_pqike_ike_sa_state(sa);
}

/**
 * pqike_ike_sa_establish() - both sides are authenticated and the keys final
 * @sa: locked, as is the one that it rekeys
 * @answer_due: the peer does not know before the response that is sealed next, and
 *	until then the IKE SA ends with its socket
 *
 * What only the way there needed goes.
 *
 * Context: may sleep.
 */
void pqike_ike_sa_establish(struct pqike_ike_sa *sa, bool answer_due)
{
	pqike_ike_sa_set_state(sa, PQIKE_IKE_SA_STATE_ESTABLISHED);
	if (sa->connection->lifetime)
		sa->life_ends = ktime_get_boottime_seconds() +
				sa->connection->lifetime;
	if (!answer_due)
		pqike_owned_complete(&sa->owned);
	kfree(sa->request.data);
	kfree(sa->response.data);
	memset(&sa->request, 0, sizeof(sa->request));
	memset(&sa->response, 0, sizeof(sa->response));
	memzero_explicit(sa->keys.sk_pi, sizeof(sa->keys.sk_pi));
	memzero_explicit(sa->keys.sk_pr, sizeof(sa->keys.sk_pr));
	pqike_stats_ike_sa(sa);
}

static void ike_sa_free(struct kref *ref)
{
	struct pqike_ike_sa *sa = container_of(ref, struct pqike_ike_sa, ref);

	pqike_ike_sa_release(sa);
	mutex_destroy(&sa->lock);
	memzero_explicit(sa, sizeof(*sa));
	kmem_cache_free(cache, sa);
}

/**
 * pqike_ike_sa_put() - give back a reference
 * @sa: the IKE SA
 *
 * Context: may sleep.
 */
void pqike_ike_sa_put(struct pqike_ike_sa *sa)
{
	kref_put(&sa->ref, ike_sa_free);
}

/* With a reference, or NULL. */
static struct pqike_ike_sa *find_ike_sa(struct net *net, u32 id)
{
	struct pqike_net *pn = pqike_pernet(net);
	struct pqike_ike_sa *sa;

	xa_lock(&pn->ike_sas);
	sa = xa_load(&pn->ike_sas, id);
	if (sa)
		kref_get(&sa->ref);
	xa_unlock(&pn->ike_sas);
	return sa;
}

/* Lock what was found, unless it has been deleted meanwhile. */
static struct pqike_ike_sa *lock_found(struct pqike_ike_sa *sa)
{
	mutex_lock(&sa->lock);
	if (!sa->deleted)
		return sa;
	pqike_ike_sa_unlock(sa);
	return NULL;
}

/**
 * pqike_ike_sa_lock() - find an IKE SA and lock it
 * @net: network namespace
 * @id: its number
 * @extack: says that there is none
 *
 * Context: may sleep.
 * Return: the IKE SA, to be given back with pqike_ike_sa_unlock(); or NULL.
 */
struct pqike_ike_sa *pqike_ike_sa_lock(struct net *net, u32 id,
				       struct netlink_ext_ack *extack)
{
	struct pqike_ike_sa *sa = find_ike_sa(net, id);

	if (sa)
		sa = lock_found(sa);
	if (!sa)
		NL_SET_ERR_MSG(extack, "no IKE SA of this number");
	return sa;
}

/**
 * pqike_ike_sa_lock_next() - find the IKE SA of this or a higher number
 * @net: network namespace
 * @id: number to begin with; receives the number that was found
 *
 * Context: may sleep.
 * Return: the IKE SA, to be given back with pqike_ike_sa_unlock(); or NULL.
 */
struct pqike_ike_sa *pqike_ike_sa_lock_next(struct net *net, unsigned long *id)
{
	struct pqike_net *pn = pqike_pernet(net);
	struct pqike_ike_sa *sa;

	for (;; (*id)++) {
		xa_lock(&pn->ike_sas);
		sa = xa_find(&pn->ike_sas, id, ULONG_MAX, XA_PRESENT);
		if (sa)
			kref_get(&sa->ref);
		xa_unlock(&pn->ike_sas);
		if (!sa)
			return NULL;
		sa = lock_found(sa);
		if (sa)
			return sa;
	}
}

/**
 * pqike_ike_sa_unlock() - unlock and give back
 * @sa: from pqike_ike_sa_lock()
 *
 * Context: may sleep.
 */
void pqike_ike_sa_unlock(struct pqike_ike_sa *sa)
{
	mutex_unlock(&sa->lock);
	pqike_ike_sa_put(sa);
}

/* Lock what was found, after the one that it rekeys. */
static struct pqike_ike_sa *
lock_found_with_parent(struct pqike_ike_sa *sa, struct pqike_ike_sa **parent)
{
	for (;;) {
		sa = lock_found(sa);
		*parent = sa ? sa->parent : NULL;
		if (!*parent)
			return sa;
		kref_get(&(*parent)->ref);
		mutex_unlock(&sa->lock);

		mutex_lock(&(*parent)->lock);
		mutex_lock_nested(&sa->lock, SINGLE_DEPTH_NESTING);
		if (sa->parent == *parent && !sa->deleted)
			return sa;
		/* One of them was deleted meanwhile. */
		mutex_unlock(&sa->lock);
		pqike_ike_sa_unlock(*parent);
	}
}

/**
 * pqike_ike_sa_lock_with_parent() - lock an IKE SA and the one that it rekeys
 * @net: network namespace
 * @id: number of the IKE SA
 * @parent: receives the one that it rekeys; or NULL
 * @extack: says that there is none of this number
 *
 * Context: may sleep.
 * Return: the IKE SA, to be given back with pqike_ike_sa_unlock_with_parent();
 * or NULL.
 */
struct pqike_ike_sa *
pqike_ike_sa_lock_with_parent(struct net *net, u32 id,
			      struct pqike_ike_sa **parent,
			      struct netlink_ext_ack *extack)
{
	struct pqike_ike_sa *sa = find_ike_sa(net, id);

	*parent = NULL;
	if (sa)
		sa = lock_found_with_parent(sa, parent);
	if (!sa)
		NL_SET_ERR_MSG(extack, "no IKE SA of this number");
	return sa;
}

/**
 * pqike_ike_sa_unlock_with_parent() - unlock and give back both
 * @sa: from pqike_ike_sa_lock_with_parent()
 * @parent: likewise
 *
 * Context: may sleep.
 */
void pqike_ike_sa_unlock_with_parent(struct pqike_ike_sa *sa,
				     struct pqike_ike_sa *parent)
{
	pqike_ike_sa_unlock(sa);
	if (parent)
		pqike_ike_sa_unlock(parent);
}

/**
 * pqike_ike_sa_insert_rekeying() - give an IKE SA that rekeys another its number
 * @sa: locked, made with pqike_ike_sa_alloc()
 * @parent: the one that it rekeys, locked
 *
 * Context: may sleep.
 * Return: 0 or an error of pqike_ike_sa_insert().
 */
int pqike_ike_sa_insert_rekeying(struct pqike_ike_sa *sa,
				 struct pqike_ike_sa *parent)
{
	int err;

	err = pqike_ike_sa_insert(sa);
	if (err)
		return err;
	kref_get(&parent->ref);
	sa->parent = parent;
	list_add_tail(&sa->rekeying, &parent->rekeyings);
	return 0;
}

/* The parent's lock is held by a caller who has a reference of his own. */
static void leave_parent(struct pqike_ike_sa *sa)
{
	if (!sa->parent)
		return;
	list_del_init(&sa->rekeying);
	pqike_ike_sa_put(sa->parent);
	sa->parent = NULL;
}

/* Nothing rekeys it.  The namespace's reference goes. */
static void end_alone(struct pqike_ike_sa *sa)
{
	trace_pqike_ike_sa_deleted(sa);
	sa->deleted = true;
	xa_erase(&pqike_pernet(sa->net)->ike_sas, sa->id);
	leave_parent(sa);
	pqike_ike_sa_release(sa);
	pqike_ike_sa_put(sa);
}

/*
 * Rekeys that are not complete end with the IKE SA; the others live on.  What is
 * not complete cannot be rekeyed: so it is one level, of no more than may rekey one
 * IKE SA.  The lock is the third where the IKE SA itself is one that rekeys another.
 */
static void end_rekeyings(struct pqike_ike_sa *parent)
{
	struct pqike_ike_sa *sa, *next;

	list_for_each_entry_safe(sa, next, &parent->rekeyings, rekeying) {
		kref_get(&sa->ref);
		mutex_lock_nested(&sa->lock, SINGLE_DEPTH_NESTING + 1);
		if (pqike_owned_is_complete(&sa->owned))
			leave_parent(sa);
		else
			end_alone(sa);
		pqike_ike_sa_unlock(sa);
	}
}

/**
 * pqike_ike_sa_delete() - end an IKE SA, its Child SAs and every secret
 * @sa: locked, as is the one that it rekeys
 *
 * Context: may sleep; the caller holds references of its own.
 */
void pqike_ike_sa_delete(struct pqike_ike_sa *sa)
{
	end_rekeyings(sa);
	end_alone(sa);
}

static bool is_first(struct pqike_owners *owners,
		     struct pqike_owner *owner,
		     const struct pqike_child_sa *child)
{
	const struct pqike_owned *first;
	bool same;

	mutex_lock(&owners->lock);
	first = pqike_owner_first(owner);
	same = first && first->child_sa == child;
	mutex_unlock(&owners->lock);
	return same;
}

/* A Child SA may have got its keys, or have gone, before the lock was there. */
static void end_child_sa(struct pqike_ike_sa *sa, struct pqike_child_sa *child,
			 struct pqike_owners *owners,
			 struct pqike_owner *owner)
{
	sa = lock_found(sa);
	if (!sa)
		return;
	if (is_first(owners, owner, child))
		pqike_ike_sa_leave(sa);
	pqike_ike_sa_unlock(sa);
}

/* What one that rekeys another is worth, that other one knows. */
static void end_ike_sa(struct pqike_ike_sa *sa, struct pqike_owner *owner)
{
	struct pqike_ike_sa *parent;
	bool incomplete;

	sa = lock_found_with_parent(sa, &parent);
	if (!sa)
		return;
	incomplete = sa->owned.owner == owner &&
		     !pqike_owned_is_complete(&sa->owned);
	if (incomplete && !parent)
		pqike_ike_sa_delete(sa);
	pqike_ike_sa_unlock(sa);
	if (!parent)
		return;
	if (incomplete)
		pqike_ike_sa_leave(parent);
	pqike_ike_sa_unlock(parent);
}

/* False when there is nothing left. */
static bool end_first(struct pqike_owners *owners,
		      struct pqike_owner *owner)
{
	struct pqike_child_sa *child = NULL;
	struct pqike_ike_sa *sa = NULL;
	const struct pqike_owned *first;

	mutex_lock(&owners->lock);
	first = pqike_owner_first(owner);
	if (first) {
		sa = first->ike_sa;
		child = first->child_sa;
		kref_get(&sa->ref);
	}
	mutex_unlock(&owners->lock);
	if (child)
		end_child_sa(sa, child, owners, owner);
	else if (sa)
		end_ike_sa(sa, owner);
	return sa;
}

/* Gives the owner back. */
static void end_owner(struct net *net, struct pqike_owner *owner, u32 portid)
{
	struct pqike_owners *owners = &pqike_pernet(net)->owners;
	bool left;

	while (end_first(owners, owner))
		cond_resched();
	left = pqike_owner_close(owner);
	trace_pqike_socket_closed(net, portid, left);
	if (left)
		pqike_orphans_left(net);
}

/**
 * pqike_ike_sa_socket_closed() - end what a closed socket left unfinished
 * @net: network namespace
 * @portid: port that the socket had
 *
 * Established IKE SAs live on as orphans (R7), with what goes on in them; see
 * orphan.c.  A socket that has left nothing takes no lock of an IKE SA; each thing
 * that it has left takes that of its own IKE SA, and of the one that this rekeys.
 *
 * Context: may sleep.
 */
void pqike_ike_sa_socket_closed(struct net *net, u32 portid)
{
	struct pqike_owners *owners = &pqike_pernet(net)->owners;
	struct pqike_owner *owner;

	while ((owner = pqike_owner_get_closed(owners, portid)))
		end_owner(net, owner, portid);
}

/**
 * pqike_ike_sa_socket_revoked() - end the authorisation of a socket that is open
 * @net: network namespace
 * @sk: the socket, which stays open meanwhile
 * @portid: port of @sk
 *
 * It leaves what it would leave if it were closed.
 *
 * Context: may sleep; as pqike_owner_revoke().
 * Return: 0 or -ENOENT where the socket is not authorised.
 */
int pqike_ike_sa_socket_revoked(struct net *net, const struct sock *sk,
				u32 portid)
{
	struct pqike_owner *owner;

	owner = pqike_owner_revoke(&pqike_pernet(net)->owners, sk, portid);
	if (!owner)
		return -ENOENT;
	end_owner(net, owner, portid);
	return 0;
}

/**
 * pqike_ike_sa_delete_all() - end every IKE SA of a namespace
 * @net: network namespace
 *
 * Context: may sleep.
 */
void pqike_ike_sa_delete_all(struct net *net)
{
	struct pqike_ike_sa *sa, *parent;
	unsigned long id = 0;

	while ((sa = pqike_ike_sa_lock_next(net, &id))) {
		pqike_ike_sa_unlock(sa);
		sa = pqike_ike_sa_lock_with_parent(net, id, &parent, NULL);
		if (!sa)
			continue;
		pqike_ike_sa_delete(sa);
		pqike_ike_sa_unlock_with_parent(sa, parent);
		cond_resched();
	}
}
