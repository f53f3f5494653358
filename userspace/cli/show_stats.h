/* SPDX-License-Identifier: GPL-2.0 */
/* What `pqike show -s` says of what the kernel counts. */
#ifndef PQIKE_SHOW_STATS_H
#define PQIKE_SHOW_STATS_H

#include <json-c/json.h>
#include <stdbool.h>

#include "cli/show_print.h"
#include "kernel/kernel_stats.h"

/* In the block of an IKE SA; nothing where it has done nothing. */
void show_stats_ike_sa(const struct printer *p, const struct kernel_stats *stats);

/* Of the network namespace, each kind in a block of its own after an empty line. */
void show_stats(const struct printer *p, const struct kernel_stats *stats);

/* The member "statistics" of @object.  Return: false when out of memory. */
bool show_stats_json(struct json_object *object, const struct kernel_stats *stats);

#endif
