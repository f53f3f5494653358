// SPDX-License-Identifier: GPL-2.0
#include "tunnel/start_action.h"

#include "base/clock.h"
#include "tunnel/attempt.h"
#include "tunnel/starting.h"
#include "tunnel/trap.h"
#include "tunnel/up_down.h"

/* Milliseconds: the timer is not due again in the same round of the loop. */
#define PAUSE 1

static void start_child(struct ike *ike, const struct child_config *child)
{
	if (child->start_action & ACTION_TRAP)
		trap_set(ike, child->connection, child);
	if (child->start_action & ACTION_START)
		tunnel_start(ike, child->connection, child);
}

static void start_some(struct ike *ike, struct starting *starting)
{
	struct timer *timer = &starting->timer;
	void (*done)(struct ike *ike) = starting->done;
	const struct child_config *child;

	for (int i = 0; i < START_SLICE; i++) {
		child = starting_take(starting);
		if (child)
			start_child(ike, child);
	}
	if (starting->children.first) {
		timer_set(&ike->timers, timer, clock_now() + PAUSE);
		return;
	}
	timer_stop(&ike->timers, timer);
	starting->done = NULL;
	if (done)
		done(ike);
}

static void start_more(struct ike *ike, struct timer *timer)
{
	start_some(ike, timer_owner(timer, struct starting, timer));
}

void start_actions_add(struct ike *ike, const struct connection_config *connection)
{
	starting_add(&ike->starting, connection);
}

void start_actions_run(struct ike *ike, void (*done)(struct ike *ike))
{
	struct starting *starting = &ike->starting;

	if (done)
		starting->done = done;
	starting->timer.expired = start_more;
	start_some(ike, starting);
}

void start_actions_stop(struct ike *ike)
{
	timer_stop(&ike->timers, &ike->starting.timer);
	starting_cancel_all(&ike->starting);
}

void start_actions_undo(struct ike *ike,
			const struct connection_config *connection)
{
	starting_cancel(&ike->starting, connection, NULL);
	attempt_forget(ike, connection);
	traps_adopt(ike, connection, NULL);
}
