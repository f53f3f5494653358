// SPDX-License-Identifier: GPL-2.0
#include "tunnel/config_apply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "config/config_diff.h"
#include "config/config_index.h"
#include "config/config_use.h"
#include "config/connection.h"
#include "config/remote_name.h"
#include "ike/child_sa.h"
#include "ike/lifetime.h"
#include "ike/liveness.h"
#include "ike/task_type.h"
#include "tunnel/attempt.h"
#include "tunnel/connection_set.h"
#include "tunnel/start_action.h"
#include "tunnel/starting.h"
#include "tunnel/trap.h"
#include "tunnel/up_down.h"
#include "tunnel/xfrm_interface.h"

static const char gone[] = "it is not configured any more";

/* Another interface, or number of it: packets would pass no more. */
static bool is_cut_off(const struct child_config *old,
		       const struct child_config *next)
{
	return (*old->xfrm_interface || *next->xfrm_interface) &&
	       (old->if_id_in != next->if_id_in ||
		old->if_id_out != next->if_id_out);
}

/*
 * What waits is begun with what is configured then; what is under way goes on
 * with what was asked.
 */
static void adopt_child(struct ike_sa *sa, const struct child_config *old,
			const struct child_config *next)
{
	for (struct task *task = sa->tasks; task; task = task->next)
		if (child_is(task->config, old))
			child_use(&task->config, next);
	for (struct child_sa *child = sa->children; child; child = child->next)
		if (child->state != CHILD_CREATING &&
		    child_is(child->config, old))
			child_use(&child->config, next);
}

static void adopt_children(struct ike *ike, struct ike_sa *sa,
			   const struct connection_config *old,
			   const struct connection_config *next)
{
	for (size_t i = 0; i < old->n_children && sa->phase != PHASE_GONE; i++) {
		const struct child_config *child = &old->children[i];
		const struct child_config *now = connection_child(next,
								  child->name);

		if (now && !is_cut_off(child, now))
			adopt_child(sa, child, now);
		else
			tunnel_withdraw(ike, sa, child,
					now ? "its xfrm interface is another" :
					gone, 0);
	}
}

/* Return: whether this side has not shown yet who it is. */
static bool is_being_begun(const struct ike_sa *sa)
{
	return sa->initiator && !sa->given_up &&
	       (sa->phase == PHASE_INIT || sa->phase == PHASE_AUTH);
}

/* What @old has is from now on what @next has. */
static void adopt_ike_sa(struct ike *ike, struct ike_sa *sa,
			 const struct connection_config *old,
			 const struct connection_config *next)
{
	ike_sa_set_connection(ike, sa, next);
	if (sa->phase == PHASE_ESTABLISHED) {
		lifetime_adopt(ike, sa, &old->time);
		if (old->dpd_delay != next->dpd_delay)
			liveness_start(ike, sa);
	}
	adopt_children(ike, sa, old, next);
	if (is_being_begun(sa) && !config_same_negotiation(old, next))
		attempt_begin_anew(ike, sa);
}

/* One that is to replace another goes on with what was asked, until it has. */
static bool is_to_adopt(const struct ike_sa *sa,
			const struct connection_config *next)
{
	return sa->connection != next && sa->phase != PHASE_REKEYING;
}

static void adopt(struct ike *ike, const struct connection_config *old,
		  const struct connection_config *next)
{
	struct ike_sa *sa = ike_sa_of(ike, next, NULL);

	/* Each one that is adopted may end, and others with it. */
	while (sa) {
		if (is_to_adopt(sa, next))
			adopt_ike_sa(ike, sa, old, next);
		sa = ike_sa_of(ike, next, sa->phase == PHASE_GONE ? NULL : sa);
	}
}

static void retire(struct config *config, struct connection_config *old)
{
	old->next = config->retired;
	config->retired = old;
}

static void end(struct ike *ike, const struct connection_config *old)
{
	start_actions_undo(ike, old);
	tunnel_down(ike, old, NULL, 0);
}

static void replace(struct ike *ike, const struct connection_config *old,
		    const struct connection_config *next)
{
	if (!connection_same_identities(old, next)) {
		end(ike, old);
		return;
	}
	starting_cancel(&ike->starting, old, NULL);
	attempt_adopt(ike, old, next);
	traps_adopt(ike, old, next);
	adopt(ike, old, next);
}

static void remove_old(struct ike *ike, const struct connection_config *old)
{
	end(ike, old);
	if (kernel_connection_del(ike->kernel, old->name))
		log_line("connection %s stays in the kernel: %s", old->name,
			 kernel_error(ike->kernel));
}

/* A connection of the next configuration, and what it takes the place of. */
struct succession {
	struct connection_config *old; /* NULL: there was none */
	struct connection_config *next;
	bool same; /* @next says what @old says */
};

/* All of the next configuration, in their order, and those that it has not. */
struct plan {
	struct succession *list; /* array of n */
	size_t n;
	struct connection_config **gone; /* array of n_gone */
	size_t n_gone;
};

static size_t count(const struct config *config)
{
	const struct connection_config *connection = config->connections;
	size_t n = 0;

	for (; connection; connection = connection->next)
		n++;
	return n;
}

static void fill_plan(struct plan *plan, const struct config *now,
		      const struct config *next,
		      const struct config_index *of_now,
		      const struct config_index *of_next)
{
	struct connection_config *each;

	for (each = next->connections; each; each = each->next) {
		struct connection_config *old = config_index_find(of_now,
								  each->name);

		plan->list[plan->n++] = (struct succession){
			old, each, old && config_connection_same(old, each),
		};
	}
	for (each = now->connections; each; each = each->next)
		if (!config_index_find(of_next, each->name))
			plan->gone[plan->n_gone++] = each;
}

/* Return: false without memory; plan_free() is due in any case. */
static bool make_plan(struct plan *plan, const struct config *now,
		      const struct config *next)
{
	struct config_index of_now = { 0 }, of_next = { 0 };
	bool ok;

	plan->list = calloc(count(next) + 1, sizeof(*plan->list));
	plan->gone = (struct connection_config **)
		     calloc(count(now) + 1, sizeof(*plan->gone));
	ok = plan->list && plan->gone && config_index_make(&of_now, now) &&
	     config_index_make(&of_next, next);
	if (ok)
		fill_plan(plan, now, next, &of_now, &of_next);
	config_index_free(&of_now);
	config_index_free(&of_next);
	return ok;
}

static void plan_free(struct plan *plan)
{
	free(plan->list);
	free((void *)plan->gone);
}

/* The first @n are back to what they were. */
static void set_back(struct ike *ike, const struct plan *plan, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct succession *each = &plan->list[i];
		int error;

		if (each->same)
			continue;
		error = each->old ? connection_set(ike->kernel, each->old, false) :
				    kernel_connection_del(ike->kernel,
							  each->next->name);
		if (error)
			log_line("connection %s stays as it was to be: %s",
				 each->next->name, kernel_error(ike->kernel));
	}
}

static bool set_changed(struct ike *ike, const struct plan *plan, char *error,
			size_t error_size)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct succession *each = &plan->list[i];

		if (each->same || !connection_set(ike->kernel, each->next, true))
			continue;
		snprintf(error, error_size, "connection %s: %s",
			 each->next->name, kernel_error(ike->kernel));
		set_back(ike, plan, i);
		return false;
	}
	return true;
}

/* A connection that is not what it was. */
struct change {
	const struct connection_config *old; /* NULL: there was none */
	const struct connection_config *next; /* NULL: there is none any more */
};

/*
 * Have @now hold the connections of @next, in their order.
 * @changes: receives what is not the same; there is room for all of both
 *
 * Return: how many changes there are.
 */
static size_t merge(struct config *now, struct config *next,
		    const struct plan *plan, struct change *changes)
{
	struct connection_config **end_of_list = &now->connections;
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++) {
		struct connection_config *old = plan->list[i].old;
		struct connection_config *each = plan->list[i].next;

		if (plan->list[i].same) {
			config_free_connection(each);
			each = old;
		} else {
			changes[n++] = (struct change){ old, each };
			if (old) {
				remote_names_inherit(each, old);
				retire(now, old);
			}
		}
		*end_of_list = each;
		end_of_list = &each->next;
	}
	*end_of_list = NULL;
	next->connections = NULL;
	for (size_t i = 0; i < plan->n_gone; i++) {
		changes[n++] = (struct change){ plan->gone[i], NULL };
		retire(now, plan->gone[i]);
	}
	return n;
}

static void carry_out(struct ike *ike, const struct change *changes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!changes[i].next)
			remove_old(ike, changes[i].old);
		else if (changes[i].old)
			replace(ike, changes[i].old, changes[i].next);
	}
	traps_retry(ike);
	for (size_t i = 0; i < n; i++)
		if (changes[i].next)
			start_actions_add(ike, changes[i].next);
	start_actions_run(ike, NULL);
}

/* Return: false when the kernel refuses something; nothing has changed then. */
static bool prepare(struct ike *ike, const struct config *next,
		    const struct plan *plan, char *error, size_t error_size)
{
	if (!set_changed(ike, plan, error, error_size))
		return false;
	if (xfrm_interfaces_make(ike, next, error, error_size))
		return true;
	set_back(ike, plan, plan->n);
	return false;
}

static void replace_config(struct ike *ike, struct config *now,
			   struct config *next, const struct plan *plan,
			   struct change *changes)
{
	size_t n;

	if (now->connections && !next->connections)
		log_warning("the configuration has no connection any more: all "
			    "tunnels end");
	n = merge(now, next, plan, changes);
	connections_index(now);
	now->control = next->control;
	config_free(next);
	carry_out(ike, changes, n);
}

bool config_apply(struct ike *ike, struct config *now, struct config *next,
		  char *error, size_t error_size)
{
	struct change *changes = NULL;
	struct plan plan = { 0 };
	bool ok = make_plan(&plan, now, next);

	if (ok)
		changes = calloc(plan.n + plan.n_gone + 1, sizeof(*changes));
	if (!changes) {
		snprintf(error, error_size, "out of memory");
		ok = false;
	}
	ok = ok && prepare(ike, next, &plan, error, error_size);
	if (ok)
		replace_config(ike, now, next, &plan, changes);
	free(changes);
	plan_free(&plan);
	return ok;
}

void config_release(struct ike *ike, struct config *config)
{
	struct connection_config **place = &config->retired;
	bool any = false;

	while (*place) {
		struct connection_config *connection = *place;

		if (connection->users) {
			place = &connection->next;
			continue;
		}
		*place = connection->next;
		config_free_connection(connection);
		any = true;
	}
	if (any)
		xfrm_interfaces_release(ike);
}
