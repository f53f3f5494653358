// SPDX-License-Identifier: GPL-2.0
/*
 * IKE SAs whose socket is closed, and the socket that takes them over (R7).
 *
 * What a helper has half done when it ends is brought to a point from which the
 * next one and the peer go on.  As the peer sees it, an exchange is a request and
 * its response, each of which it may send or see again (RFC 7296 section 2.1); so
 * whatever the helper did between two messages is undone or can be done again:
 *
 *	a request was opened, its response not sealed
 *		it is not taken: the peer sends it again; what was made for the
 *		response goes
 *	a request was sealed, its response has not come, or was opened and nothing
 *	was done with it, or a step has used it that leads to IKE_FOLLOWUP_KE, and no
 *	request was sealed since
 *		that is outstanding: the same octets are sent again, and what they
 *		make goes on, as its private keys are here; such a step is taken back
 *	a response was sealed
 *		a Child SA is installed by then; an IKE SA that replaces this one
 *		goes on, as what it takes is here; what waits for IKE_FOLLOWUP_KE
 *		goes, which the peer is told when it comes to that
 *	nothing was sealed of what was begun
 *		it goes; the peer knows nothing of it
 *	the peer was authenticated by its IKE_AUTH response, the first Child SA not
 *	installed
 *		it goes on: the peer has it, and both messages are here
 *
 * That is done when the socket is closed, where there is anything incomplete, and
 * again when the IKE SA is adopted: so the end of a socket costs what is incomplete,
 * not what is established.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "child_sa.h"
#include "compat.h"
#include "creation.h"
#include "ike_sa.h"
#include "namespace.h"
#include "trace.h"

/* Between two looks for orphans whose time is over. */
#define ORPHANS_INTERVAL	(10 * HZ)

/**
 * pqike_ike_sa_is_orphan() - whether the socket that it belonged to is closed
 * @sa: locked
 *
 * Context: any.
 * Return: as said.
 */
bool pqike_ike_sa_is_orphan(const struct pqike_ike_sa *sa)
{
	return pqike_owner_is_closed(sa->owned.owner);
}

static bool is_opened(const struct pqike_ike_sa *sa, bool response,
		      u32 message_id)
{
	const struct pqike_sk_opened *opened = &sa->opened;

	return opened->plaintext &&
	       !(opened->header.flags & IKE_FLAG_RESPONSE) == !response &&
	       be32_to_cpu(opened->header.message_id) == message_id;
}

/* To be unlocked with pqike_ike_sa_unlock(); the one that it rekeys is locked. */
static void lock_rekeying(struct pqike_ike_sa *sa)
{
	kref_get(&sa->ref);
	mutex_lock_nested(&sa->lock, SINGLE_DEPTH_NESTING);
}

/**
 * pqike_ike_sa_settle() - what the last response was used for stays
 * @sa: locked; its next request is sealed
 *
 * Context: may sleep.
 */
void pqike_ike_sa_settle(struct pqike_ike_sa *sa)
{
	struct pqike_ike_sa *rekeying;
	struct pqike_child_sa *child;
	bool settled = false;

	list_for_each_entry(child, &sa->children, list) {
		if (child->creation)
			settled |= pqike_creation_settle(child->creation);
	}
	list_for_each_entry(rekeying, &sa->rekeyings, rekeying) {
		lock_rekeying(rekeying);
		if (rekeying->creation)
			settled |= pqike_creation_settle(rekeying->creation);
		pqike_ike_sa_unlock(rekeying);
	}
	/* Else the one that is sealed now may have its place already. */
	if (settled && sa->sealed_request.message_id != sa->message_ids.request)
		pqike_sealed_drop(&sa->sealed_request);
}

/* Of the initiator, between two key exchanges.  Whether there were any. */
static bool take_back_steps(struct pqike_ike_sa *sa)
{
	struct pqike_ike_sa *rekeying;
	struct pqike_child_sa *child;
	bool taken_back = false;

	list_for_each_entry(child, &sa->children, list) {
		if (child->creation)
			taken_back |= pqike_creation_take_back(child->creation);
	}
	list_for_each_entry(rekeying, &sa->rekeyings, rekeying) {
		lock_rekeying(rekeying);
		taken_back |= pqike_ike_sa_take_back_rekey(rekeying);
		pqike_ike_sa_unlock(rekeying);
	}
	return taken_back;
}

/* The response to the request sealed last, which no step has used. */
static bool has_response(const struct pqike_ike_sa *sa)
{
	const struct pqike_message_ids *ids = &sa->message_ids;

	return !ids->awaiting_response && sa->sent_request.data &&
	       is_opened(sa, true, ids->request - 1);
}

/* The message opened last has not been dealt with: it is to come again. */
static void take_back_opened(struct pqike_ike_sa *sa)
{
	struct pqike_message_ids *ids = &sa->message_ids;
	const bool unused = has_response(sa);

	if (unused)
		pqike_opened_drop(sa);
	if (take_back_steps(sa) || unused) {
		ids->request--;
		ids->awaiting_response = true;
	}
	if (ids->owes_response) {
		ids->peer_request--;
		ids->owes_response = false;
		if (is_opened(sa, false, ids->peer_request))
			pqike_opened_drop(sa);
	}
}

/* Whether the request that is outstanding has the values of this side. */
static bool is_asked(const struct pqike_ike_sa *sa,
		     const struct pqike_creation *creation)
{
	const struct pqike_sealed *sealed = &sa->sealed_request;

	if (creation->role != PQIKE_ROLE_INITIATOR ||
	    !sa->message_ids.awaiting_response || !sealed->plaintext ||
	    sealed->message_id != sa->message_ids.request)
		return false;
	/* Between two key exchanges nothing is asked. */
	if (pqike_creation_is_agreed(creation) && !creation->ke.method)
		return false;
	return !pqike_creation_check_own(creation, pqike_sealed_chain(sealed),
					 NULL);
}

/* The first one, of the initiator: both messages of IKE_AUTH are there to install it. */
static bool is_authenticated(const struct pqike_ike_sa *sa,
			     const struct pqike_child_sa *child)
{
	const struct pqike_sealed *sealed = &sa->sealed_request;

	return child->role == PQIKE_ROLE_INITIATOR && !sa->keymat_used &&
	       sealed->plaintext && sealed->exchange_type == IKE_AUTH &&
	       is_opened(sa, true, sealed->message_id);
}

static bool child_goes_on(const struct pqike_ike_sa *sa,
			  const struct pqike_child_sa *child)
{
	if (child->keyed)
		return !child->answer_due;
	return child->creation ? is_asked(sa, child->creation) :
				 is_authenticated(sa, child);
}

/* The parent's response is sealed, and has all that ike-sa-init takes. */
static bool is_answered(const struct pqike_ike_sa *sa,
			const struct pqike_ike_sa *parent)
{
	const struct pqike_sealed *sealed = &parent->sealed_response;

	return sa->role == PQIKE_ROLE_RESPONDER &&
	       sa->state == PQIKE_IKE_SA_STATE_HALF_OPEN && sealed->plaintext &&
	       sealed->message_id == sa->creation->message_id;
}

static bool rekeying_goes_on(const struct pqike_ike_sa *sa,
			     const struct pqike_ike_sa *parent)
{
	if (sa->state == PQIKE_IKE_SA_STATE_ESTABLISHED)
		return !sa->answer_due;
	return sa->creation && (is_asked(parent, sa->creation) ||
				is_answered(sa, parent));
}

static void roll_back_children(struct pqike_ike_sa *sa)
{
	struct pqike_child_sa *child, *next;

	list_for_each_entry_safe(child, next, &sa->children, list) {
		if (!child_goes_on(sa, child))
			pqike_child_sa_del(sa, child);
	}
}

static void roll_back_rekeyings(struct pqike_ike_sa *parent)
{
	struct pqike_ike_sa *sa, *next;

	list_for_each_entry_safe(sa, next, &parent->rekeyings, rekeying) {
		lock_rekeying(sa);
		if (!rekeying_goes_on(sa, parent))
			pqike_ike_sa_delete(sa);
		pqike_ike_sa_unlock(sa);
	}
}

/* As said above; once more changes nothing. */
static void roll_back(struct pqike_ike_sa *sa)
{
	take_back_opened(sa);
	roll_back_children(sa);
	roll_back_rekeyings(sa);
}

/**
 * pqike_ike_sa_leave() - let what goes on in an IKE SA live on without its socket
 * @sa: locked, established; its socket is closed
 *
 * What does not go on ends.  Nothing of @sa ends with the socket afterwards.
 *
 * Context: may sleep.
 */
void pqike_ike_sa_leave(struct pqike_ike_sa *sa)
{
	struct pqike_child_sa *child;
	struct pqike_ike_sa *rekeying;

	roll_back(sa);
	list_for_each_entry(child, &sa->children, list) {
		if (child->creation)
			pqike_owned_leave(&child->creation->owned);
	}
	list_for_each_entry(rekeying, &sa->rekeyings, rekeying) {
		lock_rekeying(rekeying);
		pqike_owned_leave(&rekeying->owned);
		pqike_ike_sa_unlock(rekeying);
	}
}

/* Those that replace @sa and are not established go with it. */
static void count_adopted(struct pqike_ike_sa *sa, struct pqike_quota *all)
{
	struct pqike_ike_sa *rekeying;

	all->ike_sas = 1;
	all->child_sas = pqike_child_sa_count(sa);
	list_for_each_entry(rekeying, &sa->rekeyings, rekeying)
		all->half_open += !pqike_owned_is_complete(&rekeying->owned);
	all->ike_sas += all->half_open;
}

static void move_to_owner(struct pqike_ike_sa *sa, struct pqike_owner *owner)
{
	const struct pqike_quota own = {
		.ike_sas = 1, .child_sas = pqike_child_sa_count(sa),
	};
	const struct pqike_quota of_rekeying = { .ike_sas = 1, .half_open = 1 };
	const struct pqike_quota of_child = {};
	struct pqike_ike_sa *rekeying;
	struct pqike_child_sa *child;

	pqike_owned_move(&sa->owned, owner, &own);
	list_for_each_entry(child, &sa->children, list) {
		if (child->creation)
			pqike_owned_move(&child->creation->owned, owner,
					 &of_child);
	}
	list_for_each_entry(rekeying, &sa->rekeyings, rekeying) {
		lock_rekeying(rekeying);
		if (!pqike_owned_is_complete(&rekeying->owned))
			pqike_owned_move(&rekeying->owned, owner, &of_rekeying);
		pqike_ike_sa_unlock(rekeying);
	}
}

static int check_orphan(const struct pqike_ike_sa *sa,
			const struct pqike_owner *owner,
			struct netlink_ext_ack *extack)
{
	if (sa->owned.owner == owner) {
		NL_SET_ERR_MSG(extack, "the IKE SA belongs to this socket already");
		return -EALREADY;
	}
	if (!pqike_ike_sa_is_orphan(sa)) {
		NL_SET_ERR_MSG(extack, "the IKE SA belongs to another socket, which is open");
		return -EBUSY;
	}
	if (pqike_owned_is_complete(&sa->owned))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "the IKE SA is not established: it goes with the one that it rekeys");
	return -EPROTO;
}

/**
 * pqike_ike_sa_adopt() - make an orphan a socket's
 * @sa: locked
 * @owner: the socket, whose request is being served
 * @extack: says why it is not
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EALREADY when it is the socket's, -EBUSY
 * when it is that of another one, -EPROTO for one that rekeys another and is not
 * complete, -EDQUOT when @owner has no room for it.
 */
int pqike_ike_sa_adopt(struct pqike_ike_sa *sa, struct pqike_owner *owner,
		       struct netlink_ext_ack *extack)
{
	struct pqike_quota all = {};
	int err;

	err = check_orphan(sa, owner, extack);
	if (err)
		return err;
	count_adopted(sa, &all);
	err = pqike_owner_take(owner, &all, extack);
	if (err)
		return err;
	move_to_owner(sa, owner);
	roll_back(sa);
	pqike_kept_reply_drop(&sa->kept_reply);
	trace_pqike_ike_sa_adopted(sa);
	return 0;
}

/**
 * pqike_ike_sa_note() - keep something for who adopts an IKE SA
 * @sa: locked
 * @note: octets, at most %PQIKE_NOTE_MAX
 * @len: how many
 *
 * Where @sa is established, the response opened last has been dealt with.
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -ENOMEM.
 */
int pqike_ike_sa_note(struct pqike_ike_sa *sa, const u8 *note, size_t len)
{
	u8 *kept;

	kept = kmemdup(note, len, GFP_KERNEL_ACCOUNT);
	if (!kept)
		return -ENOMEM;
	kfree(sa->note.data);
	sa->note.data = kept;
	sa->note.len = len;
	if (sa->state == PQIKE_IKE_SA_STATE_ESTABLISHED &&
	    sa->opened.plaintext &&
	    sa->opened.header.flags & IKE_FLAG_RESPONSE)
		pqike_ike_sa_opened_used(sa);
	return 0;
}

/* As an orphan, 0 for never: a note ends nothing later than the connection does. */
static time64_t when_over(const struct pqike_ike_sa *sa)
{
	return min_not_zero(sa->orphan_ends, sa->life_ends);
}

/* Not of one that has been deleted. */
static bool is_over(const struct pqike_ike_sa *sa, time64_t now)
{
	return pqike_ike_sa_is_orphan(sa) && when_over(sa) &&
	       when_over(sa) <= now;
}

static void end_orphan(struct net *net, u32 id, time64_t now)
{
	struct pqike_ike_sa *sa, *parent;

	sa = pqike_ike_sa_lock_with_parent(net, id, &parent, NULL);
	if (!sa)
		return;
	if (is_over(sa, now))
		pqike_ike_sa_delete(sa);
	pqike_ike_sa_unlock_with_parent(sa, parent);
}

/* With a reference. */
static struct pqike_ike_sa *next_orphan(struct pqike_owners *owners)
{
	const struct pqike_owned *owned;
	struct pqike_ike_sa *sa = NULL;

	mutex_lock(&owners->lock);
	owned = pqike_orphans_next(owners);
	if (owned) {
		sa = owned->ike_sa;
		kref_get(&sa->ref);
	}
	mutex_unlock(&owners->lock);
	return sa;
}

/* Takes the reference.  Return: whether it is one that is to end later. */
static bool look_at(struct pqike_ike_sa *sa, time64_t now)
{
	struct net *net = sa->net;
	const u32 id = sa->id;
	bool over, later;

	mutex_lock(&sa->lock);
	over = !sa->deleted && is_over(sa, now);
	later = !sa->deleted && !over && when_over(sa);
	pqike_ike_sa_unlock(sa);
	if (over)
		end_orphan(net, id, now);
	return later;
}

/* As many as there are orphans, each with a chance to others in between. */
static void look_for_orphans(struct work_struct *work)
{
	struct pqike_orphans *orphans =
		container_of(to_delayed_work(work), struct pqike_orphans, work);
	struct pqike_owners *owners = &pqike_pernet(orphans->net)->owners;
	const time64_t now = ktime_get_boottime_seconds();
	struct pqike_ike_sa *sa;
	bool left = false;

	pqike_orphans_begin_round(owners);
	while ((sa = next_orphan(owners))) {
		left |= look_at(sa, now);
		cond_resched();
	}
	if (left)
		queue_delayed_work(pqike_unbound_wq, &orphans->work,
				   ORPHANS_INTERVAL);
}

/**
 * pqike_orphans_init() - be ready for orphans
 * @net: new network namespace
 *
 * Context: any.
 */
void pqike_orphans_init(struct net *net)
{
	struct pqike_orphans *orphans = &pqike_pernet(net)->orphans;

	orphans->net = net;
	INIT_DELAYED_WORK(&orphans->work, look_for_orphans);
}

/**
 * pqike_orphans_left() - there may be orphans, which end when their time is over
 * @net: network namespace
 *
 * Context: any.
 */
void pqike_orphans_left(struct net *net)
{
	queue_delayed_work(pqike_unbound_wq, &pqike_pernet(net)->orphans.work,
			   ORPHANS_INTERVAL);
}

/**
 * pqike_orphans_end() - look for none any more
 * @net: network namespace that ends; no socket of it is closed any more
 *
 * Context: may sleep.
 */
void pqike_orphans_end(struct net *net)
{
	cancel_delayed_work_sync(&pqike_pernet(net)->orphans.work);
}
