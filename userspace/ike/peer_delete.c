// SPDX-License-Identifier: GPL-2.0
#include "ike/peer_delete.h"

#include "base/clock.h"
#include "config/config_use.h"
#include "ike/child_sa.h"
#include "ike/delete_child.h"
#include "ike/exchange.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/note.h"
#include "ike/rekey_ike.h"
#include "ike/task.h"
#include "ike/unique.h"
#include "wire/payload.h"

_Static_assert(DELETE_SPIS_MAX >= CHILD_SAS_MAX, "a Child SA cannot be deleted");

/* What the answer to a request names. */
struct deletions {
	bool ike_sa;
	size_t looked_up; /* SPIs of the request, over all its Delete payloads */
	size_t n;
	uint32_t spis[DELETE_SPIS_MAX]; /* inbound, of this side */
};

static void close_by_peer(struct ike *ike, struct child_sa *child)
{
	int64_t up = clock_now() - child->up_since;
	uint32_t spi_in = child->spi_in;
	struct ike_sa *sa = child->ike_sa;
	const struct child_config *config = NULL;

	child_use(&config, child->config);
	ike_event(ike, sa, child, EVENT_CHILD_DELETED, NULL, 0,
		  "the peer deletes child %s", config->name);
	/* No packet is to meet a state of the peer's gone, nor to pass in the clear. */
	child_sa_stop_sending(ike, child);
	child->state = CHILD_DELETING;
	if (sa->phase == PHASE_ESTABLISHED)
		ike->tunnel->child_closed(ike, config, up);
	/* The action may have ended the IKE SA. */
	child = child_sa_find(ike, spi_in);
	if (child)
		child_sa_remove(ike, child);
	child_use(&config, NULL);
}

/* @child is about to go. */
static void keep_replaced(struct ike *ike, const struct child_sa *child)
{
	struct child_sa *old = child_sa_find_left(ike, child);

	if (!old)
		return;
	if (old->withdrawn)
		delete_child(ike, old, 0);
	else
		old->replaced = false;
}

/*
 * The peer may not have been able to install the one that was to replace another,
 * which both go on to use then.
 */
static void take_back(struct ike *ike, struct child_sa *child)
{
	ike_event(ike, child->ike_sa, child, EVENT_CHILD_DELETED, NULL, 0,
		  "the peer deletes child %s, which was to replace one that goes on",
		  child->config->name);
	keep_replaced(ike, child);
	child_sa_remove(ike, child);
}

/* RFC 7296 section 2.25.1 */
static void deleted_by_peer(struct ike *ike, struct child_sa *child,
			    struct deletions *deletions)
{
	if (child->state == CHILD_LINGERING)
		return;
	if (child->state == CHILD_DELETING) {
		keep_replaced(ike, child);
		child_sa_remove(ike, child);
		return;
	}
	if (child->state == CHILD_REKEYED) {
		child_sa_linger(ike, child);
		return;
	}
	if (deletions->n < DELETE_SPIS_MAX)
		deletions->spis[deletions->n++] = child->spi_in;
	if (child->replaced)
		child_sa_hand_over(ike, child);
	else if (child_sa_find_replaced(ike, child))
		take_back(ike, child);
	else
		close_by_peer(ike, child);
}

static void note_early(struct ike_sa *sa, uint32_t spi)
{
	struct deleted_early *early = &sa->deleted_early;

	if (sa->task && sa->task->child)
		early->spis[early->n++ % DELETED_EARLY_MAX] = spi;
}

void peer_deleted_early(struct ike *ike, struct ike_sa *sa)
{
	const struct deleted_early early = sa->deleted_early;
	struct deletions deletions = { 0 };

	if (sa->task && sa->task->child && sa->task->following)
		return;
	sa->deleted_early.n = 0;
	for (unsigned int i = 0; i < early.n && i < DELETED_EARLY_MAX; i++) {
		struct child_sa *child = child_sa_find_out(sa, early.spis[i]);

		if (child)
			deleted_by_peer(ike, child, &deletions);
	}
}

static void delete_children(struct ike *ike, struct ike_sa *sa,
			    const struct delete_payload *deleted,
			    struct deletions *deletions)
{
	for (size_t i = 0; i < deleted->n && deletions->looked_up < DELETE_SPIS_MAX;
	     i++) {
		struct child_sa *child = child_sa_find_out(sa, deleted->spis[i]);

		deletions->looked_up++;
		if (child)
			deleted_by_peer(ike, child, deletions);
		else
			note_early(sa, deleted->spis[i]);
	}
}

/* Return: false where a payload is malformed. */
static bool check_deletions(const struct payloads *payloads,
			    struct deletions *deletions)
{
	for (size_t i = 0; i < payloads->n; i++) {
		struct delete_payload deleted;

		if (payloads->list[i].type != PAYLOAD_DELETE)
			continue;
		if (!delete_parse(&payloads->list[i], &deleted))
			return false;
		deletions->ike_sa |= deleted.protocol == PROTOCOL_IKE;
	}
	return true;
}

static void do_deletions(struct ike *ike, struct ike_sa *sa,
			 const struct payloads *payloads,
			 struct deletions *deletions)
{
	for (size_t i = 0; i < payloads->n; i++) {
		struct delete_payload deleted;

		if (payloads->list[i].type == PAYLOAD_DELETE &&
		    delete_parse(&payloads->list[i], &deleted) &&
		    deleted.protocol == PROTOCOL_ESP)
			delete_children(ike, sa, &deleted, deletions);
	}
}

/* The peer may ask for the answer again: that is all that is left of @sa. */
static void fail_by_peer(struct ike *ike, struct ike_sa *sa, const char *why)
{
	ike_sa_tell_failure(ike, sa, why);
	ike_sa_retire(ike, sa);
}

void peer_delete_end(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase == PHASE_AUTH) {
		fail_by_peer(ike, sa,
			     "the peer deleted the IKE SA before it was established");
		return;
	}
	/* RFC 7296 section 2.8.2: it has not noticed that both rekey. */
	rekey_ike_adopt(ike, sa);
	if (sa->phase == PHASE_ESTABLISHED) {
		ike_sa_say(ike, sa, "the peer deletes the IKE SA");
		sa->phase = PHASE_DELETING;
		unique_hand_over(ike, sa);
		ike->tunnel->closed(ike, sa);
	}
	ike_sa_tell_end(ike, sa);
	ike_sa_retire(ike, sa);
}

void peer_delete_request(struct ike *ike, struct ike_sa *sa,
			 const struct payloads *payloads)
{
	struct notify_payload refusal;
	struct deletions deletions = { 0 };
	struct chain chain;
	bool refused;

	if (!check_deletions(payloads, &deletions)) {
		exchange_send_fatal(ike, sa, INFORMATIONAL, INVALID_SYNTAX);
		return;
	}
	refused = notify_find(payloads, AUTHENTICATION_FAILED, &refusal);
	if (refused || deletions.ike_sa)
		note_end(ike, sa);
	chain_start(&chain);
	if (!deletions.ike_sa)
		do_deletions(ike, sa, payloads, &deletions);
	if (deletions.n)
		delete_esp_write(&chain.message, deletions.spis, deletions.n);
	if (!exchange_send_response(ike, sa, INFORMATIONAL, &chain))
		return;
	if (refused)
		fail_by_peer(ike, sa,
			     "the peer did not accept our authentication (AUTHENTICATION_FAILED)");
	else if (deletions.ike_sa)
		peer_delete_end(ike, sa);
}
