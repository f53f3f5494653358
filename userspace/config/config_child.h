/* SPDX-License-Identifier: GPL-2.0 */
/* The section of one child, connections.NAME.children.CHILD. */
#ifndef PQIKE_CONFIG_CHILD_H
#define PQIKE_CONFIG_CHILD_H

#include "config/config.h"
#include "config/config_reader.h"

/**
 * config_read_child() - read and check the section of one child
 * @node: the section
 * @child: zeroed; receives all but a reqid that the file does not say.  Its
 *	proposals are freed by the caller even when this fails.
 */
bool config_read_child(struct config_reader *reader,
		       const struct conf_node *node, struct child_config *child);

/* The keys of a child, array of @n. */
const struct config_key *config_child_keys(size_t *n);

/* Take the name of a section as the name of what it is about. */
bool config_read_name(struct config_reader *reader,
		      const struct conf_node *node,
		      char name[CONNECTION_NAME_MAX + 1]);

#endif
