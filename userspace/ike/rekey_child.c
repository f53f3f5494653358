// SPDX-License-Identifier: GPL-2.0
#include "ike/rekey_child.h"

#include <stdio.h>

#include "config/config_use.h"
#include "config/connection.h"
#include "ike/child_exchange.h"
#include "ike/child_lifetime.h"
#include "ike/child_sa.h"
#include "ike/client.h"
#include "ike/create_child.h"
#include "ike/delete_child.h"
#include "ike/delete_ike.h"
#include "ike/ike_event.h"
#include "ike/task.h"

/* Return: the one that is replaced; NULL once it is gone or replaced already. */
static struct child_sa *find_old(const struct ike *ike, const struct ike_sa *sa,
				 const struct task *task)
{
	struct child_sa *old = child_sa_find(ike, task->spi_in);

	if (!old || old->ike_sa != sa || old->state != CHILD_INSTALLED)
		return NULL;
	return old;
}

static void end(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct child_sa *old = child_sa_find(ike, task->spi_in);

	if (old)
		old->rekeying = false;
	/* The peer, which was to replace it, may not come to an end with it. */
	if (old && !old->soft_timer.due)
		child_lifetime_retry(ike, old);
	child_exchange_forget(ike, sa, task);
	task_done(ike, sa);
}

static void fail(struct ike *ike, struct ike_sa *sa, struct task *task,
		 const char *why)
{
	struct child_sa *old = find_old(ike, sa, task);
	char line[LOG_LINE_MAX];

	/* The peer has replaced it or closed it in the meantime: all is well. */
	if (!old || old->replaced) {
		end(ike, sa, task);
		return;
	}
	snprintf(line, sizeof(line), "rekey of child %s: %.400s",
		 task->config->name, why);
	ike_event(ike, sa, old, EVENT_CHILD_FAILED, NULL, task->client,
		  "failed: %s", line);
	client_fail(ike, task->client, line);
	child_lifetime_retry(ike, old);
	end(ike, sa, task);
}

static void start(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	const struct child_sa *old = find_old(ike, sa, task);

	if (!old || old->replaced)
		end(ike, sa, task);
	else if (!child_exchange_begin(ike, sa, task,
				       child_choice_method(task->config)))
		fail(ike, sa, task, kernel_error(ike->kernel));
}

static bool lost(const struct task *task)
{
	return task->rival.exists &&
	       nonce_is_lower(&task->lowest, &task->rival.lowest);
}

/* Our Child SA is the redundant one; the peer may send on it until it goes. */
static void yield(struct ike *ike, struct ike_sa *sa, struct task *task,
		  enum child_step step)
{
	struct child_sa *child = task->child;
	char reason[CHILD_REASON_MAX];

	/* Before IKE_FOLLOWUP_KE the peer has nothing to delete. */
	if (step == CHILD_AGREED) {
		step = child_exchange_install(ike, task, DIRECTION_IN, reason);
		if (step == CHILD_BROKEN) {
			delete_ike_failed(ike, sa, reason);
			return;
		}
		task->child = NULL;
		delete_child_first(ike, child);
	}
	ike_sa_say(ike, sa, "child %s: both sides rekey it, the peer's is kept",
		   task->config->name);
	end(ike, sa, task);
}

/* The peer is to delete the Child SA of its own exchange. */
static void expect_deletion(struct ike *ike, const struct task *task)
{
	struct child_sa *redundant = child_sa_find(ike, task->rival.spi_in);

	if (task->rival.exists && redundant)
		child_sa_expect_deletion(ike, redundant);
}

static void say_rekeyed(struct ike *ike, const struct child_sa *child,
			uint64_t client)
{
	const struct ike_sa *sa = child->ike_sa;
	char peer[ENDPOINT_TEXT_SIZE];
	char text[CHILD_TEXT_SIZE];

	endpoint_print(&sa->path.remote, peer, sizeof(peer));
	child_sa_print(child, text, sizeof(text));
	ike_event(ike, sa, child, EVENT_CHILD_REKEYED, &child->traffic, client,
		  "child %s rekeyed with %s: %s", child->config->name, peer, text);
}

static void replace(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct child_sa *old = find_old(ike, sa, task);
	struct child_sa *child = task->child;
	char reason[CHILD_REASON_MAX];
	enum child_step step = child_exchange_install(ike, task, DIRECTION_BOTH,
						      reason);

	if (step == CHILD_BROKEN) {
		delete_ike_failed(ike, sa, reason);
		return;
	}
	task->child = NULL;
	if (step != CHILD_AGREED) {
		delete_child_first(ike, child);
		fail(ike, sa, task, reason);
		return;
	}
	child_sa_count(child);
	say_rekeyed(ike, child, task->client);
	expect_deletion(ike, task);
	if (old) {
		child_sa_stop_sending(ike, old);
		delete_child_replaced(ike, old);
	}
	end(ike, sa, task);
}

/* RFC 7296 section 2.25: a Child SA that the peer has not is made anew. */
static void make_anew(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct child_sa *old = find_old(ike, sa, task);

	if (old && !old->replaced) {
		ike_sa_say(ike, sa, "child %s: the peer has lost it, making it anew",
			   task->config->name);
		create_child(ike, sa, task->config, task->client);
		task->client = 0;
		delete_child_last(ike, old);
	}
	end(ike, sa, task);
}

static void refused(struct ike *ike, struct ike_sa *sa, struct task *task,
		    const struct child_result *result)
{
	if (result->refusal == CHILD_SA_NOT_FOUND)
		make_anew(ike, sa, task);
	else if (result->refusal == INVALID_SYNTAX)
		end_ike_broken(ike, sa, result->reason);
	else
		fail(ike, sa, task, result->reason);
}

/* The peer has installed it only once all key exchanges are done. */
static void give_back(struct ike *ike, struct ike_sa *sa, struct task *task,
		      enum child_step step)
{
	if (step == CHILD_AGREED || step == CHILD_UNFIT) {
		delete_child_first(ike, task->child);
		task->child = NULL;
	}
	end(ike, sa, task);
}

static void response(struct ike *ike, struct ike_sa *sa, struct task *task,
		     const struct payloads *payloads)
{
	struct child_result result;

	child_exchange_read(ike, sa, task, payloads, &result);
	/* The IKE SA, and @task, may be gone. */
	if (result.step == CHILD_AGAIN)
		return;
	if (task->abandoned && result.step != CHILD_BROKEN &&
	    result.refusal != INVALID_SYNTAX) {
		give_back(ike, sa, task, result.step);
		return;
	}
	switch (result.step) {
	case CHILD_AGREED:
	case CHILD_FOLLOWS:
		if (lost(task))
			yield(ike, sa, task, result.step);
		else if (result.step == CHILD_FOLLOWS)
			child_exchange_follow(ike, sa, task, &result);
		else
			replace(ike, sa, task);
		break;
	case CHILD_AGAIN:
		break;
	case CHILD_REFUSED:
		refused(ike, sa, task, &result);
		break;
	case CHILD_UNFIT:
		delete_child_first(ike, task->child);
		task->child = NULL;
		fail(ike, sa, task, result.reason);
		break;
	case CHILD_BROKEN:
		delete_ike_failed(ike, sa, result.reason);
		break;
	}
}

const struct task_type rekey_child_task = {
	.start = start,
	.response = response,
	.forget = child_exchange_forget,
	.of_child = true,
	.waits_for_replacement = true,
};

void rekey_child(struct ike *ike, struct child_sa *child, uint64_t client)
{
	struct task *task;

	if (child->state != CHILD_INSTALLED || child->rekeying)
		return;
	/* The peer may not have it yet, or may take back what replaces it. */
	if (child->out_due || child->replaced) {
		child_lifetime_retry(ike, child);
		return;
	}
	task = task_new(ike, &rekey_child_task, client);
	if (!task)
		return;
	child_use(&task->config, child->config);
	task->spi_in = child->spi_in;
	child->rekeying = true;
	timer_stop(&ike->timers, &child->soft_timer);
	task_add(ike, child->ike_sa, task);
}

void rekey_child_cancel(struct ike *ike, struct ike_sa *sa,
			const struct child_config *config, const char *why)
{
	struct task *task = sa->tasks, *next;

	if (task_is(sa, &rekey_child_task) && child_is(sa->task->config, config))
		task_abandon(ike, sa, why);
	for (; task; task = next) {
		next = task->next;
		if (task->type == &rekey_child_task &&
		    child_is(task->config, config))
			task_cancel(ike, sa, task, why);
	}
}

static bool is_ours(const struct ike_sa *sa, const struct child_sa *old)
{
	return task_is(sa, &rekey_child_task) && sa->task->spi_in == old->spi_in;
}

bool rekey_child_follows(const struct ike_sa *sa, const struct child_sa *old)
{
	return is_ours(sa, old) && sa->task->following;
}

void rekey_child_rivalled(struct ike_sa *sa, const struct child_sa *old,
			  const struct child_sa *child, const struct nonce *a,
			  const struct nonce *b)
{
	if (!is_ours(sa, old))
		return;
	sa->task->rival = (struct rival){
		.exists = true,
		.lowest = nonce_is_lower(a, b) ? *a : *b,
		.spi_in = child->spi_in,
	};
}

void rekey_child_answered(struct ike *ike, struct child_sa *old,
			  const struct child_sa *child)
{
	old->replaced = true;
	say_rekeyed(ike, child, 0);
}
