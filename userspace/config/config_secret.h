/* SPDX-License-Identifier: GPL-2.0 */
/* The sections secrets.ike* and secrets.ppk*, and whose each is. */
#ifndef PQIKE_CONFIG_SECRET_H
#define PQIKE_CONFIG_SECRET_H

#include "config/config.h"
#include "config/config_reader.h"

/* A section secrets.ike* or secrets.ppk*, with the identities it names. */
struct secret_section {
	struct secret_config *secret;
	bool ppk;
	struct identity *ids; /* array of n_ids */
	size_t n_ids;
};

/**
 * config_read_secret() - read and check one section
 * @node: the section
 * @section: zeroed, but for its zeroed secret and its kind.  Freed by the caller with
 *	config_free() and free() of the ids even when this fails.
 */
bool config_read_secret(struct config_reader *reader,
			const struct conf_node *node,
			struct secret_section *section);

struct secret_index;

/**
 * config_index_secrets() - have sections found by the identities that they name
 * @sections: array of @n_sections, which stays until the index is freed
 *
 * Return: to be freed with config_free_secret_index(); NULL without memory.
 */
struct secret_index *
config_index_secrets(const struct secret_section *sections, size_t n_sections);

void config_free_secret_index(struct secret_index *index);

/**
 * config_bind_secrets() - find the pre-shared key and the PPK of a connection
 * @node: the connection's section
 * @connection: receives the descriptions of its logon keys
 * @index: of all sections
 *
 * For the pre-shared key, a section that names the remote and the local
 * identity goes before one that names the remote one only, and that before one
 * that names none.  For the PPK it is the one that names its identity.
 */
bool config_bind_secrets(struct config_reader *reader,
			 const struct conf_node *node,
			 struct connection_config *connection,
			 const struct secret_index *index);

/* The keys of such a section, array of @n. */
const struct config_key *config_secret_keys(size_t *n);

#endif
