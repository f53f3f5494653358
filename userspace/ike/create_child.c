// SPDX-License-Identifier: GPL-2.0
#include "ike/create_child.h"

#include <stdio.h>

#include "config/config_use.h"
#include "config/connection.h"
#include "ike/child_exchange.h"
#include "ike/child_install.h"
#include "ike/child_sa.h"
#include "ike/client.h"
#include "ike/delete_child.h"
#include "ike/delete_ike.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/task.h"

/* A Child SA or a task that makes one, which the IKE SA is there for. */
static bool of_use(const struct ike_sa *sa)
{
	const struct child_sa *child = sa->children;
	const struct task *task = sa->tasks;

	while (child && child->state != CHILD_INSTALLED)
		child = child->next;
	while (task && task->type != &create_child_task)
		task = task->next;
	return child || task;
}

void create_child_established(struct ike *ike, struct child_sa *child,
			      uint64_t client)
{
	char text[CHILD_TEXT_SIZE];

	child_sa_print(child, text, sizeof(text));
	ike_event(ike, child->ike_sa, child, EVENT_CHILD_ESTABLISHED,
		  &child->traffic, client, "child %s installed: %s",
		  child->config->name, text);
}

void create_child_say_less(struct ike *ike, const struct ike_sa *sa,
			   const struct child_config *config, const char *less)
{
	if (*less)
		ike_sa_say(ike, sa, "child %s: %s", config->name, less);
}

void create_child_failed(struct ike *ike, struct ike_sa *sa, const char *why)
{
	struct task *task = sa->task;
	char line[LOG_LINE_MAX];

	snprintf(line, sizeof(line), "child %s: %.400s", task->config->name, why);
	child_exchange_forget(ike, sa, task);
	if (!of_use(sa)) {
		/* Without a Child SA it is of no use. */
		if (!sa->client)
			sa->client = task->client;
		task->client = 0;
		if (task->anew) {
			delete_ike_expired(ike, sa, line);
			return;
		}
		snprintf(sa->failure, sizeof(sa->failure), "%s", line);
		ike_sa_say(ike, sa, "%s; deleting the IKE SA", line);
		delete_ike(ike, sa);
		return;
	}
	ike_event(ike, sa, NULL, EVENT_CHILD_FAILED, NULL, task->client,
		  "failed: %s", line);
	client_fail(ike, task->client, line);
	task_done(ike, sa);
}

/* A series that is lost may be started over (RFC 9370 section 2.2.4). */
static bool is_temporary(uint16_t refusal)
{
	return refusal == TEMPORARY_FAILURE || refusal == STATE_NOT_FOUND;
}

void create_child_refused(struct ike *ike, struct ike_sa *sa, uint16_t refusal,
			  const char *why)
{
	const char *name = sa->task->config->name;

	if (is_temporary(refusal) && task_postpone(ike, sa))
		ike_sa_say(ike, sa, "child %s: %s; it will be asked again", name,
			   why);
	else
		create_child_failed(ike, sa, why);
}

static void start(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	/* While this waited the peer, or a rekey, may have set it up. */
	if (child_sa_find_for(sa, task->config, &task->packet))
		task_done(ike, sa);
	else if (!child_exchange_begin(ike, sa, task,
				       child_choice_method(task->config)))
		create_child_failed(ike, sa, kernel_error(ike->kernel));
}

void create_child_give_back(struct ike *ike, struct ike_sa *sa, const char *why)
{
	struct task *task = sa->task;

	if (task->child)
		delete_child_first(ike, task->child);
	task->child = NULL;
	create_child_failed(ike, sa, why);
}

/* Where the peer narrows it, it may be no other than what is there. */
static bool is_wanted(const struct ike_sa *sa, const struct task *task)
{
	return child_choice_carries(&task->child->choice, &task->packet) ||
	       !child_sa_find_config(sa, task->config);
}

/* Return: the Child SA that the peer has made of the same at once; NULL: none. */
static struct child_sa *find_rival(const struct ike *ike, const struct task *task)
{
	const struct child_choice *ours = &task->child->choice;
	struct child_sa *rival = child_sa_find(ike, task->rival.spi_in);

	if (!task->rival.exists || !rival || rival->state != CHILD_INSTALLED ||
	    !prefixes_equal(&rival->choice.local_ts, &ours->local_ts) ||
	    !prefixes_equal(&rival->choice.remote_ts, &ours->remote_ts))
		return NULL;
	return rival;
}

/* Ours is the redundant one; the peer may send on it until it goes. */
static void yield(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct child_sa *child = task->child;

	ike_sa_say(ike, sa, "child %s: both sides make it, the peer's is kept",
		   task->config->name);
	task->child = NULL;
	child_sa_install(ike, child, DIRECTION_IN, NULL);
	delete_child_first(ike, child);
	task_done(ike, sa);
}

/* As for rekeys (RFC 7296 section 2.8.1), the lowest of four nonces decides. */
static bool has_lost(const struct task *task)
{
	return nonce_is_lower(&task->lowest, &task->rival.lowest);
}

static void install(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct child_sa *rival = find_rival(ike, task);
	struct child_sa *child = task->child;
	char reason[CHILD_REASON_MAX];
	enum child_step step;

	if (rival && has_lost(task)) {
		yield(ike, sa, task);
		return;
	}
	if (!is_wanted(sa, task)) {
		create_child_give_back(ike, sa,
				       "what the peer agrees to does not take the packet");
		return;
	}
	step = child_exchange_install(ike, task, DIRECTION_BOTH, reason);
	if (step == CHILD_BROKEN) {
		delete_ike_failed(ike, sa, reason);
		return;
	}
	if (step != CHILD_AGREED) {
		create_child_give_back(ike, sa, reason);
		return;
	}
	task->child = NULL;
	child_sa_count(child);
	create_child_established(ike, child, task->client);
	if (rival)
		child_sa_expect_deletion(ike, rival);
	task_done(ike, sa);
}

/* The peer has installed it only once all key exchanges are done. */
static void give_up(struct ike *ike, struct ike_sa *sa, const struct task *task,
		    enum child_step step)
{
	if (step == CHILD_AGREED || step == CHILD_UNFIT)
		create_child_give_back(ike, sa, task->abandoned);
	else
		create_child_failed(ike, sa, task->abandoned);
}

static void response(struct ike *ike, struct ike_sa *sa, struct task *task,
		     const struct payloads *payloads)
{
	struct child_result result;
	bool following = task->following;

	child_exchange_read(ike, sa, task, payloads, &result);
	/* The IKE SA, and @task, may be gone. */
	if (result.step == CHILD_AGAIN)
		return;
	if (task->abandoned && result.step != CHILD_BROKEN &&
	    result.refusal != INVALID_SYNTAX) {
		give_up(ike, sa, task, result.step);
		return;
	}
	if (!following &&
	    (result.step == CHILD_AGREED || result.step == CHILD_FOLLOWS))
		create_child_say_less(ike, sa, task->config, result.reason);
	switch (result.step) {
	case CHILD_AGREED:
		install(ike, sa, task);
		break;
	case CHILD_FOLLOWS:
		child_exchange_follow(ike, sa, task, &result);
		break;
	case CHILD_AGAIN:
		break;
	case CHILD_REFUSED:
		if (result.refusal == INVALID_SYNTAX)
			end_ike_broken(ike, sa, result.reason);
		else
			create_child_refused(ike, sa, result.refusal,
					     result.reason);
		break;
	case CHILD_UNFIT:
		create_child_give_back(ike, sa, result.reason);
		break;
	case CHILD_BROKEN:
		delete_ike_failed(ike, sa, result.reason);
		break;
	}
}

const struct task_type create_child_task = {
	.start = start,
	.response = response,
	.forget = child_exchange_forget,
	.of_child = true,
};

/* Return: the task that waits for its turn, NULL: none. */
static struct task *find_waiting(const struct ike_sa *sa,
				 const struct child_config *config)
{
	struct task *task = sa->tasks;

	while (task && (task->type != &create_child_task ||
			!child_is(task->config, config)))
		task = task->next;
	return task;
}

bool create_child_under_way(const struct ike_sa *sa,
			    const struct child_config *config)
{
	return task_is(sa, &create_child_task) && !sa->task->abandoned &&
	       child_is(sa->task->config, config);
}

bool create_child_pending(const struct ike_sa *sa,
			  const struct child_config *config)
{
	return create_child_under_way(sa, config) || find_waiting(sa, config);
}

void create_child_hurry(struct ike *ike, struct ike_sa *sa,
			const struct child_config *config, uint64_t client)
{
	struct task *task = create_child_under_way(sa, config) ? sa->task :
						       find_waiting(sa, config);

	if (!task)
		return;
	if (!task->client)
		task->client = client;
	task->due = 0;
	task_next(ike, sa);
}

void create_child_cancel(struct ike *ike, struct ike_sa *sa,
			 const struct child_config *config, const char *why)
{
	struct task *task;

	if (create_child_under_way(sa, config))
		task_abandon(ike, sa, why);
	while ((task = find_waiting(sa, config)))
		task_cancel(ike, sa, task, why);
	/* IKE_AUTH must take one with it. */
	if (sa->initiator && !sa->tasks && !sa->task &&
	    (sa->phase == PHASE_INIT || sa->phase == PHASE_AUTH)) {
		sa->given_up = true;
		ike_sa_fail(ike, sa, "%s", why);
	}
}

bool create_child_wanted(const struct ike_sa *sa,
			 const struct child_config *config)
{
	return child_sa_find_config(sa, config) ||
	       create_child_pending(sa, config);
}

bool create_child_wanted_for(const struct ike_sa *sa,
			     const struct child_config *config,
			     const struct packet_ts *packet)
{
	return child_sa_find_for(sa, config, packet) ||
	       create_child_pending(sa, config);
}

static void add(struct ike *ike, struct ike_sa *sa,
		const struct child_config *config, uint64_t client, bool anew,
		const struct packet_ts *packet)
{
	struct task *task = task_new(ike, &create_child_task, client);

	if (!task)
		return;
	child_use(&task->config, config);
	task->anew = anew;
	if (packet)
		task->packet = *packet;
	task_add(ike, sa, task);
}

void create_child(struct ike *ike, struct ike_sa *sa,
		  const struct child_config *config, uint64_t client)
{
	add(ike, sa, config, client, false, NULL);
}

void create_child_for_packet(struct ike *ike, struct ike_sa *sa,
			     const struct child_config *config,
			     const struct packet_ts *packet)
{
	add(ike, sa, config, 0, false, packet);
}

void create_child_anew(struct ike *ike, struct ike_sa *sa,
		       const struct child_config *config)
{
	add(ike, sa, config, 0, true, NULL);
}
