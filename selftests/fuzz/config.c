// SPDX-License-Identifier: GPL-2.0
/*
 * A configuration file: read, or refused in one line that names it.  What was
 * read holds what config.h promises.
 */
#include "config/config.h"

#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config/config_read.h"
#include "draw.h"
#include "steps.h"

/* Basic blocks to read a file: a hundred for each key that it may stand for. */
#define STEPS_FILE	100000000UL

static void require_connection(const struct connection_config *connection)
{
	char text[PREFIX_TEXT_SIZE];
	char id[IDENTITY_TEXT_SIZE];

	require(connection->name[0]);
	require(memchr(connection->name, 0, sizeof(connection->name)));
	require(memchr(connection->psk, 0, sizeof(connection->psk)));
	require(connection->n_proposals && connection->n_children);
	identity_print(&connection->local_id, id, sizeof(id));
	identity_print(&connection->remote_id, id, sizeof(id));
	for (size_t i = 0; i < connection->n_proposals; i++) {
		require(connection->proposals[i].protocol == PROTOCOL_IKE);
		require(!connection->require_pq ||
			proposal_has_ml_kem(&connection->proposals[i]));
	}
	for (size_t i = 0; i < connection->n_children; i++) {
		const struct child_config *child = &connection->children[i];

		require(child->n_esp_proposals);
		for (size_t j = 0; j < child->n_local_ts; j++)
			prefix_print(&child->local_ts[j], text, sizeof(text));
		for (size_t j = 0; j < child->n_remote_ts; j++)
			prefix_print(&child->remote_ts[j], text, sizeof(text));
	}
}

static void require_quota(const struct config *config, size_t n_connections)
{
	static const struct quota none;

	require(!config->quota.connections ||
		config->quota.connections >= n_connections);
	if (config->quota_place)
		require(strstr(config->quota_place, ": quota"));
	else
		require(!memcmp(&config->quota, &none, sizeof(none)));
}

static void require_valid(const struct config *config)
{
	const struct connection_config *connection;
	const struct secret_config *secret;
	size_t n_connections = 0;

	for (connection = config->connections; connection;
	     connection = connection->next, n_connections++)
		require_connection(connection);
	require_quota(config, n_connections);
	for (secret = config->secrets; secret; secret = secret->next)
		require(!strncmp(secret->description, "pqike:", 6));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct config *config;
	char error[512] = "";
	char path[64];

	if (fd < 0)
		fd = memfd_create("config", MFD_CLOEXEC);
	require(fd >= 0 && !ftruncate(fd, 0));
	require(pwrite(fd, data, size, 0) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	steps_begin_other(STEPS_FILE);
	config = config_read(path, error, sizeof(error));
	steps_end();
	if (config)
		require_valid(config);
	else /* or the file that it includes */
		require(error[0] == '/' && strchr(error, ':'));
	config_free(config);
	return 0;
}
