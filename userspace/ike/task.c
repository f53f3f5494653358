// SPDX-License-Identifier: GPL-2.0
#include "ike/task.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/jitter.h"
#include "base/log.h"
#include "config/config_use.h"
#include "ike/child_sa.h"
#include "ike/client.h"

/* Milliseconds before what the peer has refused for a while is asked again. */
#define POSTPONE_FIRST (5 * SECOND)
#define POSTPONE_MAX (60 * SECOND)
#define POSTPONE_TIMES 6

struct task *task_new(struct ike *ike, const struct task_type *type,
		      uint64_t client)
{
	struct task *task = calloc(1, sizeof(*task));

	if (!task) {
		log_line("out of memory");
		client_fail(ike, client, "out of memory");
		return NULL;
	}
	task->type = type;
	task->client = client;
	return task;
}

/* The peer has not finished an exchange that makes ours pointless. */
static bool peer_rekeys(const struct ike_sa *sa)
{
	return sa->followup.successor != NULL;
}

/* Likewise; task_next() comes once it is finished, or the peer has left it. */
static bool waits_for_peer(const struct ike_sa *sa, const struct task *task)
{
	const struct child_sa *made = sa->followup.child;

	return task->type->waits_for_replacement && made && made->replaces &&
	       made->replaces == task->spi_in;
}

/* Return: where the first one stands that is not to wait; NULL is there: none. */
static struct task **find_due(struct ike_sa *sa)
{
	struct task **link = &sa->tasks;
	int64_t now = clock_now();

	while (*link && ((*link)->due > now || waits_for_peer(sa, *link)))
		link = &(*link)->next;
	return link;
}

static void due(struct ike *ike, struct timer *timer)
{
	task_next(ike, timer_owner(timer, struct ike_sa, task_timer));
}

static void wait_for_first(struct ike *ike, struct ike_sa *sa)
{
	const struct task *first = NULL;

	for (const struct task *task = sa->tasks; task; task = task->next)
		if (!waits_for_peer(sa, task) && (!first || task->due < first->due))
			first = task;
	if (!first)
		return;
	sa->task_timer.expired = due;
	timer_set(&ike->timers, &sa->task_timer, first->due);
}

void task_next(struct ike *ike, struct ike_sa *sa)
{
	struct task **link;
	struct task *task;

	if (!sa->tasks || sa->task || sa->request.datagrams.n ||
	    sa->phase != PHASE_ESTABLISHED || peer_rekeys(sa))
		return;
	link = find_due(sa);
	task = *link;
	if (!task) {
		wait_for_first(ike, sa);
		return;
	}
	*link = task->next;
	task->next = NULL;
	task->before = sa->traffic;
	sa->task = task;
	task->type->start(ike, sa, task);
}

/* A task that is in no queue. */
static void task_free(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	if (task->type->forget)
		task->type->forget(ike, sa, task);
	child_use(&task->config, NULL);
	free(task);
}

/* Return: false where nothing would ever begin it: it is freed. */
static bool can_queue(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	if (sa->phase != PHASE_GONE)
		return true;
	client_fail(ike, task->client, "the IKE SA was deleted");
	task_free(ike, sa, task);
	return false;
}

void task_add(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct task **end = &sa->tasks;

	if (!can_queue(ike, sa, task))
		return;
	while (*end)
		end = &(*end)->next;
	*end = task;
	task_next(ike, sa);
}

void task_add_first(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	if (!can_queue(ike, sa, task))
		return;
	task->next = sa->tasks;
	sa->tasks = task;
	task_next(ike, sa);
}

void task_done(struct ike *ike, struct ike_sa *sa)
{
	struct task *task = sa->task;
	uint64_t client = task->client;

	sa->task = NULL;
	task_free(ike, sa, task);
	client_succeed(ike, &client);
	task_next(ike, sa);
}

/* The task under way has done nothing yet, and is in no queue. */
static void rewind_task(struct ike *ike, struct ike_sa *sa)
{
	struct task *task = sa->task;

	if (task->type->forget)
		task->type->forget(ike, sa, task);
	task->attempts = 0;
	task->following = false;
	sa->task = NULL;
}

bool task_postpone(struct ike *ike, struct ike_sa *sa)
{
	struct task *task = sa->task;
	int64_t wait = POSTPONE_FIRST << task->postponed;

	if (task->postponed == POSTPONE_TIMES)
		return false;
	if (wait > POSTPONE_MAX)
		wait = POSTPONE_MAX;
	rewind_task(ike, sa);
	task->postponed++;
	task->due = clock_now() + wait + (int64_t)jitter((uint64_t)wait / 4);
	task_add(ike, sa, task);
	return true;
}

void task_drop(struct ike *ike, struct ike_sa *sa, const struct task_type *type)
{
	struct task **link = &sa->tasks;

	while (*link) {
		struct task *task = *link;
		uint64_t client = task->client;

		if (task->type != type) {
			link = &task->next;
			continue;
		}
		*link = task->next;
		task_free(ike, sa, task);
		client_succeed(ike, &client);
	}
}

void task_move(struct ike *ike, struct ike_sa *from, struct ike_sa *to,
	       const struct task_type *type)
{
	struct task *task = from->task;
	struct task **link = &from->tasks;
	struct task **end = &to->tasks;

	while (*end)
		end = &(*end)->next;
	if (task_is(from, type) && !task->abandoned) {
		rewind_task(ike, from);
		task->next = from->tasks;
		from->tasks = task;
	}
	while ((task = *link)) {
		if (task->type != type) {
			link = &task->next;
			continue;
		}
		*link = task->next;
		task->next = NULL;
		*end = task;
		end = &task->next;
	}
	task_next(ike, to);
}

void task_cancel(struct ike *ike, struct ike_sa *sa, struct task *task,
		 const char *why)
{
	struct task **link = &sa->tasks;

	while (*link != task)
		link = &(*link)->next;
	*link = task->next;
	client_fail(ike, task->client, why);
	task_free(ike, sa, task);
}

void task_abandon(struct ike *ike, struct ike_sa *sa, const char *why)
{
	sa->task->abandoned = why;
	sa->task->anew = false;
	client_fail(ike, sa->task->client, why);
}

void task_free_all(struct ike *ike, struct ike_sa *sa)
{
	struct task *task = sa->task;

	sa->task = NULL;
	if (task)
		task_free(ike, sa, task);
	while ((task = sa->tasks)) {
		sa->tasks = task->next;
		task_free(ike, sa, task);
	}
}

bool task_is(const struct ike_sa *sa, const struct task_type *type)
{
	return sa->task && sa->task->type == type;
}
