// SPDX-License-Identifier: GPL-2.0
#include "config/connection.h"

#include <string.h>

#include "config/remote_name.h"

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
	RANK_NAME = RANK_NETWORK + 128 + 1,
	RANK_ADDRESS = RANK_NAME + 1,
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

/* Return: the first place at which @connection has an address, NULL: it has not. */
static const struct remote_place *
place_of(const struct connection_config *connection,
	 const struct sockaddr_storage *address)
{
	for (size_t i = 0; i < connection->n_remote_addrs; i++)
		if (endpoint_same_address(&connection->remote_addrs[i], address))
			return &connection->by_remote[i];
	return NULL;
}

/* A name may have another address by now than when it was resolved. */
static bool takes_any(const struct connection_config *connection)
{
	return connection->remote_any || connection->n_remote_names ||
	       (!connection->n_remote_addrs && !connection->n_remote_networks);
}

static unsigned int rank_of(const struct connection_config *connection,
			    const struct path *path)
{
	struct remote_position position;
	unsigned int rank;

	if (!is_local(connection, &path->local))
		return RANK_NONE;
	if (place_of(connection, &path->remote))
		return RANK_ADDRESS;
	if (remote_address_find(connection, &path->remote, &position))
		return RANK_NAME;
	rank = rank_of_networks(connection, &path->remote);
	return !rank && takes_any(connection) ? RANK_ANY : rank;
}

static void index_one(struct config *config, struct connection_config *connection)
{
	index_put_last(&config->by_name, &connection->by_name,
		       hash_text(connection->name, 0));
	for (size_t i = 0; i < connection->n_remote_addrs; i++) {
		struct remote_place *place = &connection->by_remote[i];

		if (remote_name_at(connection, i))
			continue;
		place->connection = connection;
		index_put_last(&config->by_remote, &place->link,
			       endpoint_hash_address(&connection->remote_addrs[i]));
	}
	if (connection->n_remote_networks || takes_any(connection))
		index_row_put_last(&config->elsewhere, &connection->elsewhere);
}

void connections_index(struct config *config)
{
	struct connection_config *connection = config->connections;

	config_unindex(config);
	for (; connection; connection = connection->next)
		index_one(config, connection);
}

/* Return: the next one that names the peer's address. */
static const struct connection_config *
next_at_address(const struct config *config, const struct path *path,
		const struct connection_config *after)
{
	const struct index_link *link =
		after ? place_of(after, &path->remote)->link.next :
			index_first(&config->by_remote,
				    endpoint_hash_address(&path->remote));

	for (; link; link = link->next) {
		const struct remote_place *place =
			index_owner(link, struct remote_place, link);

		/* An address that stands there twice is met once. */
		if (place == place_of(place->connection, &path->remote) &&
		    is_local(place->connection, &path->local))
			return place->connection;
	}
	return NULL;
}

static const struct connection_config *elsewhere(const struct index_link *link)
{
	return index_owner(link, struct connection_config, elsewhere);
}

/* Return: the first of the best of those that rank below @rank. */
static const struct connection_config *
best_below(const struct config *config, const struct path *path,
	   unsigned int rank)
{
	const struct index_link *link = config->elsewhere.first;
	const struct connection_config *best = NULL;
	unsigned int best_rank = RANK_NONE;

	for (; link; link = link->next) {
		unsigned int its = rank_of(elsewhere(link), path);

		if (its < rank && its > best_rank) {
			best = elsewhere(link);
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
	const struct connection_config *next;
	const struct index_link *link;

	if (rank >= RANK_ADDRESS) {
		next = next_at_address(config, path, after);
		return next ? next : best_below(config, path, RANK_ADDRESS);
	}
	link = after->elsewhere.next;
	while (link && rank_of(elsewhere(link), path) != rank)
		link = link->next;
	return link ? elsewhere(link) : best_below(config, path, rank);
}

const struct connection_config *connection_find(const struct config *config,
						const char *name)
{
	const struct index_link *link = index_first(&config->by_name,
						    hash_text(name, 0));

	for (; link; link = link->next) {
		const struct connection_config *connection =
			index_owner(link, struct connection_config, by_name);

		if (!strcmp(connection->name, name))
			return connection;
	}
	return NULL;
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
