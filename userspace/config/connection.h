/* SPDX-License-Identifier: GPL-2.0 */
/* Which connection of the configuration a peer may be speaking for. */
#ifndef PQIKE_CONNECTION_H
#define PQIKE_CONNECTION_H

#include "config/config.h"
#include "wire/path.h"

/**
 * connections_index() - have the connections of a configuration be found
 * @config: whose list of connections, and their names and addresses, stay as they
 *	are from now on, or until this is called again
 */
void connections_index(struct config *config);

/**
 * connection_next() - the connections that fit a path, best first
 * @after: the one that was tried last, NULL at the beginning
 *
 * Those that name the peer's address come first, a name's addresses being what it
 * was last resolved to, then those with a network that holds it, of which the
 * longest prefix goes before, then those that take any or have a name of another
 * address; of those that fit alike, the order of the file counts.
 *
 * Going through all of them looks once at each that names the address, and at each
 * that has networks or names, or takes any, once for each length of prefix among
 * those that fit, at most 131 times.
 *
 * Return: NULL where there are no more.
 */
const struct connection_config *
connection_next(const struct config *config, const struct path *path,
		const struct connection_config *after);

/* Return: NULL where there is no such connection. */
const struct connection_config *connection_find(const struct config *config,
						const char *name);

/* Return: the child of that name, NULL where there is none. */
const struct child_config *
connection_child(const struct connection_config *connection, const char *name);

/*
 * Return: whether both are the same one, of configurations that may differ: they
 * have one name and are between the same two identities.  Either may be NULL.
 */
bool connection_is(const struct connection_config *a,
		   const struct connection_config *b);

/* Return: whether both are the child of one name of the same connection. */
bool child_is(const struct child_config *a, const struct child_config *b);

/* Return: the same for connections between the same two identities. */
uint32_t connection_hash_identities(const struct connection_config *connection);

/* Return: whether both are between the same two identities. */
bool connection_same_identities(const struct connection_config *a,
				const struct connection_config *b);

#endif
