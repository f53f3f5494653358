// SPDX-License-Identifier: GPL-2.0
#include "task.h"

#include <stdlib.h>

#include "client.h"
#include "log.h"

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

void task_next(struct ike *ike, struct ike_sa *sa)
{
	struct task *task = sa->tasks;

	if (!task || sa->task || sa->request.datagrams.n ||
	    sa->phase != PHASE_ESTABLISHED || peer_rekeys(sa))
		return;
	sa->tasks = task->next;
	task->next = NULL;
	task->before = sa->traffic;
	sa->task = task;
	task->type->start(ike, sa, task);
}

void task_add(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct task **end = &sa->tasks;

	while (*end)
		end = &(*end)->next;
	*end = task;
	task_next(ike, sa);
}

void task_add_first(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	task->next = sa->tasks;
	sa->tasks = task;
	task_next(ike, sa);
}

/* A task that is in no queue. */
static void task_free(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	if (task->type->forget)
		task->type->forget(ike, sa, task);
	free(task);
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
