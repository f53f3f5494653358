// SPDX-License-Identifier: GPL-2.0
#include "ike/liveness.h"

#include "base/clock.h"
#include "ike/esp_heard.h"
#include "ike/exchange.h"
#include "ike/task.h"

static void start(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct chain chain;

	(void)task;
	chain_start(&chain);
	exchange_send_request(ike, sa, INFORMATIONAL, &chain);
}

static void response(struct ike *ike, struct ike_sa *sa, struct task *task,
		     const struct payloads *payloads)
{
	(void)task;
	(void)payloads;
	task_done(ike, sa);
}

static const struct task_type liveness_task = {
	.start = start,
	.response = response,
};

static int64_t delay(const struct ike_sa *sa)
{
	return (int64_t)sa->connection->dpd_delay * SECOND;
}

/* Whatever else is asked shows as well whether the peer is there. */
static void check(struct ike *ike, struct ike_sa *sa)
{
	struct task *task;

	if (sa->task || sa->request.datagrams.n)
		return;
	task = task_new(ike, &liveness_task, 0);
	if (task)
		task_add(ike, sa, task);
}

static void due(struct ike *ike, struct timer *timer)
{
	struct ike_sa *sa = timer_owner(timer, struct ike_sa, liveness_timer);
	int64_t now = clock_now();

	if (sa->connection->dpd_esp && esp_heard(ike, sa))
		sa->last_heard = now;
	if (now - sa->last_heard < delay(sa)) {
		timer_set(&ike->timers, timer, sa->last_heard + delay(sa));
		return;
	}
	timer_set(&ike->timers, timer, now + delay(sa));
	check(ike, sa);
}

void liveness_start(struct ike *ike, struct ike_sa *sa)
{
	timer_stop(&ike->timers, &sa->liveness_timer);
	sa->liveness_timer.expired = due;
	if (delay(sa))
		timer_set(&ike->timers, &sa->liveness_timer,
			  sa->last_heard + delay(sa));
}

void liveness_hint(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase != PHASE_ESTABLISHED ||
	    clock_now() - sa->last_heard < LIVENESS_HINT_PAUSE)
		return;
	check(ike, sa);
}
