// SPDX-License-Identifier: GPL-2.0
#include "config_warn.h"

#include <inttypes.h>
#include <stdio.h>

/* Which key of a child wants the tunnel to be up; NULL: none. */
static const char *wants_up(const struct child_config *child)
{
	if (child->start_action == ACTION_START)
		return "start_action = start";
	if (child->dpd_action == ACTION_START)
		return "dpd_action = restart";
	if (child->close_action == ACTION_START)
		return "close_action = start";
	return NULL;
}

/* How long a peer may be silent before a request of this side is given up. */
static uint64_t patience(const struct retransmission *how)
{
	double interval = how->timeout, sum = interval;

	for (unsigned int i = 0; i < how->tries; i++) {
		interval = interval * how->base / 1000;
		sum += interval;
	}
	return sum < 1e12 ? (uint64_t)sum / 1000 : UINT64_C(1000000000);
}

static void warn_of_tries(const struct connection_config *connection,
			  void (*note)(const char *line, void *arg), void *arg)
{
	char line[CONFIG_WARNING_MAX];

	for (size_t i = 0; i < connection->n_children; i++) {
		const struct child_config *child = &connection->children[i];
		const char *key = wants_up(child);
		uint64_t seconds = patience(&connection->retransmission);

		if (!key || !connection->n_remote_addrs ||
		    !connection->keyingtries)
			continue;
		snprintf(line, sizeof(line),
			 "connections.%s: keyingtries = %u beside %s of child %s: "
			 "where the peer is silent for %" PRIu64 " s, this side gives up "
			 "for good: expected keyingtries = 0",
			 connection->name, connection->keyingtries, key,
			 child->name,
			 connection->keyingtries * seconds);
		note(line, arg);
		return;
	}
}

void config_warn(const struct config *config,
		 void (*note)(const char *line, void *arg), void *arg)
{
	const struct connection_config *connection = config->connections;

	for (; connection; connection = connection->next)
		warn_of_tries(connection, note, arg);
}
