// SPDX-License-Identifier: GPL-2.0
#include "informational.h"

#include "child_sa.h"
#include "exchange.h"
#include "payload.h"

bool informational_delete(struct ike *ike, struct ike_sa *sa)
{
	struct chain chain;

	chain_start(&chain);
	delete_ike_write(&chain.message);
	sa->phase = PHASE_DELETING;
	return exchange_send_request(ike, sa, INFORMATIONAL, &chain);
}

/* What a request asks to be deleted. */
struct deletions {
	bool ike_sa;
	bool child_sa;
};

static bool names_child(const struct delete_payload *deleted,
			const struct child *child)
{
	for (size_t i = 0; i < deleted->n; i++)
		if (child->config && deleted->spis[i] == child->spi_out)
			return true;
	return false;
}

static bool read_deletions(const struct ike_sa *sa,
			   const struct payloads *payloads,
			   struct deletions *deletions)
{
	for (size_t i = 0; i < payloads->n; i++) {
		struct delete_payload deleted;

		if (payloads->list[i].type != PAYLOAD_DELETE)
			continue;
		if (!delete_parse(&payloads->list[i], &deleted))
			return false;
		if (deleted.protocol == PROTOCOL_IKE)
			deletions->ike_sa = true;
		else if (deleted.protocol == PROTOCOL_ESP &&
			 names_child(&deleted, &sa->child))
			deletions->child_sa = true;
	}
	return true;
}

/* The Child SA goes first: no packet is to meet a state of the peer's gone. */
static void delete_child(struct ike *ike, struct ike_sa *sa, struct chain *chain)
{
	ike_sa_say(ike, sa, "the peer deletes child %s", sa->child.config->name);
	delete_esp_write(&chain->message, &sa->child.spi_in, 1);
	child_sa_remove(ike, sa);
}

static void end_by_peer(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase == PHASE_AUTH) {
		ike_sa_fail(ike, sa, "the peer deleted the IKE SA before it was established");
		return;
	}
	if (sa->phase == PHASE_ESTABLISHED)
		ike_sa_say(ike, sa, "the peer deletes the IKE SA");
	ike_sa_end(ike, sa);
}

void informational_request(struct ike *ike, struct ike_sa *sa,
			   const struct payloads *payloads)
{
	struct notify_payload refusal;
	struct deletions deletions = { 0 };
	struct chain chain;

	if (!read_deletions(sa, payloads, &deletions)) {
		exchange_send_notify(ike, sa, INFORMATIONAL, INVALID_SYNTAX, NULL,
				     0);
		return;
	}
	chain_start(&chain);
	if (deletions.child_sa && !deletions.ike_sa)
		delete_child(ike, sa, &chain);
	if (!exchange_send_response(ike, sa, INFORMATIONAL, &chain))
		return;
	if (notify_find(payloads, AUTHENTICATION_FAILED, &refusal)) {
		ike_sa_fail(ike, sa, "the peer did not accept our authentication (AUTHENTICATION_FAILED)");
	} else if (deletions.ike_sa) {
		end_by_peer(ike, sa);
	}
}

void informational_response(struct ike *ike, struct ike_sa *sa)
{
	ike_sa_end(ike, sa);
}
