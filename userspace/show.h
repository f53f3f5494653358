/* SPDX-License-Identifier: GPL-2.0 */
/* What `pqike show` prints. */
#ifndef PQIKE_SHOW_H
#define PQIKE_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "kernel.h"
#include "message_counters.h"
#include "xfrm_errors.h"
#include "xfrm_link.h"

/* What the kernel holds, at about one moment. */
struct show {
	struct kernel_connection *connections; /* array of n_connections */
	size_t n_connections;
	struct kernel_ike_sa *ike_sas; /* array of n_ike_sas, of all connections */
	size_t n_ike_sas;
	struct xfrm_link *links; /* array of n_links, the xfrm interfaces */
	size_t n_links;
	bool statistics; /* errors is to be shown, too */
	struct xfrm_errors errors;
	bool helper_runs; /* refused is to be shown, too */
	struct message_counters refused;
};

/**
 * show_text() - for people, at most 80 columns
 * @show: prints nothing where it is empty
 * @out: where to
 * @colour: with the escape sequences of a terminal
 */
void show_text(const struct show *show, FILE *out, bool colour);

/**
 * show_json() - for programs: one object, described in pqike(8)
 *
 * Return: false when out of memory, with nothing printed.
 */
bool show_json(const struct show *show, FILE *out);

/* "initiator" or "responder". */
const char *show_role(uint32_t role);

/* "half-open", "keyed", "authenticated", "established" or "failed". */
const char *show_state(uint32_t state);

/* "AES_GCM_16_256": an encryption algorithm with its key length. */
void show_encr(uint16_t id, uint16_t key_bits, char *text, size_t size);

/* Return: the name of the xfrm interface of an if_id; NULL where there is none. */
const char *show_interface(const struct show *show, uint32_t if_id);

/* "192.0.2.1", or "unknown". */
void show_address(const struct address *address, char *text, size_t size);

#endif
