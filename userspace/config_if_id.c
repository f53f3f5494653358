// SPDX-License-Identifier: GPL-2.0
#include "config_if_id.h"

#include <string.h>

#include "config_interface.h"

/* Operators count from 1. */
#define FIRST 0x10000

static struct child_config *find_lacking(const struct config *config)
{
	struct connection_config *connection;

	for (connection = config->connections; connection;
	     connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++)
			if (*connection->children[i].xfrm_interface &&
			    !connection->children[i].if_id_in)
				return &connection->children[i];
	return NULL;
}

bool config_lacks_if_ids(const struct config *config)
{
	return find_lacking(config);
}

static bool is_said(const struct config *config, uint32_t if_id)
{
	const struct connection_config *connection;

	for (connection = config->connections; connection;
	     connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++)
			if (connection->children[i].if_id_in == if_id ||
			    connection->children[i].if_id_out == if_id)
				return true;
	return false;
}

static uint32_t if_id_of(const struct xfrm_link *links, size_t n_links,
			 const char *name)
{
	for (size_t i = 0; i < n_links; i++)
		if (!strcmp(links[i].name, name))
			return links[i].if_id;
	return 0;
}

static bool is_used(const struct xfrm_link *links, size_t n_links,
		    uint32_t if_id)
{
	for (size_t i = 0; i < n_links; i++)
		if (links[i].if_id == if_id)
			return true;
	return false;
}

void config_give_if_ids(struct config *config, const struct xfrm_link *links,
			size_t n_links)
{
	struct child_config *child;
	uint32_t next = FIRST;

	while ((child = find_lacking(config))) {
		uint32_t if_id = if_id_of(links, n_links, child->xfrm_interface);

		if (!if_id || is_said(config, if_id)) {
			while (is_said(config, next) ||
			       is_used(links, n_links, next))
				next++;
			if_id = next;
		}
		child->if_id_in = if_id;
		child->if_id_out = if_id;
		config_share_if_id(config, child);
	}
}
