// SPDX-License-Identifier: GPL-2.0
#include "ike/rekey_ike_answer.h"

#include "ike/exchange.h"
#include "ike/followup.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/ike_successor.h"
#include "ike/rekey_ike.h"
#include "wire/payload.h"
#include "wire/proposal_choose.h"
#include "wire/transform.h"

#define REASON_MAX 384

/*
 * Return: whether this side works on a Child SA (section 2.25.1), is past
 * CREATE_CHILD_SA with its own rekey, or has answered one of the peer already.
 */
static bool is_busy(const struct ike_sa *sa)
{
	const struct task *task = sa->task;

	return task && (task->type->of_child ||
			(task->type->rekeys_ike_sa &&
			 (task->following || task->rival.successor)));
}

static void refuse(struct ike *ike, struct ike_sa *sa, uint16_t type,
		   const char *why)
{
	ike_event(ike, sa, NULL, EVENT_IKE_FAILED, NULL, 0,
		  "failed: rekey of the peer refused with %s: %s",
		  notify_name(type), why);
	if (type == INVALID_SYNTAX)
		exchange_send_fatal(ike, sa, CREATE_CHILD_SA, type);
	else
		exchange_send_notify(ike, sa, CREATE_CHILD_SA, type, NULL, 0);
}

static void ask_for_method(struct ike *ike, struct ike_sa *sa, uint16_t method)
{
	const uint8_t data[] = { (uint8_t)(method >> 8), (uint8_t)method };

	ike_sa_say(ike, sa, "asked the peer to rekey with %s",
		   transform_name(TRANSFORM_KE, method));
	exchange_send_notify(ike, sa, CREATE_CHILD_SA, INVALID_KE_PAYLOAD, data,
			     sizeof(data));
}

/* The same exchange of ours is under way: who wins is decided later. */
static void note_rival(const struct ike_sa *sa, const struct nonce *a,
		       const struct nonce *b)
{
	if (!sa->task || !sa->task->type->rekeys_ike_sa)
		return;
	sa->task->rival.exists = true;
	sa->task->rival.lowest = nonce_is_lower(a, b) ? *a : *b;
}

static void complete_series(struct ike *ike, struct ike_sa *sa,
			    const struct followup *series, struct chain *chain)
{
	if (exchange_send_response(ike, sa, IKE_FOLLOWUP_KE, chain))
		rekey_ike_answered(ike, sa, series->successor);
	else
		ike_sa_free(ike, series->successor);
}

static void answer(struct ike *ike, struct ike_sa *sa,
		   const struct proposal *chosen, const struct nonce *nonce)
{
	size_t rounds = followup_count(chosen);
	struct kernel_ike_sa_new own;
	struct ike_sa *successor;
	struct chain chain;

	if (kernel_ike_sa_new_rekeying(ike->kernel, sa->id, false, 0, &own)) {
		refuse(ike, sa, kernel_blames_message(ike->kernel) ?
				       INVALID_SYNTAX : TEMPORARY_FAILURE,
		       kernel_error(ike->kernel));
		return;
	}
	successor = ike_successor_add(ike, sa, &own, false);
	if (!successor) {
		refuse(ike, sa, TEMPORARY_FAILURE, "out of memory");
		return;
	}
	successor->chosen = *chosen;
	chain_start(&chain);
	sa_write_rekey(&chain.message, chosen, 1, own.spi_r);
	nonce_write(&chain.message, &own.nonce);
	ke_write(&chain.message, own.ke.method, own.ke.data, own.ke.len);
	if (rounds)
		followup_expect(ike, sa,
				&(struct followup){
					.successor = successor,
					.left = rounds,
					.complete = complete_series,
				},
				&chain.message);
	if (!exchange_send_response(ike, sa, CREATE_CHILD_SA, &chain)) {
		ike_sa_free(ike, successor);
		return;
	}
	if (kernel_ike_sa_init(ike->kernel, successor->id, NULL, 0, NULL, 0,
			       &successor->suite)) {
		ike_event(ike, sa, NULL, EVENT_IKE_FAILED, NULL, 0,
			  "failed: rekey: %s", kernel_error(ike->kernel));
		ike_sa_free(ike, successor);
		return;
	}
	note_rival(sa, nonce, &own.nonce);
	if (!rounds)
		rekey_ike_answered(ike, sa, successor);
}

void rekey_ike_request(struct ike *ike, struct ike_sa *sa,
		       const struct payloads *payloads)
{
	struct ike_proposals proposals;
	struct ike_successor_payloads request;
	struct proposal chosen;
	char reason[REASON_MAX];
	uint16_t method;

	if (is_busy(sa)) {
		exchange_send_notify(ike, sa, CREATE_CHILD_SA, TEMPORARY_FAILURE,
				     NULL, 0);
		return;
	}
	if (!ike_successor_parse(payloads, &request)) {
		refuse(ike, sa, INVALID_SYNTAX,
		       "SA, KE or Nonce payload missing or malformed");
		return;
	}
	ike_successor_proposals(sa, sa->connection, &proposals);
	if (!proposal_choose(proposals.list, proposals.n, request.sa.proposals,
			     request.sa.n, sa->connection->require_pq, true,
			     &chosen, reason, sizeof(reason))) {
		refuse(ike, sa, NO_PROPOSAL_CHOSEN, reason);
		return;
	}
	method = proposal_find(&chosen, TRANSFORM_KE)->id;
	if (method != request.ke.method)
		ask_for_method(ike, sa, method);
	else
		answer(ike, sa, &chosen, &request.nonce);
}
