// SPDX-License-Identifier: GPL-2.0
#include "tunnel/child_action.h"

#include "base/clock.h"
#include "config/connection.h"
#include "ike/child_sa.h"
#include "ike/create_child.h"
#include "tunnel/attempt.h"
#include "tunnel/trap.h"
#include "tunnel/up_down.h"

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

/* Return: what @config is called for now, NULL: it is not configured any more. */
static const struct child_config *
configured_now(const struct ike *ike, const struct child_config *config)
{
	const struct connection_config *connection =
		connection_find(ike->config, config->connection->name);

	if (!connection || !connection_is(connection, config->connection))
		return NULL;
	return connection_child(connection, config->name);
}

void child_action_run(struct ike *ike, const struct child_config *config,
		      enum child_loss loss, int64_t up)
{
	const struct child_config *now = configured_now(ike, config);
	enum child_action action;

	if (ike->stopping || !now)
		return;
	if (now->connection->n_remote_addrs)
		attempt_lost(ike, now, up);
	action = action_on(loss, now);
	if (action & ACTION_TRAP)
		trap_set(ike, now->connection, now);
	if ((action & ACTION_START) && !attempt_hold_back(ike, now, NULL))
		tunnel_start(ike, now->connection, now);
}

/* In milliseconds; what is still being made was not up. */
static int64_t time_up(const struct ike_sa *sa, const struct child_config *config)
{
	const struct child_sa *child = child_sa_find_config(sa, config);

	return child ? clock_now() - child->up_since : 0;
}

void child_actions_run(struct ike *ike, struct ike_sa *sa, enum child_loss loss)
{
	const struct connection_config *connection = sa->connection;

	for (size_t i = 0; connection && i < connection->n_children; i++) {
		const struct child_config *config = &connection->children[i];

		if (create_child_wanted(sa, config))
			child_action_run(ike, config, loss, time_up(sa, config));
	}
}
