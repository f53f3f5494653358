// SPDX-License-Identifier: GPL-2.0
#include "ike/ike_sa_end.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "ike/child_sa.h"
#include "ike/client.h"
#include "ike/half_open.h"
#include "ike/ike_event.h"
#include "ike/task.h"

void followup_finish(struct ike *ike, struct ike_sa *sa)
{
	timer_stop(&ike->timers, &sa->followup.timer);
	sa->followup.child = NULL;
	sa->followup.successor = NULL;
}

void followup_drop(struct ike *ike, struct ike_sa *sa)
{
	struct ike_sa *successor = sa->followup.successor;
	struct child_sa *child = sa->followup.child;

	followup_finish(ike, sa);
	if (child)
		child_sa_remove(ike, child);
	if (successor)
		ike_sa_free(ike, successor);
}

static void stop_timers(struct ike *ike, struct ike_sa *sa)
{
	timer_stop(&ike->timers, &sa->timeout);
	timer_stop(&ike->timers, &sa->rekey_timer);
	timer_stop(&ike->timers, &sa->life_timer);
	timer_stop(&ike->timers, &sa->liveness_timer);
	timer_stop(&ike->timers, &sa->keepalive_timer);
	timer_stop(&ike->timers, &sa->task_timer);
}

/* @successor is gone: it is made no more. */
static void leave_maker(struct ike_sa *successor)
{
	struct ike_sa *sa = successor->rekeys;

	if (!sa)
		return;
	successor->rekeys = NULL;
	if (sa->followup.successor == successor)
		sa->followup.successor = NULL;
	if (!sa->task)
		return;
	if (sa->task->successor == successor)
		sa->task->successor = NULL;
	if (sa->task->rival.successor == successor)
		sa->task->rival.successor = NULL;
}

void ike_sa_free(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase == PHASE_GONE)
		return;
	sa->phase = PHASE_GONE;
	half_open_end(ike, sa);
	ike->tunnel->gone(ike, sa);
	stop_timers(ike, sa);
	leave_maker(sa);
	/* What depends on this IKE SA in the kernel goes before it. */
	followup_drop(ike, sa);
	task_free_all(ike, sa);
	ike_sa_drop_keys(ike, sa);
	child_sas_free(ike, sa);
	ike_sa_unlink(ike, sa);
}

void ike_sa_succeed(struct ike *ike, struct ike_sa *sa)
{
	client_succeed(ike, &sa->client);
}

void ike_sa_fail_clients(struct ike *ike, const struct ike_sa *sa,
			 const char *line)
{
	client_fail(ike, sa->client, line);
	if (sa->task)
		client_fail(ike, sa->task->client, line);
	for (const struct task *task = sa->tasks; task; task = task->next)
		client_fail(ike, task->client, line);
}

void ike_sa_tell_failure(struct ike *ike, struct ike_sa *sa, const char *line)
{
	ike_event(ike, sa, NULL, EVENT_IKE_FAILED, &sa->traffic, 0, "failed: %s",
		  line);
	if (!ike->tunnel->failed(ike, sa))
		ike_sa_fail_clients(ike, sa, line);
}

void ike_sa_fail(struct ike *ike, struct ike_sa *sa, const char *format, ...)
{
	char line[LOG_LINE_MAX];
	va_list args;

	if (sa->phase == PHASE_GONE)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	ike_sa_tell_failure(ike, sa, line);
	ike_sa_free(ike, sa);
}

void ike_sa_tell_end(struct ike *ike, struct ike_sa *sa)
{
	if (sa->replaced || sa->phase == PHASE_REKEYED ||
	    sa->phase == PHASE_REKEYING)
		return;
	if (sa->failure[0]) {
		ike_sa_tell_failure(ike, sa, sa->failure);
		return;
	}
	ike_event(ike, sa, NULL, EVENT_IKE_DELETED, &sa->traffic, sa->client,
		  "deleted");
	ike_sa_succeed(ike, sa);
	ike_sa_fail_clients(ike, sa, "the IKE SA was deleted");
}

void ike_sa_end(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase == PHASE_GONE)
		return;
	ike_sa_tell_end(ike, sa);
	ike_sa_free(ike, sa);
}

void ike_sa_retire(struct ike *ike, struct ike_sa *sa)
{
	followup_drop(ike, sa);
	task_free_all(ike, sa);
	ike_sa_drop_keys(ike, sa);
	child_sas_free(ike, sa);
	timer_stop(&ike->timers, &sa->rekey_timer);
	timer_stop(&ike->timers, &sa->life_timer);
	timer_stop(&ike->timers, &sa->liveness_timer);
	timer_stop(&ike->timers, &sa->keepalive_timer);
	timer_stop(&ike->timers, &sa->task_timer);
	datagrams_clear(&sa->request.datagrams);
	sa->client = 0;
	sa->phase = PHASE_RETIRED;
	timer_set(&ike->timers, &sa->timeout,
		  clock_now() + (sa->established ? RETIRED_TIMEOUT :
						   HALF_OPEN_TIMEOUT));
}
