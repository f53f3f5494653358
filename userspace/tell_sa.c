// SPDX-License-Identifier: GPL-2.0
#include "tell_sa.h"

#include <stdio.h>
#include <string.h>

#include "child_sa.h"
#include "clock.h"
#include "remote_name.h"
#include "transform.h"

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

static void describe(const struct ike_sa *sa, struct told_ike_sa *told)
{
	int64_t now = clock_now();

	snprintf(told->remote_name, sizeof(told->remote_name), "%s",
		 name_of_remote(sa));
	endpoint_print(&sa->path.local, told->local, sizeof(told->local));
	endpoint_print(&sa->path.remote, told->remote, sizeof(told->remote));
	told->nat_here = sa->nat.here;
	told->nat_there = sa->nat.there;
	told->times = (struct told_times){
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
			   struct told_child_sa *told)
{
	const struct proposal *proposal = &child->choice.proposal;

	*told = (struct told_child_sa){ .spi_in = child->spi_in };
	snprintf(told->name, sizeof(told->name), "%s", child->config->name);
	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (is_key_exchange(&proposal->transforms[i]) &&
		    told->n_methods < TOLD_METHODS_MAX)
			told->methods[told->n_methods++] =
				proposal->transforms[i].id;
}

void tell_sa(const struct ike *ike, uint32_t id,
	     void (*tell)(const char *line, void *arg), void *arg)
{
	const struct ike_sa *sa = ike_sa_by_id(ike, id);
	const struct child_sa *child;
	struct told_ike_sa told_ike;
	struct told_child_sa told;
	char line[TOLD_LINE_SIZE];

	if (!sa)
		return;
	describe(sa, &told_ike);
	told_ike_sa_print(&told_ike, line, sizeof(line));
	tell(line, arg);
	for (child = sa->children; child; child = child->next) {
		if (child->state == CHILD_CREATING)
			continue;
		describe_child(child, &told);
		told_child_sa_print(&told, line, sizeof(line));
		tell(line, arg);
	}
}
