/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a configuration file says, once read and checked.
 *
 * The file has swanctl.conf's syntax and key names.  Whatever stands here is
 * valid: addresses are parsed, proposals name only algorithms that exist,
 * every name that is referred to is there.  No secret is ever part of it; a
 * pre-shared key is named by the description of its logon key.
 */
#ifndef PQIKE_CONFIG_H
#define PQIKE_CONFIG_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identity.h"
#include "prefix.h"
#include "proposal.h"

#define CONNECTION_NAME_MAX 63
#define PSK_DESCRIPTION_SIZE 256 /* with its terminator */

struct child_config {
	char name[CONNECTION_NAME_MAX + 1];
	struct prefix local_ts;
	struct prefix remote_ts;
	struct proposal *esp_proposals; /* array of n_esp_proposals */
	size_t n_esp_proposals;
};

struct connection_config {
	char name[CONNECTION_NAME_MAX + 1];
	struct sockaddr_storage local_addr; /* AF_UNSPEC: %any */
	struct sockaddr_storage remote_addr; /* AF_UNSPEC: %any, responder only */
	uint16_t local_port; /* 500 unless said */
	uint16_t remote_port; /* 500 unless said */
	uint32_t fragment_size; /* largest IKE message in octets */
	bool require_pq; /* refuse an IKE SA without ML-KEM; the default */
	struct identity local_id;
	struct identity remote_id;
	char psk[PSK_DESCRIPTION_SIZE]; /* description of the logon key */
	struct proposal *proposals; /* array of n_proposals, in order of preference */
	size_t n_proposals;
	struct child_config *children;
	size_t n_children;
	struct connection_config *next;
};

/* Where a pre-shared key comes from: a file, read by a process of its own. */
struct secret_config {
	char description[PSK_DESCRIPTION_SIZE]; /* pqike:SECTION */
	char *file; /* NULL: `pqike psk` has put the key into the keyring */
	struct secret_config *next;
};

struct config {
	struct connection_config *connections;
	struct secret_config *secrets;
};

/**
 * config_read() - read and check a configuration file
 * @path: the file
 * @error: on failure, a line "FILE:LINE: what was wrong, what was expected"
 * @error_size: size of @error in octets
 *
 * Return: the configuration, to be freed with config_free(); NULL on error.
 */
struct config *config_read(const char *path, char *error, size_t error_size);

void config_free(struct config *config);

#endif
