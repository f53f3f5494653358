// SPDX-License-Identifier: GPL-2.0
#include "ike/rekey_ike.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ike/client.h"
#include "ike/exchange.h"
#include "ike/followup.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/ike_successor.h"
#include "ike/delete_ike.h"
#include "ike/lifetime.h"
#include "ike/task.h"
#include "wire/payload.h"
#include "wire/proposal_choose.h"
#include "wire/transform.h"

#define REASON_MAX 384

/* INVALID_KE_PAYLOAD may send us round only so often. */
#define ATTEMPTS_MAX 3

/* Milliseconds that the peer has to delete what it has replaced. */
#define REPLACED_TIMEOUT 60000

/* Milliseconds that it has to delete what both know to be redundant. */
#define REDUNDANT_TIMEOUT 30000

static void forget(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct ike_sa *successor = task->successor;
	struct ike_sa *rival = task->rival.successor;

	(void)sa;
	task->successor = NULL;
	task->rival.successor = NULL;
	if (successor)
		ike_sa_free(ike, successor);
	if (rival)
		ike_sa_free(ike, rival);
}

static void fail(struct ike *ike, struct ike_sa *sa, struct task *task,
		 const char *why)
{
	char line[LOG_LINE_MAX];

	snprintf(line, sizeof(line), "rekey: %.400s", why);
	ike_event(ike, sa, NULL, EVENT_IKE_FAILED, NULL, task->client,
		  "failed: %s", line);
	client_fail(ike, task->client, line);
	lifetime_retry(ike, sa);
	task_done(ike, sa);
}

/* What was to be replaced has been: nobody means the successor. */
static bool replace(struct ike *ike, struct ike_sa *old,
		    struct ike_sa *successor, uint64_t client)
{
	if (!ike_successor_replace(ike, old, successor, client))
		return false;
	task_drop(ike, successor, &rekey_ike_task);
	return true;
}

/* The peer has done it: it is to delete the old one. */
static void replaced_by_peer(struct ike *ike, struct ike_sa *old,
			     struct ike_sa *successor)
{
	if (!replace(ike, old, successor, 0)) {
		ike_event(ike, old, NULL, EVENT_IKE_FAILED, NULL, 0,
			  "failed: rekey: %s", kernel_error(ike->kernel));
		ike_sa_free(ike, successor);
		lifetime_retry(ike, old);
		return;
	}
	timer_set(&ike->timers, &old->timeout, clock_now() + REPLACED_TIMEOUT);
	task_next(ike, successor);
}

/* The IKE SA of the peer's exchange is redundant: the peer is to delete it. */
static void expect_deletion(struct ike *ike, struct task *task)
{
	struct ike_sa *redundant = task->rival.successor;

	task->rival.successor = NULL;
	if (!redundant)
		return;
	redundant->rekeys = NULL;
	redundant->phase = PHASE_REKEYED;
	timer_set(&ike->timers, &redundant->timeout,
		  clock_now() + REDUNDANT_TIMEOUT);
}

static void complete(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct ike_sa *successor = task->successor;

	if (!replace(ike, sa, successor, task->client)) {
		delete_ike_failed(ike, sa, kernel_error(ike->kernel));
		return;
	}
	task->successor = NULL;
	expect_deletion(ike, task);
	task_done(ike, sa);
	delete_ike(ike, sa);
	task_next(ike, successor);
}

/* Nobody wants @successor, of which the peer has the other half. */
static void discard(struct ike *ike, struct ike_sa *successor)
{
	successor->rekeys = NULL;
	successor->phase = PHASE_REKEYED;
	delete_ike(ike, successor);
}

/* Our IKE SA is the redundant one. */
static void yield(struct ike *ike, struct ike_sa *sa, struct task *task,
		  bool is_complete)
{
	struct ike_sa *redundant = task->successor;
	struct ike_sa *rival = task->rival.successor;

	ike_sa_say(ike, sa, "both sides rekey the IKE SA, the peer's is kept");
	task->successor = NULL;
	task->rival.successor = NULL;
	/* Before IKE_FOLLOWUP_KE the peer has nothing to delete. */
	if (is_complete)
		discard(ike, redundant);
	else
		ike_sa_free(ike, redundant);
	/* NULL: its IKE_FOLLOWUP_KE are still to come, or never do. */
	if (rival)
		replaced_by_peer(ike, sa, rival);
	else
		lifetime_retry(ike, sa);
	/* Last: what waits goes on in the IKE SA that is kept. */
	task_done(ike, sa);
}

static void write_request(const struct ike_sa *sa,
			  const struct kernel_ike_sa_new *own,
			  struct message_writer *message)
{
	struct ike_proposals proposals;

	ike_successor_proposals(sa, sa->connection, &proposals);
	sa_write_rekey(message, proposals.list, proposals.n, own->spi_i);
	nonce_write(message, &own->nonce);
	ke_write(message, own->ke.method, own->ke.data, own->ke.len);
}

static void begin(struct ike *ike, struct ike_sa *sa, struct task *task,
		  uint16_t method)
{
	struct kernel_ike_sa_new own;
	struct chain chain;

	task->attempts++;
	task->method = method;
	if (kernel_ike_sa_new_rekeying(ike->kernel, sa->id, true, method, &own)) {
		fail(ike, sa, task, kernel_error(ike->kernel));
		return;
	}
	task->nonce = own.nonce;
	task->successor = ike_successor_add(ike, sa, &own, true);
	if (!task->successor) {
		fail(ike, sa, task, "out of memory");
		return;
	}
	chain_start(&chain);
	write_request(sa, &own, &chain.message);
	exchange_send_request(ike, sa, CREATE_CHILD_SA, &chain);
}

/* The peer has taken the method that is in use: it needs no second guess. */
static void start(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	begin(ike, sa, task, proposal_find(&sa->chosen, TRANSFORM_KE)->id);
}

static bool offers(const struct ike_sa *sa, uint16_t method)
{
	struct ike_proposals proposals;

	ike_successor_proposals(sa, sa->connection, &proposals);
	for (size_t i = 0; i < proposals.n; i++)
		for (size_t j = 0; j < proposals.list[i].n_transforms; j++) {
			const struct transform *transform =
				&proposals.list[i].transforms[j];

			if (transform->type == TRANSFORM_KE &&
			    transform->id == method)
				return true;
		}
	return false;
}

static void begin_again(struct ike *ike, struct ike_sa *sa, struct task *task,
			const struct notify_payload *notify)
{
	struct reader reader = { .data = notify->data, .left = notify->len };
	uint16_t method = read_u16(&reader);
	char why[REASON_MAX];

	if (reader.truncated || method == task->method ||
	    task->attempts >= ATTEMPTS_MAX || !offers(sa, method)) {
		snprintf(why, sizeof(why),
			 "the peer wants key exchange method %s (%u), which was not offered",
			 transform_name(TRANSFORM_KE, method), method);
		fail(ike, sa, task, why);
		return;
	}
	ike_sa_free(ike, task->successor);
	begin(ike, sa, task, method);
}

static void refused(struct ike *ike, struct ike_sa *sa, struct task *task,
		    const struct notify_payload *notify)
{
	char why[REASON_MAX];

	if (notify->type == INVALID_KE_PAYLOAD && !task->following) {
		begin_again(ike, sa, task, notify);
		return;
	}
	/* The peer has finished its own rekey without knowing of ours. */
	if (rekey_ike_adopt(ike, sa))
		return;
	/* It goes on with its own, if it does. */
	if (sa->followup.successor) {
		lifetime_retry(ike, sa);
		task_done(ike, sa);
		return;
	}
	if (notify->type == INVALID_SYNTAX) {
		end_ike_broken(ike, sa, "the peer says INVALID_SYNTAX");
		return;
	}
	snprintf(why, sizeof(why), "refused by the peer: %s (%u)%s",
		 notify_name(notify->type), notify->type,
		 notify->type == NO_PROPOSAL_CHOSEN && sa->connection->require_pq ?
			 "; ML-KEM is required here" : "");
	fail(ike, sa, task, why);
}

/* Return: whether the answer is one of what was offered. */
static bool check_answer(const struct ike_sa *sa, const struct task *task,
			 const struct ike_successor_payloads *answer,
			 struct proposal *chosen, char *reason)
{
	struct ike_proposals proposals;
	char why[REASON_MAX];

	/* A reload may have come since. */
	ike_successor_proposals(sa, task->successor->connection, &proposals);
	if (answer->sa.n != 1 ||
	    !proposal_choose(proposals.list, proposals.n, answer->sa.proposals,
			     1, sa->connection->require_pq, true, chosen, why,
			     sizeof(why))) {
		snprintf(reason, REASON_MAX, "the peer's choice is refused: %.300s",
			 answer->sa.n == 1 ? why : "more than one proposal");
		return false;
	}
	if (answer->ke.method == task->method &&
	    proposal_find(chosen, TRANSFORM_KE)->id == task->method)
		return true;
	snprintf(reason, REASON_MAX, "the peer answers with another key exchange method");
	return false;
}

/* Return: whether the successor has what the answer says, with @reason where not. */
static bool read_answer(struct ike *ike, struct ike_sa *sa, struct task *task,
			const struct payloads *payloads, char *reason)
{
	struct ike_sa *successor = task->successor;
	struct ike_successor_payloads answer;

	snprintf(reason, REASON_MAX,
		 "rekey: SA, KE or Nonce payload missing or malformed");
	if (!ike_successor_parse(payloads, &answer) ||
	    !check_answer(sa, task, &answer, &successor->chosen, reason)) {
		ike->refused.n[MESSAGE_UNFIT_RESPONSE]++;
		return false;
	}
	memcpy(successor->spi_r, answer.sa.ike_spi[0], IKE_SPI_SIZE);
	task->lowest = nonce_is_lower(&answer.nonce, &task->nonce) ?
			       answer.nonce : task->nonce;
	if (!kernel_ike_sa_init(ike->kernel, successor->id, NULL, 0, NULL, 0,
				&successor->suite))
		return true;
	snprintf(reason, REASON_MAX, "%s", kernel_error(ike->kernel));
	return false;
}

/* Return: false where the IKE SA is being deleted. */
static bool take_answer(struct ike *ike, struct ike_sa *sa, struct task *task,
			const struct payloads *payloads)
{
	char reason[REASON_MAX];

	if (read_answer(ike, sa, task, payloads, reason))
		return true;
	delete_ike_failed(ike, sa, reason);
	return false;
}

/* Mix in what came, and send what is due next. */
static void follow(struct ike *ike, struct ike_sa *sa, struct task *task,
		   const struct payloads *payloads, bool mix)
{
	struct ike_sa *successor = task->successor;
	struct notify_payload link;
	struct kernel_ke ke;
	uint32_t done = 0;

	if (mix && kernel_ike_sa_additional_ke(ike->kernel, successor->id, &ke,
					       &done)) {
		delete_ike_failed(ike, sa, kernel_error(ike->kernel));
		return;
	}
	if (done == successor->suite.n_additional_ke) {
		complete(ike, sa, task);
		return;
	}
	if (!notify_find(payloads, ADDITIONAL_KEY_EXCHANGE, &link)) {
		delete_ike_failed(ike, sa, "the peer's response has no ADDITIONAL_KEY_EXCHANGE");
		return;
	}
	if (kernel_ike_sa_additional_ke(ike->kernel, successor->id, &ke, &done)) {
		fail(ike, sa, task, kernel_error(ike->kernel));
		return;
	}
	followup_send(ike, sa, &ke, link.data, link.len);
}

/* Return: whether with this answer the peer has replaced @sa. */
static bool is_last_answer(struct ike *ike, struct ike_sa *sa, struct task *task,
			   const struct payloads *payloads)
{
	const struct ike_sa *successor = task->successor;
	struct notify_payload notify;
	char reason[REASON_MAX];
	struct kernel_ke ke;
	uint32_t done = 0;

	if (!successor || notify_find_error(payloads, &notify))
		return false;
	if (!task->following)
		return read_answer(ike, sa, task, payloads, reason) &&
		       !successor->suite.n_additional_ke;
	return !kernel_ike_sa_additional_ke(ike->kernel, successor->id, &ke,
					    &done) &&
	       done == successor->suite.n_additional_ke;
}

/* @sa is being deleted; what the peer has put in its place goes, too. */
static void see_off(struct ike *ike, struct ike_sa *sa, struct task *task,
		    const struct payloads *payloads)
{
	struct ike_sa *successor = task->successor;

	if (is_last_answer(ike, sa, task, payloads)) {
		task->successor = NULL;
		discard(ike, successor);
	}
	task_done(ike, sa);
}

static void abandon(struct ike *ike, struct ike_sa *sa, struct task *task,
		    const char *why)
{
	struct ike_sa *rival = task->rival.successor;

	task->rival.successor = NULL;
	if (rival)
		discard(ike, rival);
	if (sa->request.datagrams.n)
		task_abandon(ike, sa, why);
}

static bool lost(const struct task *task)
{
	return task->rival.exists &&
	       nonce_is_lower(&task->lowest, &task->rival.lowest);
}

static void response(struct ike *ike, struct ike_sa *sa, struct task *task,
		     const struct payloads *payloads)
{
	struct notify_payload notify;

	if (task->abandoned) {
		see_off(ike, sa, task, payloads);
		return;
	}
	if (!task->successor) {
		delete_ike_failed(ike, sa, "the kernel has lost the new IKE SA");
		return;
	}
	if (notify_find_error(payloads, &notify)) {
		refused(ike, sa, task, &notify);
		return;
	}
	if (task->following) {
		follow(ike, sa, task, payloads, true);
		return;
	}
	if (!take_answer(ike, sa, task, payloads))
		return;
	task->following = true;
	if (lost(task)) {
		yield(ike, sa, task, !task->successor->suite.n_additional_ke);
		return;
	}
	/* A peer that has lost sends no IKE_FOLLOWUP_KE. */
	followup_drop(ike, sa);
	follow(ike, sa, task, payloads, false);
}

const struct task_type rekey_ike_task = {
	.start = start,
	.response = response,
	.forget = forget,
	.abandon = abandon,
	.rekeys_ike_sa = true,
};

static bool is_queued(const struct ike_sa *sa)
{
	for (const struct task *task = sa->tasks; task; task = task->next)
		if (task->type == &rekey_ike_task)
			return true;
	return task_is(sa, &rekey_ike_task);
}

void rekey_ike(struct ike *ike, struct ike_sa *sa, uint64_t client)
{
	struct task *task;

	if (sa->phase != PHASE_ESTABLISHED || is_queued(sa))
		return;
	task = task_new(ike, &rekey_ike_task, client);
	if (!task)
		return;
	timer_stop(&ike->timers, &sa->rekey_timer);
	task_add(ike, sa, task);
}

bool rekey_ike_adopt(struct ike *ike, struct ike_sa *sa)
{
	struct ike_sa *rival;

	if (!task_is(sa, &rekey_ike_task) || !sa->task->rival.successor)
		return false;
	rival = sa->task->rival.successor;
	sa->task->rival.successor = NULL;
	replaced_by_peer(ike, sa, rival);
	task_done(ike, sa);
	return true;
}

void rekey_ike_answered(struct ike *ike, struct ike_sa *sa,
			struct ike_sa *successor)
{
	if (task_is(sa, &rekey_ike_task))
		sa->task->rival.successor = successor;
	else
		replaced_by_peer(ike, sa, successor);
}
