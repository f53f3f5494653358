// SPDX-License-Identifier: GPL-2.0
#include "start_action.h"

#include "keying.h"
#include "operate.h"
#include "trap.h"

void start_actions_run(struct ike *ike,
		       const struct connection_config *connection)
{
	for (size_t i = 0; i < connection->n_children; i++) {
		const struct child_config *child = &connection->children[i];

		if (child->start_action & ACTION_TRAP)
			trap_set(ike, connection, child);
		if (child->start_action & ACTION_START)
			operate_start(ike, connection, child);
	}
}

void start_actions_undo(struct ike *ike,
			const struct connection_config *connection)
{
	keying_forget(ike, connection);
	traps_adopt(ike, connection, NULL);
}
