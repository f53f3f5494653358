// SPDX-License-Identifier: GPL-2.0
#include "ike/create_child_answer.h"

#include <stdio.h>

#include "ike/child_install.h"
#include "ike/child_sa.h"
#include "ike/create_child.h"
#include "ike/exchange.h"
#include "ike/followup.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/rekey_child.h"
#include "ike/rekey_ike_answer.h"
#include "wire/payload.h"
#include "wire/transform.h"

/* A Child SA that the peer asks for. */
struct creation {
	const struct child_config *config;
	const struct child_sa *old; /* what it replaces, NULL: nothing */
	struct child_choice choice;
	struct nonce nonce; /* of the peer */
	struct kernel_child_sa_new order;
	struct kernel_child_sa_own own;
	size_t followups; /* that are due after the response */
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
	creation->followups = followup_count(&creation->choice.proposal);
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

/* All key exchanges are done; @chain: the response, without an error so far. */
static void complete(struct ike *ike, struct ike_sa *sa, struct child_sa *child,
		     uint8_t exchange_type, struct chain *chain)
{
	struct child_sa *old = child_sa_find(ike, child->replaces);
	/* After IKE_FOLLOWUP_KE, the one that says what it is was sealed before. */
	struct chain *answer = exchange_type == CREATE_CHILD_SA ? chain : NULL;

	if (child_sa_install(ike, child, old ? DIRECTION_IN : DIRECTION_BOTH,
			     answer)) {
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

static void complete_series(struct ike *ike, struct ike_sa *sa,
			    const struct followup *series, struct chain *chain)
{
	complete(ike, sa, series->child, IKE_FOLLOWUP_KE, chain);
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

static void answer_child(struct ike *ike, struct ike_sa *sa, struct child_sa *old,
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
	if (!old && create_child_under_way(sa, creation.config))
		note_rival(sa->task, child, &creation);
	chain_start(&chain);
	write_answer(&creation, child, &chain.message);
	if (!creation.followups) {
		complete(ike, sa, child, CREATE_CHILD_SA, &chain);
		return;
	}
	followup_expect(ike, sa,
			&(struct followup){
				.child = child,
				.left = creation.followups,
				.complete = complete_series,
			},
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
	else if (old->state != CHILD_INSTALLED || old->withdrawn ||
		 rekey_child_follows(sa, old))
		exchange_send_notify(ike, sa, CREATE_CHILD_SA, TEMPORARY_FAILURE,
				     NULL, 0);
	else
		answer_child(ike, sa, old, payloads);
}

void create_child_answer(struct ike *ike, struct ike_sa *sa,
			 const struct payloads *payloads)
{
	struct notify_payload notify;

	/* With a new CREATE_CHILD_SA the peer has left what it had begun. */
	followup_drop(ike, sa);
	if (wants_ike_sa(payloads) && sa->phase == PHASE_ESTABLISHED)
		rekey_ike_request(ike, sa, payloads);
	else if (sa->phase != PHASE_ESTABLISHED || (sa->task && sa->task->type->rekeys_ike_sa))
		exchange_send_notify(ike, sa, CREATE_CHILD_SA, TEMPORARY_FAILURE,
				     NULL, 0);
	else if (notify_find(payloads, REKEY_SA, &notify))
		answer_rekey(ike, sa, &notify, payloads);
	else
		answer_child(ike, sa, NULL, payloads);
}
