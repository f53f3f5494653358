// SPDX-License-Identifier: GPL-2.0
#include "ike/ike_successor.h"

#include <string.h>

#include "base/clock.h"
#include "ike/child_sa.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/lifetime.h"
#include "ike/liveness.h"
#include "ike/nat_traversal.h"
#include "ike/note.h"
#include "ike/unique.h"
#include "wire/traffic.h"
#include "wire/transform.h"

#define SUITE_TEXT_SIZE 256

/* Peers differ on which PRF expands the new keys: it never changes. */
static void copy_with_prf(const struct proposal *from, uint16_t prf,
			  struct ike_proposals *proposals)
{
	struct proposal *to = &proposals->list[proposals->n];

	*to = (struct proposal){ .protocol = from->protocol };
	for (size_t i = 0; i < from->n_transforms; i++)
		if (from->transforms[i].type != TRANSFORM_PRF ||
		    from->transforms[i].id == prf)
			to->transforms[to->n_transforms++] = from->transforms[i];
	if (proposal_find(to, TRANSFORM_PRF))
		proposals->n++;
}

void ike_successor_proposals(const struct ike_sa *sa,
			     const struct connection_config *connection,
			     struct ike_proposals *proposals)
{
	const struct transform *prf = proposal_find(&sa->chosen, TRANSFORM_PRF);

	proposals->n = 0;
	for (size_t i = 0; i < connection->n_proposals &&
			   proposals->n < SA_PROPOSALS_MAX; i++)
		copy_with_prf(&connection->proposals[i], prf->id, proposals);
}

bool ike_successor_parse(const struct payloads *payloads,
			 struct ike_successor_payloads *parsed)
{
	static const uint8_t no_spi[IKE_SPI_SIZE];
	const struct payload *sa = payloads_find(payloads, PAYLOAD_SA);
	const struct payload *ke = payloads_find(payloads, PAYLOAD_KE);
	const struct payload *nonce = payloads_find(payloads, PAYLOAD_NONCE);

	return sa && ke && nonce && sa_parse(sa, &parsed->sa) &&
	       parsed->sa.n && ke_parse(ke, &parsed->ke) &&
	       nonce_parse(nonce, &parsed->nonce) &&
	       memcmp(parsed->sa.ike_spi[0], no_spi, IKE_SPI_SIZE) != 0;
}

struct ike_sa *ike_successor_add(struct ike *ike, struct ike_sa *sa,
				 const struct kernel_ike_sa_new *own,
				 bool initiator)
{
	struct ike_sa *successor = ike_sa_add(ike, &sa->path);

	if (!successor) {
		kernel_ike_sa_del(ike->kernel, own->id);
		return NULL;
	}
	ike_sa_set_id(ike, successor, own->id);
	successor->initiator = initiator;
	successor->phase = PHASE_REKEYING;
	successor->rekeys = sa;
	ike_sa_set_connection(ike, successor, sa->connection);
	successor->nat = sa->nat;
	successor->udp_encapsulation = sa->udp_encapsulation;
	successor->fragment_size = sa->fragment_size;
	successor->traffic = initiator ? sa->traffic : sa->before_request;
	memcpy(successor->spi_i, own->spi_i, IKE_SPI_SIZE);
	memcpy(successor->spi_r, own->spi_r, IKE_SPI_SIZE);
	ike_sa_index(ike, successor);
	return successor;
}

static void say_rekeyed(struct ike *ike, struct ike_sa *successor,
			const struct ike_sa *old, uint64_t client)
{
	const struct traffic *before = &successor->traffic;
	const struct traffic traffic = {
		old->traffic.round_trips - before->round_trips,
		old->traffic.fragments_sent - before->fragments_sent,
		old->traffic.fragments_received - before->fragments_received,
	};
	char peer[ENDPOINT_TEXT_SIZE];
	char suite[SUITE_TEXT_SIZE];
	char cost[TRAFFIC_TEXT_SIZE];

	traffic_print(&traffic, cost);
	endpoint_print(&successor->path.remote, peer, sizeof(peer));
	proposal_print(&successor->chosen, suite, sizeof(suite));
	successor->traffic = (struct traffic){ 0 };
	ike_event(ike, successor, NULL, EVENT_IKE_REKEYED, &traffic, client,
		  "rekeyed with %s: %s%s, %s", peer, suite,
		  ike_sa_ppk_text(successor), cost);
}

static void move_tasks(struct ike_sa *from, struct ike_sa *to)
{
	to->tasks = from->tasks;
	from->tasks = NULL;
}

bool ike_successor_replace(struct ike *ike, struct ike_sa *old,
			   struct ike_sa *successor, uint64_t client)
{
	/* What the peer had begun in the old one gets no keys any more. */
	if (old->followup.child)
		followup_drop(ike, old);
	if (kernel_ike_sa_inherit(ike->kernel, successor->id))
		return false;
	successor->rekeys = NULL;
	/* A reload may have come since it was offered. */
	ike_sa_set_connection(ike, successor, old->connection);
	successor->phase = PHASE_ESTABLISHED;
	successor->established = clock_now();
	successor->ppk_mixed = old->ppk_mixed;
	/* The peer may have moved since. */
	successor->path = old->path;
	successor->last_heard = successor->established;
	timer_stop(&ike->timers, &successor->timeout);
	child_sas_move(old, successor);
	move_tasks(old, successor);
	unique_rekeyed(ike, old, successor);
	old->phase = PHASE_REKEYED;
	timer_stop(&ike->timers, &old->rekey_timer);
	timer_stop(&ike->timers, &old->life_timer);
	timer_stop(&ike->timers, &old->liveness_timer);
	say_rekeyed(ike, successor, old, client);
	timer_stop(&ike->timers, &old->keepalive_timer);
	lifetime_start(ike, successor);
	liveness_start(ike, successor);
	nat_traversal_keep_alive(ike, successor);
	note_keep(ike, successor);
	note_renew(ike, old);
	return true;
}
