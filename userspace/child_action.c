// SPDX-License-Identifier: GPL-2.0
#include "child_action.h"

#include "create_child.h"
#include "operate.h"
#include "trap.h"

void child_action_run(struct ike *ike, struct ike_sa *sa,
		      const struct child_config *config,
		      enum child_action action)
{
	if (ike->stopping || !sa->connection)
		return;
	switch (action) {
	case ACTION_NONE:
		break;
	case ACTION_TRAP:
		trap_set(ike, sa->connection, config);
		break;
	case ACTION_START:
		operate_start(ike, sa->connection, config);
		break;
	}
}

static enum child_action action_on(enum child_loss loss,
				   const struct child_config *config)
{
	switch (loss) {
	case ON_DEATH:
		return config->dpd_action;
	case ON_CLOSE:
		return config->close_action;
	case ON_EXPIRY:
		break;
	}
	return ACTION_START;
}

void child_actions_run(struct ike *ike, struct ike_sa *sa, enum child_loss loss)
{
	const struct connection_config *connection = sa->connection;

	for (size_t i = 0; connection && i < connection->n_children; i++) {
		const struct child_config *config = &connection->children[i];

		if (create_child_wanted(sa, config))
			child_action_run(ike, sa, config,
					 action_on(loss, config));
	}
}
