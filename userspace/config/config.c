// SPDX-License-Identifier: GPL-2.0
#include "config/config.h"

#include <stdlib.h>

bool config_has_local(const struct connection_config *connection,
		      sa_family_t family)
{
	for (size_t i = 0; i < connection->n_local_addrs; i++)
		if (connection->local_addrs[i].ss_family == family)
			return true;
	return !connection->n_local_addrs;
}

void config_free_connection(struct connection_config *connection)
{
	for (size_t i = 0; i < connection->n_children; i++)
		free(connection->children[i].esp_proposals);
	free(connection->children);
	free(connection->remote_names);
	free(connection->proposals);
	free(connection);
}

static void free_connections(struct connection_config *connection)
{
	struct connection_config *next;

	for (; connection; connection = next) {
		next = connection->next;
		config_free_connection(connection);
	}
}

static void free_secret(struct secret_config *secret)
{
	free(secret->place);
	free(secret->file);
	free(secret);
}

void config_unindex(struct config *config)
{
	index_clear(&config->by_name);
	index_clear(&config->by_remote);
	config->elsewhere = (struct index_row){ 0 };
}

void config_free(struct config *config)
{
	struct secret_config *secret, *next_secret;

	if (!config)
		return;
	free_connections(config->connections);
	free_connections(config->retired);
	for (secret = config->secrets; secret; secret = next_secret) {
		next_secret = secret->next;
		free_secret(secret);
	}
	config_unindex(config);
	free(config->quota_place);
	free(config);
}
