// SPDX-License-Identifier: GPL-2.0
#include "config_reqid.h"

#include <string.h>

#include "connection.h"

static bool is_used(const struct config *config, uint32_t reqid, bool said_only)
{
	const struct connection_config *connection;

	for (connection = config ? config->connections : NULL; connection;
	     connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++)
			if (connection->children[i].reqid == reqid &&
			    (!said_only || connection->children[i].reqid_said))
				return true;
	return false;
}

static uint32_t highest(const struct config *config)
{
	const struct connection_config *connection;
	uint32_t reqid = 0;

	for (connection = config ? config->connections : NULL; connection;
	     connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++)
			if (connection->children[i].reqid > reqid)
				reqid = connection->children[i].reqid;
	return reqid;
}

static const struct child_config *find(const struct config *config,
				       const char *connection_name,
				       const char *name)
{
	const struct connection_config *connection =
		config ? connection_find(config, connection_name) : NULL;

	for (size_t i = 0; connection && i < connection->n_children; i++)
		if (!strcmp(connection->children[i].name, name))
			return &connection->children[i];
	return NULL;
}

void config_give_reqids(struct config *config, const struct config *before)
{
	struct connection_config *connection = config->connections;
	uint32_t next = highest(before);

	for (; connection; connection = connection->next) {
		for (size_t i = 0; i < connection->n_children; i++) {
			struct child_config *child = &connection->children[i];
			const struct child_config *old =
				find(before, connection->name, child->name);

			if (child->reqid_said)
				continue;
			if (old && !old->reqid_said &&
			    !is_used(config, old->reqid, true)) {
				child->reqid = old->reqid;
				continue;
			}
			do {
				next++; /* past the last one come the first */
			} while (!next || is_used(config, next, true) ||
				 is_used(before, next, false));
			child->reqid = next;
		}
	}
}
