/* SPDX-License-Identifier: GPL-2.0 */
/* The connections of a configuration by name, for work on very many of them. */
#ifndef PQIKE_CONFIG_INDEX_H
#define PQIKE_CONFIG_INDEX_H

#include "config/config.h"

/* Zeroed: an index of nothing. */
struct config_index {
	struct connection_config **list; /* array of n, by name */
	size_t n;
};

/**
 * config_index_make() - sort the connections of a configuration
 * @config: whose list of connections stays as it is while the index is used;
 *	NULL: one without connections
 *
 * Return: false without memory.  To be freed with config_index_free().
 */
bool config_index_make(struct config_index *index, const struct config *config);

void config_index_free(struct config_index *index);

/* Return: NULL where there is no such connection. */
struct connection_config *config_index_find(const struct config_index *index,
					    const char *name);

#endif
