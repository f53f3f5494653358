/* SPDX-License-Identifier: GPL-2.0 */
/* What `pqike show` prints. */
#ifndef PQIKE_SHOW_H
#define PQIKE_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "helper/status_line.h"
#include "kernel/kernel.h"
#include "kernel/kernel_stats.h"
#include "kernel/xfrm_errors.h"
#include "kernel/xfrm_link.h"
#include "kernel/xfrm_states.h"
#include "wire/message_counters.h"

/* What is known of a Child SA from elsewhere. */
struct show_child_sa {
	struct xfrm_state in;
	struct xfrm_state out;
	struct status_child_sa told; /* its name is "" where nothing was told */
};

/* What is known of an IKE SA from elsewhere. */
struct show_ike_sa {
	struct status_ike_sa told; /* its addresses are "" where nothing was told */
	struct show_child_sa *children; /* as many as there are Child SAs */
	const struct kernel_stats *stats; /* what it has done; NULL: not to be shown */
};

/* What a running helper tells of a connection. */
struct show_connection {
	bool told; /* otherwise it is not known which children it has */
	struct status_configured *children; /* array of n_children */
	size_t n_children;
};

/* What the kernel holds, at about one moment. */
struct show {
	struct kernel_connection *connections; /* array of n_connections */
	struct show_connection *configured; /* array of n_connections */
	size_t n_connections;
	struct kernel_ike_sa *ike_sas; /* array of n_ike_sas, of all connections */
	size_t n_ike_sas;
	struct xfrm_link *links; /* array of n_links, see show_sort_links() */
	size_t n_links;
	struct show_ike_sa *more; /* array of n_ike_sas */
	uint64_t now; /* seconds of the wall clock */
	bool details; /* what only xfrm and the helper know of an SA is wanted */
	bool statistics; /* errors, usage and stats are to be shown, too */
	struct xfrm_errors errors;
	struct kernel_usage usage;
	struct kernel_stats stats; /* of the network namespace */
	struct kernel_stats *ike_sa_stats; /* array of n_ike_sa_stats, by their id */
	size_t n_ike_sa_stats;
	bool helper_runs; /* refused is to be shown, too */
	struct message_counters refused;
};

/**
 * show_text() - for people, at most 80 columns
 * @show: prints nothing where it is empty
 * @out: where to
 * @colour: with the escape sequences of a terminal
 *
 * Return: false when out of memory, with nothing printed.
 */
bool show_text(const struct show *show, FILE *out, bool colour);

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

/* "1 d 2 h", "3 h 5 min", "5 min 2 s" or "12 s". */
void show_duration(uint64_t seconds, char *text, size_t size);

/* Return: seconds of the clock since @then, 0 where that is to come. */
uint64_t show_since(const struct show *show, uint64_t then);

/* Return: seconds to @limit after @since, 0 where that is over. */
uint64_t show_until(const struct show *show, uint64_t since, uint64_t limit);

/* Put the xfrm interfaces in the order of their if_ids, for show_interface(). */
void show_sort_links(struct xfrm_link *links, size_t n);

/* Return: the name of the xfrm interface of an if_id; NULL where there is none. */
const char *show_interface(const struct show *show, uint32_t if_id);

/* A kind of object that has a quota. */
struct show_quota {
	const char *name; /* as in JSON */
	const char *text;
	uint32_t used;
	uint32_t max;
};

#define SHOW_QUOTAS 6

/* Put those of @usage down, in the order of the configuration's keys. */
void show_quotas(const struct kernel_usage *usage,
		 struct show_quota quotas[SHOW_QUOTAS]);

/* "192.0.2.1", or "unknown". */
void show_address(const struct address *address, char *text, size_t size);

#endif
