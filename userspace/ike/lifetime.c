// SPDX-License-Identifier: GPL-2.0
#include "ike/lifetime.h"

#include <string.h>

#include "base/clock.h"
#include "base/jitter.h"
#include "ike/note.h"

/* Milliseconds before a rekey that has failed is tried again. */
#define RETRY (15 * SECOND)

/* Milliseconds over which rekeys are spread that a reload makes due. */
#define SPREAD (60 * SECOND)

/* In seconds; some time is taken off at random. */
static int64_t until_rekey(const struct limits *time)
{
	uint64_t most = time->rand < time->rekey ? time->rand : time->rekey;

	return (int64_t)(time->rekey - jitter(most));
}

void lifetime_start(struct ike *ike, struct ike_sa *sa)
{
	const struct limits *time = &sa->connection->time;
	int64_t now = clock_now();

	if (time->rekey)
		timer_set(&ike->timers, &sa->rekey_timer,
			  now + until_rekey(time) * SECOND);
	if (time->life)
		timer_set(&ike->timers, &sa->life_timer,
			  now + (int64_t)time->life * SECOND);
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void lifetime_adopt(struct ike *ike, struct ike_sa *sa,
		    const struct limits *old)
{
	const struct limits *time = &sa->connection->time;
	int64_t rekey = later(sa->established + until_rekey(time) * SECOND,
			      clock_now() + (int64_t)jitter(SPREAD));
	int64_t end = rekey + (int64_t)(time->life - time->rekey) * SECOND;
	bool is_rekeyed = old->rekey && !sa->rekey_timer.due;

	if (!memcmp(old, time, sizeof(*old)))
		return;
	timer_stop(&ike->timers, &sa->rekey_timer);
	timer_stop(&ike->timers, &sa->life_timer);
	if (time->rekey && !is_rekeyed)
		timer_set(&ike->timers, &sa->rekey_timer, rekey);
	if (time->life)
		timer_set(&ike->timers, &sa->life_timer,
			  later(sa->established + (int64_t)time->life * SECOND,
				end));
	note_renew(ike, sa);
}

void lifetime_retry(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase == PHASE_ESTABLISHED)
		timer_set(&ike->timers, &sa->rekey_timer,
			  clock_now() + RETRY + (int64_t)jitter((uint64_t)RETRY));
}
