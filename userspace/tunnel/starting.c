// SPDX-License-Identifier: GPL-2.0
#include "tunnel/starting.h"

/* To others a child is const, but for its place here. */
static struct index_link *link_of(const struct child_config *child)
{
	return &((struct child_config *)child)->starting;
}

void starting_add(struct starting *starting,
		  const struct connection_config *connection)
{
	for (size_t i = 0; i < connection->n_children; i++) {
		struct child_config *child = &connection->children[i];

		if (child->start_action && !child->starting.linked)
			index_row_put_last(&starting->children,
					   &child->starting);
	}
}

const struct child_config *starting_take(struct starting *starting)
{
	struct index_link *link = starting->children.first;

	if (link)
		index_row_remove(&starting->children, link);
	return index_owner(link, struct child_config, starting);
}

static void cancel(struct starting *starting, const struct child_config *child)
{
	if (link_of(child)->linked)
		index_row_remove(&starting->children, link_of(child));
}

void starting_cancel(struct starting *starting,
		     const struct connection_config *connection,
		     const struct child_config *child)
{
	if (child)
		cancel(starting, child);
	for (size_t i = 0; !child && i < connection->n_children; i++)
		cancel(starting, &connection->children[i]);
}

void starting_cancel_all(struct starting *starting)
{
	while (starting_take(starting))
		;
}
