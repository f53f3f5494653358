// SPDX-License-Identifier: GPL-2.0
#include "ike/child_exchange.h"

#include <stdio.h>

#include "ike/child_install.h"
#include "ike/child_sa.h"
#include "ike/exchange.h"
#include "ike/followup.h"
#include "ike/note.h"
#include "wire/payload.h"
#include "wire/transform.h"

/* INVALID_KE_PAYLOAD may send us round only so often. */
#define ATTEMPTS_MAX 3

static void write_request(const struct ike_sa *sa, const struct task *task,
			  const struct kernel_child_sa_own *own,
			  struct message_writer *message)
{
	if (task->spi_in)
		notify_write_esp(message, REKEY_SA, task->spi_in);
	child_choice_write_notifies(message, task->config);
	child_choice_write_sa(message, task->config, true, own->spi_in);
	nonce_write(message, &own->nonce);
	if (own->ke.len)
		ke_write(message, own->ke.method, own->ke.data, own->ke.len);
	child_choice_write_ts(message, sa, task->config, &task->packet);
}

bool child_exchange_begin(struct ike *ike, struct ike_sa *sa, struct task *task,
			  uint16_t method)
{
	struct kernel_child_sa_new order = {
		.create_child_sa = true, .initiator = true, .ke_method = method,
	};
	struct kernel_child_sa_own own;
	struct chain chain;

	task->child = child_sa_reserve(ike, sa, task->config, &order, &own);
	if (!task->child)
		return false;
	task->child->replaces = task->spi_in;
	task->method = method;
	task->nonce = own.nonce;
	task->attempts++;
	chain_start(&chain);
	write_request(sa, task, &own, &chain.message);
	exchange_send_request(ike, sa, CREATE_CHILD_SA, &chain);
	return true;
}

void child_exchange_forget(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	(void)sa;
	if (task->child)
		child_sa_remove(ike, task->child);
	task->child = NULL;
}

/* RFC 7296 section 1.3: the peer wants another method. */
static void begin_again(struct ike *ike, struct ike_sa *sa, struct task *task,
			const struct notify_payload *notify,
			struct child_result *result)
{
	struct reader reader = { .data = notify->data, .left = notify->len };
	uint16_t method = read_u16(&reader);

	if (reader.truncated || method == task->method ||
	    task->attempts >= ATTEMPTS_MAX ||
	    !child_choice_offers(task->config, method)) {
		snprintf(result->reason, sizeof(result->reason),
			 "the peer wants key exchange method %s (%u), which was not offered",
			 transform_name(TRANSFORM_KE, method), method);
		return;
	}
	child_exchange_forget(ike, sa, task);
	if (child_exchange_begin(ike, sa, task, method))
		result->step = CHILD_AGAIN;
	else
		snprintf(result->reason, sizeof(result->reason), "%s",
			 kernel_error(ike->kernel));
}

static void read_refusal(struct ike *ike, struct ike_sa *sa, struct task *task,
			 const struct notify_payload *notify,
			 struct child_result *result)
{
	result->step = CHILD_REFUSED;
	result->refusal = notify->type;
	snprintf(result->reason, sizeof(result->reason),
		 "refused by the peer: %s (%u)", notify_name(notify->type),
		 notify->type);
	if (notify->type == INVALID_KE_PAYLOAD && !task->following &&
	    !task->abandoned)
		begin_again(ike, sa, task, notify, result);
}

/* The nonces decide which of two rekeys at once is kept. */
static bool read_nonce(struct task *task, const struct payloads *payloads)
{
	const struct payload *payload = payloads_find(payloads, PAYLOAD_NONCE);
	struct nonce nonce;

	if (!payload || !nonce_parse(payload, &nonce))
		return false;
	task->lowest = nonce_is_lower(&nonce, &task->nonce) ? nonce :
							      task->nonce;
	return true;
}

static uint16_t chosen_method(const struct child_choice *choice)
{
	const struct transform *ke = proposal_find(&choice->proposal,
						   TRANSFORM_KE);

	return ke ? ke->id : KE_NONE;
}

/* The answer must be to the KE payload that was sent. */
static bool same_method(const struct task *task,
			const struct child_choice *choice)
{
	uint16_t method = chosen_method(choice);

	return method == KE_NONE || method == task->method;
}

static bool read_choice(struct ike_sa *sa, struct task *task,
			const struct payloads *payloads,
			struct child_result *result)
{
	struct child_choice *choice = &task->child->choice;

	result->step = CHILD_UNFIT;
	if (!child_choice_read_response(sa, task->config, true, payloads, choice,
					result->reason))
		return false;
	if (read_nonce(task, payloads) && same_method(task, choice))
		return true;
	snprintf(result->reason, sizeof(result->reason),
		 "the peer's Nonce or KE payload is missing, malformed or of another method");
	return false;
}

/* Give the peer's values to the kernel, which makes those of the next exchange. */
static void exchange_keys(struct ike *ike, struct ike_sa *sa, struct task *task,
			  const struct payloads *payloads,
			  struct child_result *result)
{
	struct notify_payload link;

	if (kernel_child_sa_ke(ike->kernel, sa->id, task->child->id,
			       &result->ke)) {
		result->step = CHILD_BROKEN;
		snprintf(result->reason, sizeof(result->reason),
			 "key exchange: %s", kernel_error(ike->kernel));
		return;
	}
	task->following = true;
	if (!notify_find(payloads, ADDITIONAL_KEY_EXCHANGE, &link)) {
		result->step = CHILD_UNFIT;
		snprintf(result->reason, sizeof(result->reason),
			 "the peer's response has no ADDITIONAL_KEY_EXCHANGE");
		return;
	}
	result->step = CHILD_FOLLOWS;
	result->link = link.data;
	result->link_len = link.len;
}

static void read_first(struct ike *ike, struct ike_sa *sa, struct task *task,
		       const struct payloads *payloads,
		       struct child_result *result)
{
	if (!read_choice(sa, task, payloads, result))
		return;
	task->followups = followup_count(&task->child->choice.proposal);
	if (task->followups)
		exchange_keys(ike, sa, task, payloads, result);
	else
		result->step = CHILD_AGREED;
}

static void read_followup(struct ike *ike, struct ike_sa *sa, struct task *task,
			  const struct payloads *payloads,
			  struct child_result *result)
{
	if (--task->followups)
		exchange_keys(ike, sa, task, payloads, result);
	else
		result->step = CHILD_AGREED;
}

void child_exchange_read(struct ike *ike, struct ike_sa *sa, struct task *task,
			 const struct payloads *payloads,
			 struct child_result *result)
{
	struct notify_payload notify;

	*result = (struct child_result){ 0 };
	if (notify_find_error(payloads, &notify)) {
		read_refusal(ike, sa, task, &notify, result);
		return;
	}
	if (task->following)
		read_followup(ike, sa, task, payloads, result);
	else
		read_first(ike, sa, task, payloads, result);
	ike->refused.n[MESSAGE_UNFIT_RESPONSE] += result->step == CHILD_UNFIT;
}

enum child_step child_exchange_install(struct ike *ike, const struct task *task,
				       enum kernel_direction direction,
				       char reason[CHILD_REASON_MAX])
{
	if (!child_sa_install(ike, task->child, direction, NULL))
		return CHILD_AGREED;
	if (kernel_blames_key_exchange(ike->kernel)) {
		snprintf(reason, CHILD_REASON_MAX, "key exchange: %.300s",
			 kernel_error(ike->kernel));
		return CHILD_BROKEN;
	}
	snprintf(reason, CHILD_REASON_MAX, "the kernel does not install it: %.300s",
		 kernel_error(ike->kernel));
	return CHILD_UNFIT;
}

void child_exchange_follow(struct ike *ike, struct ike_sa *sa, struct task *task,
			   const struct child_result *result)
{
	(void)task;
	/* The kernel does not say what is rekeyed: before the request, which stays. */
	note_keep(ike, sa);
	followup_send(ike, sa, &result->ke, result->link, result->link_len);
}
