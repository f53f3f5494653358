// SPDX-License-Identifier: GPL-2.0
#include "helper/status.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "config/remote_name.h"
#include "ike/child_sa.h"
#include "ike/create_child.h"
#include "tunnel/attempt.h"
#include "tunnel/trap.h"
#include "wire/transform.h"

/* Seconds until a timer expires, negative: it is stopped. */
static int64_t seconds_to(const struct timer *timer, int64_t now)
{
	if (!timer->due)
		return -1;
	return timer->due > now ? (timer->due - now) / SECOND : 0;
}

/* Return: "" where the address of the peer is none that a name was resolved to. */
static const char *name_of_remote(const struct ike_sa *sa)
{
	const struct remote_name *name;
	struct remote_position place;

	if (!sa->connection ||
	    !remote_address_find(sa->connection, &sa->path.remote, &place))
		return "";
	name = remote_name_at(sa->connection, place.entry);
	return name ? name->text : "";
}

static void describe(const struct ike_sa *sa, struct status_ike_sa *told)
{
	int64_t now = clock_now();

	snprintf(told->remote_name, sizeof(told->remote_name), "%s",
		 name_of_remote(sa));
	endpoint_print(&sa->path.local, told->local, sizeof(told->local));
	endpoint_print(&sa->path.remote, told->remote, sizeof(told->remote));
	told->nat_here = sa->nat.here;
	told->nat_there = sa->nat.there;
	told->times = (struct status_times){
		.age = sa->established ? (now - sa->established) / SECOND : -1,
		.rekey = seconds_to(&sa->rekey_timer, now),
		.end = seconds_to(&sa->life_timer, now),
	};
}

static bool is_key_exchange(const struct transform *transform)
{
	return transform_type_is_ke(transform->type) &&
	       transform->id != KE_NONE;
}

static void describe_child(const struct child_sa *child,
			   struct status_child_sa *told)
{
	const struct proposal *proposal = &child->choice.proposal;

	*told = (struct status_child_sa){ .spi_in = child->spi_in };
	snprintf(told->name, sizeof(told->name), "%s", child->config->name);
	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (is_key_exchange(&proposal->transforms[i]) &&
		    told->n_methods < STATUS_METHODS_MAX)
			told->methods[told->n_methods++] =
				proposal->transforms[i].id;
}

void status_tell_ike_sa(const struct ike *ike, uint32_t id,
			void (*tell)(const char *line, void *arg), void *arg)
{
	const struct ike_sa *sa = ike_sa_by_id(ike, id);
	const struct child_sa *child;
	struct status_ike_sa told_ike;
	struct status_child_sa told;
	char line[STATUS_LINE_SIZE];

	if (!sa)
		return;
	describe(sa, &told_ike);
	status_ike_sa_print(&told_ike, line, sizeof(line));
	tell(line, arg);
	for (child = sa->children; child; child = child->next) {
		if (child->state == CHILD_CREATING)
			continue;
		describe_child(child, &told);
		status_child_sa_print(&told, line, sizeof(line));
		tell(line, arg);
	}
}

bool child_is_up(const struct ike *ike,
		 const struct connection_config *connection,
		 const struct child_config *child)
{
	const struct ike_sa *sa = NULL;

	while ((sa = ike_sa_of(ike, connection, sa)))
		if (child_sa_find_config(sa, child))
			return true;
	return false;
}

/* Its turn after the start of the helper, or a reload, is still to come. */
static bool is_to_start(const struct child_config *child)
{
	return child->starting.linked && (child->start_action & ACTION_START);
}

static enum status_state find_state(const struct ike *ike,
				    const struct connection_config *connection,
				    const struct child_config *child)
{
	enum status_state state = trap_is_set(ike, child) ? STATUS_TRAP : STATUS_DOWN;
	const struct ike_sa *sa = NULL;

	if (attempt_wants(ike, connection, child) || is_to_start(child))
		state = STATUS_CONNECTING;
	while ((sa = ike_sa_of(ike, connection, sa))) {
		if (child_sa_find_config(sa, child))
			return STATUS_UP;
		if (create_child_pending(sa, child))
			state = STATUS_CONNECTING;
	}
	return state;
}

void status_tell_children(const struct ike *ike,
			  const struct connection_config *connection,
			  void (*tell)(const char *line, void *arg), void *arg)
{
	for (size_t i = 0; i < connection->n_children; i++) {
		const struct child_config *child = &connection->children[i];
		struct status_configured told = {
			.state = find_state(ike, connection, child),
		};
		char line[STATUS_LINE_SIZE];

		snprintf(told.name, sizeof(told.name), "%s", child->name);
		status_configured_print(&told, line, sizeof(line));
		tell(line, arg);
	}
}
