// SPDX-License-Identifier: GPL-2.0
#include "ike/retransmit.h"

#include "base/clock.h"
#include "ike/delete_ike.h"
#include "ike/exchange.h"
#include "ike/ike_sa_end.h"
#include "ike/rekey_ike.h"
#include "ike/unique.h"

/* The peer answers no request: its Child SAs are lost, and @sa ends. */
static void end_dead(struct ike *ike, struct ike_sa *sa)
{
	char address[ENDPOINT_TEXT_SIZE];
	bool deleting = sa->phase == PHASE_DELETING;

	endpoint_print_address(&sa->path.remote, address, sizeof(address));
	/* The peer has done its own rekey; what it made shows whether it is there. */
	rekey_ike_adopt(ike, sa);
	if (unique_yield(ike, sa))
		return;
	if (sa->phase == PHASE_ESTABLISHED) {
		sa->phase = PHASE_DELETING;
		ike->tunnel->unanswered(ike, sa);
		ike->tunnel->lost(ike, sa);
	}
	if (sa->replaced || sa->phase == PHASE_REKEYED)
		ike_sa_end(ike, sa);
	else
		ike_sa_fail(ike, sa, "peer %s does not answer %s%s", address,
			    exchange_name(sa->request.exchange_type),
			    deleting ? "; deleted on this side only" : "");
}

static void give_up(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase == PHASE_INIT && sa->refusal[0])
		ike_sa_fail(ike, sa, "%s", sa->refusal);
	else
		end_dead(ike, sa);
}

static int64_t next_interval(int64_t interval, const struct retransmission *how)
{
	interval = interval * how->base / 1000;
	return interval < RETRANSMIT_INTERVAL_MAX ? interval :
						    RETRANSMIT_INTERVAL_MAX;
}

static void retransmit(struct ike *ike, struct ike_sa *sa)
{
	const struct retransmission *how = exchange_retransmission(sa);
	struct request *request = &sa->request;

	/* Anyone may have refused IKE_SA_INIT; a better answer had its time. */
	if (request->retries >= how->tries ||
	    (sa->phase == PHASE_INIT && sa->refusal[0])) {
		give_up(ike, sa);
		return;
	}
	request->retries++;
	ike->tunnel->slow(ike, sa);
	request->interval = next_interval(request->interval, how);
	timer_set(&ike->timers, &sa->timeout, clock_now() + request->interval);
	ike_sa_say(ike, sa, "no answer to %s, sending it again (%u of %u)",
		   exchange_name(request->exchange_type), request->retries,
		   how->tries);
	exchange_repeat_request(ike, sa);
}

void retransmit_due(struct ike *ike, struct timer *timer)
{
	struct ike_sa *sa = timer_owner(timer, struct ike_sa, timeout);

	if (sa->request.datagrams.n)
		retransmit(ike, sa);
	else if (sa->phase == PHASE_RETIRED)
		ike_sa_free(ike, sa);
	else if (sa->phase == PHASE_REKEYED)
		delete_ike(ike, sa);
	else
		ike_sa_fail(ike, sa, "the peer did not authenticate itself within %d s",
			    HALF_OPEN_TIMEOUT / 1000);
}
