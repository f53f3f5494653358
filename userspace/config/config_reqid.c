// SPDX-License-Identifier: GPL-2.0
#include "config/config_reqid.h"

#include <string.h>

#include "base/number_set.h"
#include "config/config_index.h"

/* What numbers are there, and whose they were. */
struct reqids {
	struct number_set said; /* by the configuration */
	struct number_set before; /* of all children of the one before */
	struct config_index old;
	uint32_t last; /* that was given */
};

static bool note_before(struct reqids *reqids, const struct config *before)
{
	const struct connection_config *connection;

	for (connection = before ? before->connections : NULL; connection;
	     connection = connection->next) {
		for (size_t i = 0; i < connection->n_children; i++) {
			uint32_t reqid = connection->children[i].reqid;

			if (!number_set_add(&reqids->before, reqid))
				return false;
			if (reqid > reqids->last)
				reqids->last = reqid;
		}
	}
	return config_index_make(&reqids->old, before);
}

static bool note_said(struct reqids *reqids, const struct config *config)
{
	const struct connection_config *connection;

	for (connection = config->connections; connection;
	     connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++)
			if (connection->children[i].reqid_said &&
			    !number_set_add(&reqids->said,
					    connection->children[i].reqid))
				return false;
	return true;
}

static const struct child_config *
find_child(const struct connection_config *connection, const char *name)
{
	for (size_t i = 0; connection && i < connection->n_children; i++)
		if (!strcmp(connection->children[i].name, name))
			return &connection->children[i];
	return NULL;
}

static uint32_t next_free(struct reqids *reqids)
{
	do {
		reqids->last++; /* past the last one come the first */
	} while (!reqids->last || number_set_has(&reqids->said, reqids->last) ||
		 number_set_has(&reqids->before, reqids->last));
	return reqids->last;
}

static void give(struct reqids *reqids, struct connection_config *connection)
{
	const struct connection_config *old_connection =
		config_index_find(&reqids->old, connection->name);

	for (size_t i = 0; i < connection->n_children; i++) {
		struct child_config *child = &connection->children[i];
		const struct child_config *old = find_child(old_connection,
							    child->name);

		if (child->reqid_said)
			continue;
		child->reqid = old && !old->reqid_said &&
			       !number_set_has(&reqids->said, old->reqid) ?
			       old->reqid : next_free(reqids);
	}
}

bool config_give_reqids(struct config *config, const struct config *before)
{
	struct reqids reqids = { 0 };
	struct connection_config *connection = config->connections;
	bool ok = note_before(&reqids, before) && note_said(&reqids, config);

	for (; ok && connection; connection = connection->next)
		give(&reqids, connection);
	config_index_free(&reqids.old);
	number_set_clear(&reqids.before);
	number_set_clear(&reqids.said);
	return ok;
}
