// SPDX-License-Identifier: GPL-2.0
#include "create_child.h"

#include <errno.h>
#include <stdio.h>

#include "child_exchange.h"
#include "client.h"
#include "config_use.h"
#include "connection.h"
#include "delete_child.h"
#include "followup.h"
#include "informational.h"
#include "payload.h"
#include "rekey_child.h"
#include "rekey_ike.h"
#include "rekey_ike_answer.h"
#include "transform.h"

/* A Child SA or a task that makes one, which the IKE SA is there for. */
static bool of_use(const struct ike_sa *sa)
{
	const struct child_sa *child = sa->children;
	const struct task *task = sa->tasks;

	while (child && child->state != CHILD_INSTALLED)
		child = child->next;
	while (task && task->type != &create_child_task)
		task = task->next;
	return child || task;
}

void create_child_established(struct ike *ike, struct child_sa *child,
			      uint64_t client)
{
	char text[CHILD_TEXT_SIZE];

	child_sa_print(child, text, sizeof(text));
	ike_event(ike, child->ike_sa, child, EVENT_CHILD_ESTABLISHED,
		  &child->traffic, client, "child %s installed: %s",
		  child->config->name, text);
}

void create_child_say_less(struct ike *ike, const struct ike_sa *sa,
			   const struct child_config *config, const char *less)
{
	if (*less)
		ike_sa_say(ike, sa, "child %s: %s", config->name, less);
}

void create_child_failed(struct ike *ike, struct ike_sa *sa, const char *why)
{
	struct task *task = sa->task;
	char line[LOG_LINE_MAX];

	snprintf(line, sizeof(line), "child %s: %.400s", task->config->name, why);
	child_exchange_forget(ike, sa, task);
	if (!of_use(sa)) {
		/* Without a Child SA it is of no use. */
		if (!sa->client)
			sa->client = task->client;
		task->client = 0;
		if (task->anew) {
			informational_delete_expired(ike, sa, line);
			return;
		}
		snprintf(sa->failure, sizeof(sa->failure), "%s", line);
		ike_sa_say(ike, sa, "%s; deleting the IKE SA", line);
		informational_delete(ike, sa);
		return;
	}
	ike_event(ike, sa, NULL, EVENT_CHILD_FAILED, NULL, task->client,
		  "failed: %s", line);
	client_fail(ike, task->client, line);
	task_done(ike, sa);
}

/* A series that is lost may be started over (RFC 9370 section 2.2.4). */
static bool is_temporary(uint16_t refusal)
{
	return refusal == TEMPORARY_FAILURE || refusal == STATE_NOT_FOUND;
}

void create_child_refused(struct ike *ike, struct ike_sa *sa, uint16_t refusal,
			  const char *why)
{
	const char *name = sa->task->config->name;

	if (is_temporary(refusal) && task_postpone(ike, sa))
		ike_sa_say(ike, sa, "child %s: %s; it will be asked again", name,
			   why);
	else
		create_child_failed(ike, sa, why);
}

static void start(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	/* While this waited the peer, or a rekey, may have set it up. */
	if (child_sa_find_for(sa, task->config, &task->packet))
		task_done(ike, sa);
	else if (!child_exchange_begin(ike, sa, task,
				       child_choice_method(task->config)))
		create_child_failed(ike, sa, kernel_error(ike->kernel));
}

void create_child_give_back(struct ike *ike, struct ike_sa *sa, const char *why)
{
	struct task *task = sa->task;

	if (task->child)
		delete_child_first(ike, task->child);
	task->child = NULL;
	create_child_failed(ike, sa, why);
}

/* Where the peer narrows it, it may be no other than what is there. */
static bool is_wanted(const struct ike_sa *sa, const struct task *task)
{
	return child_choice_carries(&task->child->choice, &task->packet) ||
	       !child_sa_find_config(sa, task->config);
}

/* Return: the Child SA that the peer has made of the same at once; NULL: none. */
static struct child_sa *find_rival(const struct ike *ike, const struct task *task)
{
	const struct child_choice *ours = &task->child->choice;
	struct child_sa *rival = child_sa_find(ike, task->rival.spi_in);

	if (!task->rival.exists || !rival || rival->state != CHILD_INSTALLED ||
	    !prefixes_equal(&rival->choice.local_ts, &ours->local_ts) ||
	    !prefixes_equal(&rival->choice.remote_ts, &ours->remote_ts))
		return NULL;
	return rival;
}

/* Ours is the redundant one; the peer may send on it until it goes. */
static void yield(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct child_sa *child = task->child;

	ike_sa_say(ike, sa, "child %s: both sides make it, the peer's is kept",
		   task->config->name);
	task->child = NULL;
	child_sa_install(ike, child, DIRECTION_IN);
	delete_child_first(ike, child);
	task_done(ike, sa);
}

/* As for rekeys (RFC 7296 section 2.8.1), the lowest of four nonces decides. */
static bool has_lost(const struct task *task)
{
	return nonce_is_lower(&task->lowest, &task->rival.lowest);
}

static void install(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct child_sa *rival = find_rival(ike, task);
	struct child_sa *child = task->child;
	char reason[CHILD_REASON_MAX];
	enum child_step step;

	if (rival && has_lost(task)) {
		yield(ike, sa, task);
		return;
	}
	if (!is_wanted(sa, task)) {
		create_child_give_back(ike, sa,
				       "what the peer agrees to does not take the packet");
		return;
	}
	step = child_exchange_install(ike, task, DIRECTION_BOTH, reason);
	if (step == CHILD_BROKEN) {
		informational_delete_failed(ike, sa, reason);
		return;
	}
	if (step != CHILD_AGREED) {
		create_child_give_back(ike, sa, reason);
		return;
	}
	task->child = NULL;
	child_sa_count(child);
	create_child_established(ike, child, task->client);
	if (rival)
		child_sa_expect_deletion(ike, rival);
	task_done(ike, sa);
}

/* The peer has installed it only once all key exchanges are done. */
static void give_up(struct ike *ike, struct ike_sa *sa, const struct task *task,
		    enum child_step step)
{
	if (step == CHILD_AGREED || step == CHILD_UNFIT)
		create_child_give_back(ike, sa, task->abandoned);
	else
		create_child_failed(ike, sa, task->abandoned);
}

static void response(struct ike *ike, struct ike_sa *sa, struct task *task,
		     const struct payloads *payloads)
{
	struct child_result result;
	bool following = task->following;

	child_exchange_read(ike, sa, task, payloads, &result);
	if (task->abandoned && result.step != CHILD_BROKEN &&
	    result.refusal != INVALID_SYNTAX) {
		give_up(ike, sa, task, result.step);
		return;
	}
	if (!following &&
	    (result.step == CHILD_AGREED || result.step == CHILD_FOLLOWS))
		create_child_say_less(ike, sa, task->config, result.reason);
	switch (result.step) {
	case CHILD_AGREED:
		install(ike, sa, task);
		break;
	case CHILD_FOLLOWS:
		child_exchange_follow(ike, sa, task, &result);
		break;
	case CHILD_AGAIN:
		break;
	case CHILD_REFUSED:
		if (result.refusal == INVALID_SYNTAX)
			informational_broken(ike, sa, result.reason);
		else
			create_child_refused(ike, sa, result.refusal,
					     result.reason);
		break;
	case CHILD_UNFIT:
		create_child_give_back(ike, sa, result.reason);
		break;
	case CHILD_BROKEN:
		informational_delete_failed(ike, sa, result.reason);
		break;
	}
}

const struct task_type create_child_task = {
	.start = start,
	.response = response,
	.forget = child_exchange_forget,
};

/* Return: the task that waits for its turn, NULL: none. */
static struct task *find_waiting(const struct ike_sa *sa,
				 const struct child_config *config)
{
	struct task *task = sa->tasks;

	while (task && (task->type != &create_child_task ||
			!child_is(task->config, config)))
		task = task->next;
	return task;
}

static bool is_under_way(const struct ike_sa *sa,
			 const struct child_config *config)
{
	return task_is(sa, &create_child_task) && !sa->task->abandoned &&
	       child_is(sa->task->config, config);
}

bool create_child_pending(const struct ike_sa *sa,
			  const struct child_config *config)
{
	return is_under_way(sa, config) || find_waiting(sa, config);
}

void create_child_hurry(struct ike *ike, struct ike_sa *sa,
			const struct child_config *config, uint64_t client)
{
	struct task *task = is_under_way(sa, config) ? sa->task :
						       find_waiting(sa, config);

	if (!task)
		return;
	if (!task->client)
		task->client = client;
	task->due = 0;
	task_next(ike, sa);
}

void create_child_cancel(struct ike *ike, struct ike_sa *sa,
			 const struct child_config *config, const char *why)
{
	struct task *task;

	if (is_under_way(sa, config))
		task_abandon(ike, sa, why);
	while ((task = find_waiting(sa, config)))
		task_cancel(ike, sa, task, why);
	/* IKE_AUTH must take one with it. */
	if (sa->initiator && !sa->tasks && !sa->task &&
	    (sa->phase == PHASE_INIT || sa->phase == PHASE_AUTH)) {
		sa->given_up = true;
		ike_sa_fail(ike, sa, "%s", why);
	}
}

bool create_child_wanted(const struct ike_sa *sa,
			 const struct child_config *config)
{
	return child_sa_find_config(sa, config) ||
	       create_child_pending(sa, config);
}

bool create_child_wanted_for(const struct ike_sa *sa,
			     const struct child_config *config,
			     const struct packet_ts *packet)
{
	return child_sa_find_for(sa, config, packet) ||
	       create_child_pending(sa, config);
}

static void add(struct ike *ike, struct ike_sa *sa,
		const struct child_config *config, uint64_t client, bool anew,
		const struct packet_ts *packet)
{
	struct task *task = task_new(ike, &create_child_task, client);

	if (!task)
		return;
	child_use(&task->config, config);
	task->anew = anew;
	if (packet)
		task->packet = *packet;
	task_add(ike, sa, task);
}

void create_child(struct ike *ike, struct ike_sa *sa,
		  const struct child_config *config, uint64_t client)
{
	add(ike, sa, config, client, false, NULL);
}

void create_child_for_packet(struct ike *ike, struct ike_sa *sa,
			     const struct child_config *config,
			     const struct packet_ts *packet)
{
	add(ike, sa, config, 0, false, packet);
}

void create_child_anew(struct ike *ike, struct ike_sa *sa,
		       const struct child_config *config)
{
	add(ike, sa, config, 0, true, NULL);
}

/* A Child SA that the peer asks for. */
struct creation {
	const struct child_config *config;
	const struct child_sa *old; /* what it replaces, NULL: nothing */
	struct child_choice choice;
	struct nonce nonce; /* of the peer */
	struct kernel_child_sa_new order;
	struct kernel_child_sa_own own;
	char reason[CHILD_REASON_MAX];
};

static size_t count_children(const struct ike_sa *sa)
{
	size_t n = 0;

	for (const struct child_sa *child = sa->children; child;
	     child = child->next)
		n++;
	return n;
}

/* The method that was chosen, whether or not the peer sent a KE payload of it. */
static uint16_t check_method(const struct payloads *payloads,
			     struct creation *creation)
{
	const struct payload *payload = payloads_find(payloads, PAYLOAD_KE);
	const struct transform *chosen =
		proposal_find(&creation->choice.proposal, TRANSFORM_KE);
	struct ke_payload ke;

	creation->order.ke_method = chosen ? chosen->id : KE_NONE;
	if (creation->order.ke_method == KE_NONE)
		return 0;
	if (payload && ke_parse(payload, &ke) &&
	    ke.method == creation->order.ke_method)
		return 0;
	snprintf(creation->reason, sizeof(creation->reason), "asked for %s",
		 transform_name(TRANSFORM_KE, creation->order.ke_method));
	return INVALID_KE_PAYLOAD;
}

/* Return: 0 or the refusal. */
static uint16_t choose(const struct ike_sa *sa, const struct payloads *payloads,
		       struct creation *creation)
{
	const struct payload *nonce = payloads_find(payloads, PAYLOAD_NONCE);
	uint16_t refusal;

	if (creation->old)
		refusal = child_choice_make(sa, creation->config, true, payloads,
					    &creation->choice, creation->reason);
	else
		refusal = child_choice_find(sa, true, payloads, &creation->config,
					    &creation->choice, creation->reason);
	if (refusal)
		return refusal;
	if (!nonce || !nonce_parse(nonce, &creation->nonce)) {
		snprintf(creation->reason, sizeof(creation->reason),
			 "the peer's Nonce payload is missing or malformed");
		return INVALID_SYNTAX;
	}
	if (count_children(sa) >= CHILD_SAS_MAX) {
		snprintf(creation->reason, sizeof(creation->reason),
			 "there are %d Child SAs already", CHILD_SAS_MAX);
		return NO_ADDITIONAL_SAS;
	}
	return check_method(payloads, creation);
}

/* Return: the Child SA, or NULL with *refusal. */
static struct child_sa *reserve(struct ike *ike, struct ike_sa *sa,
				struct creation *creation, uint16_t *refusal)
{
	struct kernel_child_sa_new *order = &creation->order;
	struct child_sa *child;

	order->create_child_sa = true;
	order->n_additional_ke = followup_methods(&creation->choice.proposal,
						  order->additional_ke);
	child = child_sa_reserve(ike, sa, creation->config, order,
				 &creation->own);
	if (!child) {
		/* Among the reasons: an ek that FIPS 203 section 7.2 rejects. */
		*refusal = kernel_blames_message(ike->kernel) ? INVALID_SYNTAX :
							     TEMPORARY_FAILURE;
		snprintf(creation->reason, sizeof(creation->reason), "%.380s",
			 kernel_error(ike->kernel));
		return NULL;
	}
	child->choice = creation->choice;
	child->replaces = creation->old ? creation->old->spi_in : 0;
	return child;
}

static void refuse(struct ike *ike, struct ike_sa *sa,
		   const struct creation *creation, uint16_t refusal)
{
	uint16_t method = creation->order.ke_method;
	const uint8_t data[] = { (uint8_t)(method >> 8), (uint8_t)method };

	ike_event(ike, sa, NULL, EVENT_CHILD_FAILED, NULL, 0,
		  "failed: CREATE_CHILD_SA of the peer refused with %s: %s",
		  notify_name(refusal), creation->reason);
	if (refusal == INVALID_SYNTAX)
		exchange_send_fatal(ike, sa, CREATE_CHILD_SA, refusal);
	else if (refusal == INVALID_KE_PAYLOAD)
		exchange_send_notify(ike, sa, CREATE_CHILD_SA, refusal, data,
				     sizeof(data));
	else
		exchange_send_notify(ike, sa, CREATE_CHILD_SA, refusal, NULL, 0);
}

static void write_answer(const struct creation *creation,
			 const struct child_sa *child,
			 struct message_writer *message)
{
	const struct kernel_ke *ke = &creation->own.ke;

	child_choice_write_answer_sa(message, &creation->choice, child->spi_in);
	nonce_write(message, &creation->own.nonce);
	if (ke->len)
		ke_write(message, ke->method, ke->data, ke->len);
	child_choice_write_answer_ts(message, &creation->choice);
}

void create_child_complete(struct ike *ike, struct ike_sa *sa,
			   struct child_sa *child, uint8_t exchange_type,
			   struct chain *chain)
{
	struct child_sa *old = child_sa_find(ike, child->replaces);

	if (child_sa_install(ike, child, old ? DIRECTION_IN : DIRECTION_BOTH)) {
		ike_event(ike, sa, child, EVENT_CHILD_FAILED, NULL, 0,
			  "failed: child %s: the kernel does not install it: %s",
			  child->config->name, kernel_error(ike->kernel));
		child_sa_remove(ike, child);
		exchange_send_notify(ike, sa, exchange_type, TEMPORARY_FAILURE,
				     NULL, 0);
		return;
	}
	if (!exchange_send_response(ike, sa, exchange_type, chain))
		return;
	child_sa_count(child);
	if (old)
		rekey_child_answered(ike, old, child);
	else
		create_child_established(ike, child, 0);
}

/* Both sides make the same child at once. */
static void note_rival(struct task *task, const struct child_sa *child,
		       const struct creation *creation)
{
	const struct nonce *a = &creation->own.nonce;
	const struct nonce *b = &creation->nonce;

	task->rival = (struct rival){
		.exists = true,
		.lowest = nonce_is_lower(a, b) ? *a : *b,
		.spi_in = child->spi_in,
	};
}

static void answer(struct ike *ike, struct ike_sa *sa, struct child_sa *old,
		   const struct payloads *payloads)
{
	struct creation creation = {
		.old = old, .config = old ? old->config : NULL,
	};
	uint16_t refusal = choose(sa, payloads, &creation);
	struct child_sa *child = NULL;
	struct chain chain;

	if (!refusal)
		child = reserve(ike, sa, &creation, &refusal);
	if (!child) {
		refuse(ike, sa, &creation, refusal);
		return;
	}
	if (old)
		rekey_child_rivalled(sa, old, child, &creation.own.nonce,
				     &creation.nonce);
	else
		create_child_say_less(ike, sa, creation.config, creation.reason);
	if (!old && is_under_way(sa, creation.config))
		note_rival(sa->task, child, &creation);
	chain_start(&chain);
	write_answer(&creation, child, &chain.message);
	if (!creation.order.n_additional_ke) {
		create_child_complete(ike, sa, child, CREATE_CHILD_SA, &chain);
		return;
	}
	followup_expect(ike, sa, child, NULL, creation.order.n_additional_ke,
			&chain.message);
	exchange_send_response(ike, sa, CREATE_CHILD_SA, &chain);
}

static void refuse_rekey(struct ike *ike, struct ike_sa *sa, uint16_t refusal,
			 uint32_t spi)
{
	struct chain chain;

	chain_start(&chain);
	notify_write_esp(&chain.message, refusal, spi);
	exchange_send_response(ike, sa, CREATE_CHILD_SA, &chain);
}

static bool wants_ike_sa(const struct payloads *payloads)
{
	const struct payload *payload = payloads_find(payloads, PAYLOAD_SA);
	struct sa_payload sa;

	return payload && sa_parse(payload, &sa) && sa.n &&
	       sa.proposals[0].protocol == PROTOCOL_IKE;
}

/* RFC 7296 section 2.25.1 */
static void answer_rekey(struct ike *ike, struct ike_sa *sa,
			 const struct notify_payload *notify,
			 const struct payloads *payloads)
{
	uint32_t spi = notify_esp_spi(notify);
	struct child_sa *old = child_sa_find_out(sa, spi);

	if (!old || old->state == CHILD_LINGERING)
		refuse_rekey(ike, sa, CHILD_SA_NOT_FOUND, spi);
	else if (old->state != CHILD_INSTALLED || rekey_child_follows(sa, old))
		exchange_send_notify(ike, sa, CREATE_CHILD_SA, TEMPORARY_FAILURE,
				     NULL, 0);
	else
		answer(ike, sa, old, payloads);
}

void create_child_request(struct ike *ike, struct ike_sa *sa,
			  const struct payloads *payloads)
{
	struct notify_payload notify;

	/* With a new CREATE_CHILD_SA the peer has left what it had begun. */
	followup_drop(ike, sa);
	if (wants_ike_sa(payloads) && sa->phase == PHASE_ESTABLISHED)
		rekey_ike_request(ike, sa, payloads);
	else if (sa->phase != PHASE_ESTABLISHED || task_is(sa, &rekey_ike_task))
		exchange_send_notify(ike, sa, CREATE_CHILD_SA, TEMPORARY_FAILURE,
				     NULL, 0);
	else if (notify_find(payloads, REKEY_SA, &notify))
		answer_rekey(ike, sa, &notify, payloads);
	else
		answer(ike, sa, NULL, payloads);
}
