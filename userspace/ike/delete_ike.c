// SPDX-License-Identifier: GPL-2.0
#include "ike/delete_ike.h"

#include <stdio.h>

#include "ike/client.h"
#include "ike/exchange.h"
#include "ike/ike_sa_end.h"
#include "ike/note.h"
#include "ike/task.h"
#include "wire/payload.h"

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
	struct task *kept;

	if (sa->task && sa->task->client != sa->client)
		client_fail(ike, sa->task->client, why);
	for (const struct task *task = sa->tasks; task; task = task->next)
		if (task->client != sa->client)
			client_fail(ike, task->client, why);
	if (sa->task)
		sa->task->client = 0;
	if (sa->task && sa->task->type->abandon)
		sa->task->type->abandon(ike, sa, sa->task, deleted);
	kept = sa->task && sa->task->abandoned && sa->task->type->abandon ?
		       sa->task : NULL;
	if (kept)
		sa->task = NULL;
	task_free_all(ike, sa);
	sa->task = kept;
}

bool delete_ike(struct ike *ike, struct ike_sa *sa)
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
	note_renew(ike, sa);
	/* One request at a time: the Delete comes after what is outstanding. */
	return sa->request.datagrams.n || send_delete(ike, sa);
}

static void note_failure(struct ike_sa *sa, const char *why)
{
	snprintf(sa->failure, sizeof(sa->failure), "%s", why);
	sa->phase = PHASE_DELETING;
}

void delete_ike_failed(struct ike *ike, struct ike_sa *sa,
		       const char *why)
{
	ike_sa_say(ike, sa, "%s; deleting the IKE SA", why);
	note_failure(sa, why);
	ike->tunnel->lost(ike, sa);
	delete_ike(ike, sa);
}

void delete_ike_expired(struct ike *ike, struct ike_sa *sa,
			const char *why)
{
	ike_sa_say(ike, sa, "%s; deleting the IKE SA", why);
	note_failure(sa, why);
	ike->tunnel->expired(ike, sa);
	delete_ike(ike, sa);
}

void end_ike_broken(struct ike *ike, struct ike_sa *sa, const char *why)
{
	note_failure(sa, why);
	ike->tunnel->lost(ike, sa);
	ike_sa_end(ike, sa);
}

void delete_ike_response(struct ike *ike, struct ike_sa *sa,
			 const struct payloads *payloads)
{
	if (sa->task)
		sa->task->type->response(ike, sa, sa->task, payloads);
	if (sa->delete_sent)
		ike_sa_end(ike, sa);
	else
		send_delete(ike, sa);
}
