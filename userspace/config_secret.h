/* SPDX-License-Identifier: GPL-2.0 */
/* The sections secrets.ike*, and which connection each belongs to. */
#ifndef PQIKE_CONFIG_SECRET_H
#define PQIKE_CONFIG_SECRET_H

#include "config.h"
#include "config_reader.h"

/* A section secrets.ike*, with the identities it names. */
struct secret_section {
	struct secret_config *secret;
	struct identity *ids; /* array of n_ids */
	size_t n_ids;
};

/**
 * config_read_secret() - read and check one section secrets.ike*
 * @node: the section
 * @section: zeroed, but for its zeroed secret.  Freed by the caller with
 *	config_free_secret() and free() of the ids even when this fails.
 */
bool config_read_secret(struct config_reader *reader,
			const struct conf_node *node,
			struct secret_section *section);

/**
 * config_bind_secret() - find the pre-shared key of a connection
 * @node: the connection's section
 * @connection: receives the description of its logon key
 * @sections: array of @n_sections
 *
 * A section that names the remote and the local identity goes before one that
 * names the remote one only, and that before one that names none.
 */
bool config_bind_secret(struct config_reader *reader,
			const struct conf_node *node,
			struct connection_config *connection,
			const struct secret_section *sections,
			size_t n_sections);

void config_free_secret(struct secret_config *secret);

#endif
