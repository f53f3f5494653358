// SPDX-License-Identifier: GPL-2.0
#include "ike/delete_child.h"

#include "ike/child_sa.h"
#include "ike/exchange.h"
#include "ike/ike_event.h"
#include "ike/task.h"
#include "wire/payload.h"

static void start(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	const struct child_sa *child = child_sa_find(ike, task->spi_in);
	struct chain chain;

	/* The peer was faster. */
	if (!child || child->state == CHILD_LINGERING) {
		task_done(ike, sa);
		return;
	}
	chain_start(&chain);
	delete_esp_write(&chain.message, &child->spi_in, 1);
	exchange_send_request(ike, sa, INFORMATIONAL, &chain);
}

/* What @child was to replace goes on, or, where it is not to, is the peer's to delete. */
static void leave_replaced(struct ike *ike, const struct child_sa *child)
{
	struct child_sa *old = child_sa_find_left(ike, child);

	if (!old)
		return;
	if (old->withdrawn)
		child_sa_expect_deletion(ike, old);
	else
		old->replaced = false;
}

static void response(struct ike *ike, struct ike_sa *sa, struct task *task,
		     const struct payloads *payloads)
{
	struct child_sa *child = child_sa_find(ike, task->spi_in);

	(void)payloads;
	if (child && child->state == CHILD_REKEYED) {
		child_sa_linger(ike, child);
	} else if (child && child->state == CHILD_DELETING) {
		if (child->wanted)
			ike_event(ike, sa, child, EVENT_CHILD_DELETED, NULL,
				  task->client, "child %s deleted",
				  child->config->name);
		leave_replaced(ike, child);
		child_sa_remove(ike, child);
	}
	task_done(ike, sa);
}

const struct task_type delete_child_task = {
	.start = start,
	.response = response,
	.of_child = true,
};

static struct task *begin(struct ike *ike, struct child_sa *child,
			  enum child_state state, uint64_t client)
{
	struct task *task = task_new(ike, &delete_child_task, client);

	if (!task)
		return NULL;
	task->spi_in = child->spi_in;
	child->state = state;
	timer_stop(&ike->timers, &child->soft_timer);
	timer_stop(&ike->timers, &child->hard_timer);
	timer_stop(&ike->timers, &child->out_timer);
	return task;
}

void delete_child(struct ike *ike, struct child_sa *child, uint64_t client)
{
	struct ike_sa *sa = child->ike_sa;
	struct task *task = begin(ike, child, CHILD_DELETING, client);

	child->wanted = !child->replaced;
	if (task)
		task_add(ike, sa, task);
}

void delete_child_first(struct ike *ike, struct child_sa *child)
{
	struct ike_sa *sa = child->ike_sa;
	struct task *task = begin(ike, child, CHILD_DELETING, 0);

	if (task)
		task_add_first(ike, sa, task);
}

void delete_child_last(struct ike *ike, struct child_sa *child)
{
	struct ike_sa *sa = child->ike_sa;
	struct task *task = begin(ike, child, CHILD_DELETING, 0);

	if (task)
		task_add(ike, sa, task);
}

void delete_child_replaced(struct ike *ike, struct child_sa *child)
{
	struct ike_sa *sa = child->ike_sa;
	struct task *task = begin(ike, child, CHILD_REKEYED, 0);

	if (task)
		task_add_first(ike, sa, task);
}
