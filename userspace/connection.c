// SPDX-License-Identifier: GPL-2.0
#include "connection.h"

#include <string.h>

static bool is_local(const struct connection_config *connection,
		     const struct sockaddr_storage *address)
{
	for (size_t i = 0; i < connection->n_local_addrs; i++)
		if (endpoint_same_address(&connection->local_addrs[i], address))
			return true;
	return !connection->n_local_addrs;
}

static bool fits(const struct connection_config *connection,
		 const struct path *path, bool any_remote)
{
	if (!is_local(connection, &path->local))
		return false;
	if (!connection->n_remote_addrs)
		return any_remote;
	for (size_t i = 0; i < connection->n_remote_addrs && !any_remote; i++)
		if (endpoint_same_address(&connection->remote_addrs[i],
					  &path->remote))
			return true;
	return false;
}

static const struct connection_config *
first_fit(const struct connection_config *from, const struct path *path,
	  bool any_remote)
{
	while (from && !fits(from, path, any_remote))
		from = from->next;
	return from;
}

const struct connection_config *
connection_next(const struct config *config, const struct path *path,
		const struct connection_config *after)
{
	const struct connection_config *next;

	if (after && !after->n_remote_addrs)
		return first_fit(after->next, path, true);
	next = first_fit(after ? after->next : config->connections, path, false);
	return next ? next : first_fit(config->connections, path, true);
}

const struct connection_config *connection_find(const struct config *config,
						const char *name)
{
	const struct connection_config *connection = config->connections;

	while (connection && strcmp(connection->name, name) != 0)
		connection = connection->next;
	return connection;
}

bool connection_same_identities(const struct connection_config *a,
				const struct connection_config *b)
{
	return identity_equal(&a->local_id, &b->local_id) &&
	       identity_equal(&a->remote_id, &b->remote_id);
}

const struct child_config *
connection_child(const struct connection_config *connection, const char *name)
{
	for (size_t i = 0; i < connection->n_children; i++)
		if (!strcmp(connection->children[i].name, name))
			return &connection->children[i];
	return NULL;
}

bool connection_is(const struct connection_config *a,
		   const struct connection_config *b)
{
	return a == b || (a && b && !strcmp(a->name, b->name) &&
			  connection_same_identities(a, b));
}

bool child_is(const struct child_config *a, const struct child_config *b)
{
	return a == b || (a && b && !strcmp(a->name, b->name) &&
			  connection_is(a->connection, b->connection));
}
