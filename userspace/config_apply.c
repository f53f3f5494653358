// SPDX-License-Identifier: GPL-2.0
#include "config_apply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child_sa.h"
#include "config_diff.h"
#include "connection.h"
#include "connection_set.h"
#include "create_child.h"
#include "delete_child.h"
#include "operate.h"
#include "start_action.h"
#include "task.h"
#include "xfrm_interface.h"

/* The child of @connection that has the name of @old. */
static const struct child_config *
find_child(const struct connection_config *connection,
	   const struct child_config *old)
{
	for (size_t i = 0; i < connection->n_children; i++)
		if (!strcmp(connection->children[i].name, old->name))
			return &connection->children[i];
	return NULL;
}

static void adopt_task(struct task *task,
		       const struct connection_config *next)
{
	const struct child_config *config;

	if (!task || !task->config)
		return;
	config = find_child(next, task->config);
	if (config)
		task->config = config;
}

/* Its packets pass no more: its interface has another number, or goes. */
static bool is_cut_off(const struct child_sa *child,
		       const struct child_config *next)
{
	const struct child_config *old = child->config;

	return child->state == CHILD_INSTALLED &&
	       (*old->xfrm_interface || *next->xfrm_interface) &&
	       (old->if_id_in != next->if_id_in ||
		old->if_id_out != next->if_id_out);
}

static void adopt_children(struct ike *ike, struct ike_sa *sa,
			   const struct connection_config *next)
{
	struct child_sa *child, *following;

	for (child = sa->children; child; child = following) {
		const struct child_config *config = find_child(next,
							       child->config);

		following = child->next;
		if (config && !is_cut_off(child, config))
			child->config = config;
		else if (child->state == CHILD_INSTALLED && !child->replaced)
			delete_child(ike, child, 0);
	}
}

/* What is not configured any more is not made. */
static void cancel_children(struct ike *ike, struct ike_sa *sa,
			    const struct connection_config *old,
			    const struct connection_config *next)
{
	for (size_t i = 0; i < old->n_children; i++)
		if (!find_child(next, &old->children[i]))
			create_child_cancel(ike, sa, &old->children[i],
					    "it is not configured any more");
}

/* What @old has is from now on what @next has. */
static void adopt(struct ike *ike, const struct connection_config *old,
		  const struct connection_config *next)
{
	struct ike_sa *sa, *following;

	for (sa = ike->ike_sas; sa; sa = following) {
		following = sa->next;
		if (sa->connection != old)
			continue;
		sa->connection = next;
		cancel_children(ike, sa, old, next);
		adopt_task(sa->task, next);
		for (struct task *task = sa->tasks; task; task = task->next)
			adopt_task(task, next);
		adopt_children(ike, sa, next);
	}
}

/* Nothing of it is to come back. */
static void end(struct ike *ike, struct connection_config *old)
{
	for (size_t i = 0; i < old->n_children; i++) {
		old->children[i].dpd_action = ACTION_NONE;
		old->children[i].close_action = ACTION_NONE;
	}
	operate_down(ike, old, NULL, 0);
}

/* Take the connection of a name out of a list. */
static struct connection_config *take(struct connection_config **list,
				      const char *name)
{
	struct connection_config *connection;

	while (*list && strcmp((*list)->name, name) != 0)
		list = &(*list)->next;
	connection = *list;
	if (connection)
		*list = connection->next;
	return connection;
}

static void retire(struct config *config, struct connection_config *old)
{
	old->next = config->retired;
	config->retired = old;
}

static void replace(struct ike *ike, struct config *now,
		    struct connection_config *old,
		    const struct connection_config *next)
{
	start_actions_undo(ike, old);
	if (connection_same_identities(old, next))
		adopt(ike, old, next);
	else
		end(ike, old);
	retire(now, old);
}

static void remove_old(struct ike *ike, struct config *now,
		       struct connection_config *old)
{
	start_actions_undo(ike, old);
	end(ike, old);
	if (kernel_connection_del(ike->kernel, old->name))
		log_line("connection %s stays in the kernel: %s", old->name,
			 kernel_error(ike->kernel));
	retire(now, old);
}

/* Up to @last, which the kernel refused, or NULL: back to what they were. */
static void set_back(struct ike *ike, const struct config *now,
		     const struct config *next,
		     const struct connection_config *last)
{
	const struct connection_config *connection = next->connections;

	for (; connection != last; connection = connection->next) {
		const struct connection_config *old =
			connection_find(now, connection->name);
		int error;

		if (old && config_connection_same(old, connection))
			continue;
		error = old ? connection_set(ike, old) :
			      kernel_connection_del(ike->kernel,
						    connection->name);
		if (error)
			log_line("connection %s stays as it was to be: %s",
				 connection->name, kernel_error(ike->kernel));
	}
}

static bool set_changed(struct ike *ike, const struct config *now,
			const struct config *next, char *error,
			size_t error_size)
{
	const struct connection_config *connection = next->connections;

	for (; connection; connection = connection->next) {
		const struct connection_config *old =
			connection_find(now, connection->name);

		if (old && config_connection_same(old, connection))
			continue;
		if (!connection_set(ike, connection))
			continue;
		snprintf(error, error_size, "connection %s: %s",
			 connection->name, kernel_error(ike->kernel));
		set_back(ike, now, next, connection);
		return false;
	}
	return true;
}

/* One that is new or has changed, and is to be started. */
struct change {
	const struct connection_config *connection;
};

/*
 * Merge connections of @next into @now, in their order.
 * @changes: receives what has changed; there is room for all of @next
 *
 * Return: how many have changed.
 */
static size_t merge(struct ike *ike, struct config *now, struct config *next,
		    struct change *changes)
{
	struct connection_config *rest = now->connections, *each, *following;
	struct connection_config **end_of_list = &now->connections;
	size_t n = 0;

	now->connections = NULL;
	for (each = next->connections; each; each = following) {
		struct connection_config *old = take(&rest, each->name);

		following = each->next;
		if (old && config_connection_same(old, each)) {
			config_free_connection(each);
			each = old;
		} else {
			if (old)
				replace(ike, now, old, each);
			changes[n++].connection = each;
		}
		each->next = NULL;
		*end_of_list = each;
		end_of_list = &each->next;
	}
	next->connections = NULL;
	for (each = rest; each; each = following) {
		following = each->next;
		remove_old(ike, now, each);
	}
	return n;
}

static size_t count(const struct config *config)
{
	const struct connection_config *connection = config->connections;
	size_t n = 0;

	for (; connection; connection = connection->next)
		n++;
	return n;
}

bool config_apply(struct ike *ike, struct config *now, struct config *next,
		  char *error, size_t error_size)
{
	struct change *changes = calloc(count(next) + 1, sizeof(*changes));
	struct secret_config *secrets = now->secrets;
	size_t n;

	if (!changes) {
		snprintf(error, error_size, "out of memory");
		return false;
	}
	if (!set_changed(ike, now, next, error, error_size)) {
		free(changes);
		return false;
	}
	if (!xfrm_interfaces_make(ike, next, error, error_size)) {
		set_back(ike, now, next, NULL);
		free(changes);
		return false;
	}
	n = merge(ike, now, next, changes);
	now->secrets = next->secrets;
	now->control = next->control;
	next->secrets = secrets;
	config_free(next);
	for (size_t i = 0; i < n; i++)
		start_actions_run(ike, changes[i].connection);
	free(changes);
	return true;
}

static bool has_child(const struct connection_config *connection,
		      const struct child_config *child)
{
	return child >= connection->children &&
	       child < connection->children + connection->n_children;
}

static bool needs(const struct ike_sa *sa,
		  const struct connection_config *connection)
{
	if (sa->connection == connection ||
	    (sa->task && has_child(connection, sa->task->config)))
		return true;
	for (const struct task *task = sa->tasks; task; task = task->next)
		if (has_child(connection, task->config))
			return true;
	for (const struct child_sa *child = sa->children; child;
	     child = child->next)
		if (has_child(connection, child->config))
			return true;
	return false;
}

static bool is_needed(const struct ike *ike,
		      const struct connection_config *connection)
{
	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next)
		if (needs(sa, connection))
			return true;
	for (const struct ike_sa *sa = ike->gone; sa; sa = sa->next)
		if (needs(sa, connection))
			return true;
	return false;
}

void config_release(struct ike *ike, struct config *config)
{
	struct connection_config **place = &config->retired;
	bool any = false;

	while (*place) {
		struct connection_config *connection = *place;

		if (is_needed(ike, connection)) {
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
