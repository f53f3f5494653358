// SPDX-License-Identifier: GPL-2.0
#include "informational.h"

#include <stdio.h>

#include "child_action.h"
#include "child_sa.h"
#include "client.h"
#include "clock.h"
#include "config_use.h"
#include "established.h"
#include "exchange.h"
#include "followup.h"
#include "payload.h"
#include "rekey_ike.h"
#include "task.h"

static bool send_delete(struct ike *ike, struct ike_sa *sa)
{
	struct chain chain;

	chain_start(&chain);
	delete_ike_write(&chain.message);
	sa->delete_sent = true;
	return exchange_send_request(ike, sa, INFORMATIONAL, &chain);
}

/*
 * Who waits for anything else in this IKE SA waits in vain.  A rekey that the
 * peer has been asked for is seen through, so that what the peer makes goes, too.
 */
static void forget_tasks(struct ike *ike, struct ike_sa *sa)
{
	static const char deleted[] = "the IKE SA is being deleted";
	const char *why = sa->failure[0] ? sa->failure : deleted;
	struct task *rekey;

	if (sa->task && sa->task->client != sa->client)
		client_fail(ike, sa->task->client, why);
	for (const struct task *task = sa->tasks; task; task = task->next)
		if (task->client != sa->client)
			client_fail(ike, task->client, why);
	if (sa->task)
		sa->task->client = 0;
	rekey_ike_abandon(ike, sa, deleted);
	rekey = sa->task && sa->task->abandoned &&
		task_is(sa, &rekey_ike_task) ? sa->task : NULL;
	if (rekey)
		sa->task = NULL;
	task_free_all(ike, sa);
	sa->task = rekey;
}

bool informational_delete(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase == PHASE_GONE)
		return false;
	sa->replaced = sa->phase == PHASE_REKEYED;
	sa->phase = PHASE_DELETING;
	timer_stop(&ike->timers, &sa->rekey_timer);
	timer_stop(&ike->timers, &sa->life_timer);
	timer_stop(&ike->timers, &sa->liveness_timer);
	followup_drop(ike, sa);
	forget_tasks(ike, sa);
	/* One request at a time: the Delete comes after what is outstanding. */
	return sa->request.datagrams.n || send_delete(ike, sa);
}

static void lose(struct ike *ike, struct ike_sa *sa, enum child_loss loss,
		 const char *why)
{
	snprintf(sa->failure, sizeof(sa->failure), "%s", why);
	sa->phase = PHASE_DELETING;
	child_actions_run(ike, sa, loss);
}

static void delete_lost(struct ike *ike, struct ike_sa *sa,
			enum child_loss loss, const char *why)
{
	ike_sa_say(ike, sa, "%s; deleting the IKE SA", why);
	lose(ike, sa, loss, why);
	informational_delete(ike, sa);
}

void informational_delete_failed(struct ike *ike, struct ike_sa *sa,
				 const char *why)
{
	delete_lost(ike, sa, ON_DEATH, why);
}

void informational_delete_expired(struct ike *ike, struct ike_sa *sa,
				  const char *why)
{
	delete_lost(ike, sa, ON_EXPIRY, why);
}

void informational_broken(struct ike *ike, struct ike_sa *sa, const char *why)
{
	lose(ike, sa, ON_DEATH, why);
	ike_sa_end(ike, sa);
}

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
		child_action_run(ike, config, ON_CLOSE, up);
	/* The action may have ended the IKE SA. */
	child = child_sa_find(ike, spi_in);
	if (child)
		child_sa_remove(ike, child);
	child_use(&config, NULL);
}

/* RFC 7296 section 2.25.1 */
static void deleted_by_peer(struct ike *ike, struct child_sa *child,
			    struct deletions *deletions)
{
	if (child->state == CHILD_LINGERING)
		return;
	if (child->state == CHILD_DELETING) {
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
	else
		close_by_peer(ike, child);
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
	exchange_retire(ike, sa);
}

static void end_by_peer(struct ike *ike, struct ike_sa *sa)
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
		established_hand_over(ike, sa);
		child_actions_run(ike, sa, ON_CLOSE);
	}
	ike_sa_tell_end(ike, sa);
	exchange_retire(ike, sa);
}

void informational_request(struct ike *ike, struct ike_sa *sa,
			   const struct payloads *payloads)
{
	struct notify_payload refusal;
	struct deletions deletions = { 0 };
	struct chain chain;

	if (!check_deletions(payloads, &deletions)) {
		exchange_send_fatal(ike, sa, INFORMATIONAL, INVALID_SYNTAX);
		return;
	}
	chain_start(&chain);
	if (!deletions.ike_sa)
		do_deletions(ike, sa, payloads, &deletions);
	if (deletions.n)
		delete_esp_write(&chain.message, deletions.spis, deletions.n);
	if (!exchange_send_response(ike, sa, INFORMATIONAL, &chain))
		return;
	if (notify_find(payloads, AUTHENTICATION_FAILED, &refusal))
		fail_by_peer(ike, sa,
			     "the peer did not accept our authentication (AUTHENTICATION_FAILED)");
	else if (deletions.ike_sa)
		end_by_peer(ike, sa);
}

void informational_response(struct ike *ike, struct ike_sa *sa,
			    const struct payloads *payloads)
{
	if (sa->task)
		sa->task->type->response(ike, sa, sa->task, payloads);
	if (sa->delete_sent)
		ike_sa_end(ike, sa);
	else
		send_delete(ike, sa);
}
