/* SPDX-License-Identifier: GPL-2.0 */
/* Children of which a packet fits several, and none is the narrower one. */
#ifndef PQIKE_CONFIG_OVERLAP_H
#define PQIKE_CONFIG_OVERLAP_H

#include "config/config.h"
#include "config/config_reader.h"

/* A child, and where in the file it stands. */
struct placed_child {
	const struct connection_config *connection;
	const struct child_config *config;
	const struct conf_node *node;
};

/**
 * config_check_overlaps() - refuse children whose policies collide
 * @children: array of @n
 *
 * Two collide when a packet fits a selector of both and neither selector holds
 * the other, or both are the same.  The time that this takes grows with @n and
 * with how many kinds of selectors there are: lengths of prefixes, masks.
 */
bool config_check_overlaps(struct config_reader *reader,
			   const struct placed_child *children, size_t n);

#endif
