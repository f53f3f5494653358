// SPDX-License-Identifier: GPL-2.0
#include "lifetime.h"

#include "clock.h"
#include "informational.h"
#include "jitter.h"
#include "rekey_ike.h"

/* Milliseconds before a rekey that has failed is tried again. */
#define RETRY (15 * SECOND)

void lifetime_start(struct ike *ike, struct ike_sa *sa)
{
	const struct limits *time = &sa->connection->time;
	uint64_t most = time->rand < time->rekey ? time->rand : time->rekey;
	int64_t now = clock_now();

	if (time->rekey)
		timer_set(&ike->timers, &sa->rekey_timer,
			  now + (int64_t)(time->rekey - jitter(most)) * SECOND);
	if (time->life)
		timer_set(&ike->timers, &sa->life_timer,
			  now + (int64_t)time->life * SECOND);
}

void lifetime_retry(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase == PHASE_ESTABLISHED)
		timer_set(&ike->timers, &sa->rekey_timer,
			  clock_now() + RETRY + (int64_t)jitter((uint64_t)RETRY));
}

void lifetime_rekey(struct ike *ike, struct timer *timer)
{
	rekey_ike(ike, timer_owner(timer, struct ike_sa, rekey_timer), 0);
}

void lifetime_end(struct ike *ike, struct timer *timer)
{
	struct ike_sa *sa = timer_owner(timer, struct ike_sa, life_timer);

	informational_delete_expired(ike, sa,
				     "the IKE SA has reached the end of its life");
}
