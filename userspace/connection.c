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

/* How well a connection fits: one that fits better has a higher rank. */
enum rank {
	RANK_NONE = 0,
	RANK_ANY = 1,
	RANK_NETWORK = 2, /* and the length of its prefix */
	RANK_ADDRESS = RANK_NETWORK + 128 + 1,
	RANK_ABOVE_ALL = RANK_ADDRESS + 1,
};

static unsigned int rank_of_networks(const struct connection_config *connection,
				     const struct sockaddr_storage *remote)
{
	unsigned int best = RANK_NONE;

	for (size_t i = 0; i < connection->n_remote_networks; i++) {
		const struct prefix *network = &connection->remote_networks[i];
		unsigned int rank = RANK_NETWORK + (unsigned int)network->length;

		if (rank > best && prefix_holds_address(network, remote))
			best = rank;
	}
	return best;
}

static unsigned int rank_of(const struct connection_config *connection,
			    const struct path *path)
{
	if (!is_local(connection, &path->local))
		return RANK_NONE;
	if (!connection->n_remote_addrs && !connection->n_remote_networks)
		return RANK_ANY;
	for (size_t i = 0; i < connection->n_remote_addrs; i++)
		if (endpoint_same_address(&connection->remote_addrs[i],
					  &path->remote))
			return RANK_ADDRESS;
	return rank_of_networks(connection, &path->remote);
}

/* Return: the first of the best of those that rank below @rank. */
static const struct connection_config *
best_below(const struct connection_config *connection, const struct path *path,
	   unsigned int rank)
{
	const struct connection_config *best = NULL;
	unsigned int best_rank = RANK_NONE;

	for (; connection; connection = connection->next) {
		unsigned int its = rank_of(connection, path);

		if (its < rank && its > best_rank) {
			best = connection;
			best_rank = its;
		}
	}
	return best;
}

const struct connection_config *
connection_next(const struct config *config, const struct path *path,
		const struct connection_config *after)
{
	unsigned int rank = after ? rank_of(after, path) : RANK_ABOVE_ALL;
	const struct connection_config *next = after ? after->next : NULL;

	while (next && rank_of(next, path) != rank)
		next = next->next;
	return next ? next : best_below(config->connections, path, rank);
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

uint32_t connection_hash_identities(const struct connection_config *connection)
{
	return identity_hash(&connection->remote_id,
			     identity_hash(&connection->local_id, 0));
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
