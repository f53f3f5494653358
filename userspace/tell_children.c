// SPDX-License-Identifier: GPL-2.0
#include "tell_children.h"

#include <stdio.h>

#include "child_sa.h"
#include "connection.h"
#include "create_child.h"
#include "keying.h"
#include "trap.h"

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

static enum told_state find_state(const struct ike *ike,
				  const struct connection_config *connection,
				  const struct child_config *child)
{
	enum told_state state = trap_is_set(ike, child) ? TOLD_TRAP : TOLD_DOWN;
	const struct ike_sa *sa = NULL;

	if (keying_wants(ike, connection, child) || is_to_start(child))
		state = TOLD_CONNECTING;
	while ((sa = ike_sa_of(ike, connection, sa))) {
		if (child_sa_find_config(sa, child))
			return TOLD_UP;
		if (create_child_pending(sa, child))
			state = TOLD_CONNECTING;
	}
	return state;
}

void tell_children(const struct ike *ike,
		   const struct connection_config *connection,
		   void (*tell)(const char *line, void *arg), void *arg)
{
	for (size_t i = 0; i < connection->n_children; i++) {
		const struct child_config *child = &connection->children[i];
		struct told_configured told = {
			.state = find_state(ike, connection, child),
		};
		char line[TOLD_LINE_SIZE];

		snprintf(told.name, sizeof(told.name), "%s", child->name);
		told_configured_print(&told, line, sizeof(line));
		tell(line, arg);
	}
}
