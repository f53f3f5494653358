// SPDX-License-Identifier: GPL-2.0
#include "config_slips.h"

#include <inttypes.h>

/* What is looked at: one connection, or one child of it. */
struct place {
	const struct config_reader *reader;
	const struct conf_node *node; /* its section */
};

/* The node of a key, which is there; else that of its section. */
static const struct conf_node *key_of(const struct conf_node *section,
				      const char *key)
{
	const struct conf_node *node = conf_child(section, key);

	return node ? node : section;
}

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

static void look_at_tries(const struct place *place,
			  const struct connection_config *connection)
{
	uint64_t seconds = patience(&connection->retransmission);

	if (!connection->n_remote_addrs || !connection->keyingtries)
		return;
	for (size_t i = 0; i < connection->n_children; i++) {
		const char *key = wants_up(&connection->children[i]);

		if (!key)
			continue;
		config_warn(place->reader, key_of(place->node, "keyingtries"),
			    "keyingtries = %u beside %s of child %s: where the peer "
			    "is silent for %" PRIu64 " s, this side gives up for "
			    "good: expected keyingtries = 0",
			    connection->keyingtries, key,
			    connection->children[i].name,
			    connection->keyingtries * seconds);
		return;
	}
}

static void look_at_connection(const struct place *place,
			       const struct connection_config *connection)
{
	look_at_tries(place, connection);
}

void config_look_for_slips(const struct config_reader *reader,
			   const struct conf_node *connections,
			   const struct config *config)
{
	const struct connection_config *connection = config->connections;
	struct place place = { reader, connections->children };

	for (; connection; connection = connection->next,
			   place.node = place.node->next)
		look_at_connection(&place, connection);
}
