// SPDX-License-Identifier: GPL-2.0
#include "ike/restore.h"

#include <linux/pqike.h>
#include <string.h>

#include "base/clock.h"
#include "ike/delete_ike.h"
#include "ike/exchange.h"
#include "ike/ike_sa_end.h"
#include "ike/ike_successor.h"
#include "ike/lifetime.h"
#include "ike/liveness.h"
#include "ike/nat_traversal.h"
#include "ike/peer_delete.h"
#include "ike/rekey_ike.h"
#include "ike/restore_task.h"
#include "ike/task.h"
#include "wire/transform.h"

/* Milliseconds that the peer has to delete what was replaced. */
#define REPLACED_TIMEOUT 60000

/* Which of ADDKE1 to ADDKE7 they were, is told nowhere. */
static void set_chosen(const struct kernel_suite *suite,
		       struct proposal *chosen)
{
	*chosen = (struct proposal){ .protocol = PROTOCOL_IKE };
	proposal_add(chosen, TRANSFORM_ENCR, suite->encr, suite->encr_key_bits);
	if (suite->integ != INTEG_NONE)
		proposal_add(chosen, TRANSFORM_INTEG, suite->integ, 0);
	proposal_add(chosen, TRANSFORM_PRF, suite->prf, 0);
	proposal_add(chosen, TRANSFORM_KE, suite->ke_method, 0);
	for (size_t i = 0; i < suite->n_additional_ke; i++)
		proposal_add(chosen, (uint8_t)(TRANSFORM_ADDKE1 + i),
			     suite->additional_ke[i], 0);
}

static void take_datagrams(struct datagrams *to, struct datagrams *from)
{
	datagrams_clear(to);
	*to = *from;
	*from = (struct datagrams){ 0 };
}

static void restore_messages(struct ike_sa *sa, struct kernel_adopted *adopted)
{
	sa->expected_message_id = adopted->next_peer_request;
	sa->next_message_id = adopted->next_request;
	sa->response.path = sa->path;
	sa->response.adopted = true;
	sa->response.message_id = adopted->next_peer_request - 1;
	take_datagrams(&sa->response.datagrams, &adopted->response);
	take_datagrams(&sa->request.datagrams, &adopted->request);
	if (!sa->request.datagrams.n)
		return;
	sa->request.exchange_type = adopted->exchange_type;
	sa->request.message_id = sa->next_message_id++;
}

static void restore_timers(struct ike *ike, struct ike_sa *sa,
			   const struct ike_note *note)
{
	sa->established = note->established;
	if (!note->established) {
		sa->established = clock_now();
		lifetime_start(ike, sa);
		return;
	}
	if (note->rekey)
		timer_set(&ike->timers, &sa->rekey_timer, note->rekey);
	if (note->end)
		timer_set(&ike->timers, &sa->life_timer, note->end);
}

struct ike_sa *ike_sa_restore(struct ike *ike,
			      const struct kernel_ike_sa *kernels,
			      const struct ike_note *note,
			      const struct connection_config *connection,
			      struct kernel_adopted *adopted)
{
	struct ike_sa *sa = ike_sa_add(ike, &note->path);

	if (!sa)
		return NULL;
	ike_sa_set_id(ike, sa, kernels->id);
	ike_sa_set_connection(ike, sa, connection);
	sa->initiator = kernels->role == PQIKE_ROLE_INITIATOR;
	sa->phase = note->phase;
	sa->replaced = note->replaced;
	sa->followup_lost = note->followup_due;
	/* Else the peer asks again. */
	sa->ending = note->ending &&
		     adopted->next_peer_request != note->peer_request;
	sa->nat = note->nat;
	sa->udp_encapsulation = note->udp_encapsulation;
	sa->fragment_size = note->fragment_size;
	sa->suite = kernels->suite;
	set_chosen(&kernels->suite, &sa->chosen);
	sa->ppk_mixed = kernels->ppk_mixed;
	memcpy(sa->spi_i, kernels->spi_i, IKE_SPI_SIZE);
	memcpy(sa->spi_r, kernels->spi_r, IKE_SPI_SIZE);
	ike_sa_index(ike, sa);
	restore_messages(sa, adopted);
	sa->established = note->established;
	if (connection && sa->phase == PHASE_ESTABLISHED)
		restore_timers(ike, sa, note);
	return sa;
}

/* The peer's answer to what is outstanding makes it. */
static void restore_asked(struct ike *ike, struct ike_sa *sa,
			  struct ike_sa *successor,
			  const struct kernel_ike_sa *kernels)
{
	if (!restore_rekey_task(ike, sa, successor)) {
		ike_sa_free(ike, successor);
		return;
	}
	if (kernels->state == PQIKE_IKE_SA_STATE_HALF_OPEN)
		return;
	sa->task->following = true;
	successor->suite = kernels->suite;
	set_chosen(&kernels->suite, &successor->chosen);
	memcpy(successor->spi_r, kernels->spi_r, IKE_SPI_SIZE);
}

/* The peer has the answer, or gets it once more: both sides have it now. */
static void complete_answered(struct ike *ike, struct ike_sa *sa,
			      struct ike_sa *successor)
{
	if (kernel_ike_sa_init(ike->kernel, successor->id, NULL, 0, NULL, 0,
			       &successor->suite) ||
	    successor->suite.n_additional_ke) {
		/* IKE_FOLLOWUP_KE gets STATE_NOT_FOUND, and the peer begins anew. */
		ike_sa_free(ike, successor);
		return;
	}
	set_chosen(&successor->suite, &successor->chosen);
	rekey_ike_answered(ike, sa, successor);
}

void successor_restore(struct ike *ike, struct ike_sa *sa,
		       const struct kernel_ike_sa *kernels)
{
	bool initiator = kernels->role == PQIKE_ROLE_INITIATOR;
	struct kernel_ike_sa_new own = { .id = kernels->id };
	struct ike_sa *successor;

	memcpy(own.spi_i, kernels->spi_i, IKE_SPI_SIZE);
	memcpy(own.spi_r, kernels->spi_r, IKE_SPI_SIZE);
	successor = ike_successor_add(ike, sa, &own, initiator);
	if (!successor)
		return;
	if (initiator)
		restore_asked(ike, sa, successor, kernels);
	else
		complete_answered(ike, sa, successor);
}

static void expect_deletion(struct ike *ike, struct ike_sa *sa)
{
	sa->phase = PHASE_REKEYED;
	timer_stop(&ike->timers, &sa->rekey_timer);
	timer_stop(&ike->timers, &sa->life_timer);
	timer_set(&ike->timers, &sa->timeout, clock_now() + REPLACED_TIMEOUT);
}

void successor_go_on(struct ike *ike, struct ike_sa *old,
		     struct ike_sa *successor, bool known)
{
	if (successor->phase != PHASE_ESTABLISHED)
		return;
	/* Both sides have rekeyed @old, and another is kept. */
	if (old->phase != PHASE_ESTABLISHED && !known) {
		expect_deletion(ike, successor);
		return;
	}
	if (old->phase == PHASE_DELETING)
		return;
	if (!known && !ike_successor_replace(ike, old, successor, 0)) {
		ike_sa_fail(ike, successor, "the kernel does not let it take over the Child SAs: %s",
			    kernel_error(ike->kernel));
		return;
	}
	expect_deletion(ike, old);
	/* Who has begun the rekey deletes what is replaced. */
	if (successor->initiator) {
		old->phase = PHASE_DELETING;
		old->replaced = true;
	}
}

/* On its way to be deleted, perhaps since the other helper. */
static void go_on_deleting(struct ike *ike, struct ike_sa *sa)
{
	if (sa->delete_sent)
		return;
	if (sa->replaced)
		sa->phase = PHASE_REKEYED;
	delete_ike(ike, sa);
}

void ike_sa_go_on(struct ike *ike, struct ike_sa *sa)
{
	if (sa->ending) {
		peer_delete_end(ike, sa);
		return;
	}
	if (sa->request.datagrams.n)
		exchange_go_on(ike, sa);
	if (sa->phase == PHASE_DELETING)
		go_on_deleting(ike, sa);
	if (sa->phase == PHASE_REKEYED && !sa->timeout.due)
		expect_deletion(ike, sa);
	if (sa->phase != PHASE_ESTABLISHED)
		return;
	ike->tunnel->established(ike, sa);
	liveness_start(ike, sa);
	nat_traversal_keep_alive(ike, sa);
	note_renew(ike, sa);
	task_next(ike, sa);
}
