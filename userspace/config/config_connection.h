/* SPDX-License-Identifier: GPL-2.0 */
/* The section of one connection, connections.NAME. */
#ifndef PQIKE_CONFIG_CONNECTION_H
#define PQIKE_CONFIG_CONNECTION_H

#include "config/config.h"
#include "config/config_reader.h"

/**
 * config_read_connection() - read and check the section of one connection
 * @node: the section
 * @connection: zeroed; receives all but its secrets and the reqids that the
 *	file does not say.  Freed with config_free_connection() even when this
 *	fails.
 */
bool config_read_connection(struct config_reader *reader,
			    const struct conf_node *node,
			    struct connection_config *connection);

/* The keys of a connection, array of @n. */
const struct config_key *config_connection_keys(size_t *n);

#endif
