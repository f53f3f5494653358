// SPDX-License-Identifier: GPL-2.0
#include "tunnel/config_if_id.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number_set.h"
#include "kernel/xfrm_link_list.h"

/* Operators count from 1. */
#define FIRST 0x10000

static bool lacks_if_id(const struct child_config *child)
{
	return *child->xfrm_interface && !child->if_id_in;
}

bool config_lacks_if_ids(const struct config *config)
{
	const struct connection_config *connection;

	for (connection = config->connections; connection;
	     connection = connection->next)
		for (size_t i = 0; i < connection->n_children; i++)
			if (lacks_if_id(&connection->children[i]))
				return true;
	return false;
}

/* What numbers are taken, and which interface has which. */
struct numbers {
	struct number_set said; /* by the configuration, or given here */
	struct number_set used; /* by interfaces that there are */
	void *links; /* by name, a tree of tsearch(3) */
	void *given; /* the first child of each name, likewise */
	uint32_t next;
};

static int compare_links(const void *a, const void *b)
{
	const struct xfrm_link *first = a, *second = b;

	return strcmp(first->name, second->name);
}

static int compare_children(const void *a, const void *b)
{
	const struct child_config *first = a, *second = b;

	return strcmp(first->xfrm_interface, second->xfrm_interface);
}

static void keep(void *entry)
{
	(void)entry;
}

static bool note_links(struct numbers *numbers, const struct xfrm_link *links,
		       size_t n_links)
{
	for (size_t i = 0; i < n_links; i++)
		if (!number_set_add(&numbers->used, links[i].if_id) ||
		    !tsearch(&links[i], &numbers->links, compare_links))
			return false;
	return true;
}

static bool note_said(struct numbers *numbers, const struct config *config)
{
	const struct connection_config *connection;

	for (connection = config->connections; connection;
	     connection = connection->next) {
		for (size_t i = 0; i < connection->n_children; i++) {
			const struct child_config *child =
				&connection->children[i];

			if (!number_set_add(&numbers->said, child->if_id_in) ||
			    !number_set_add(&numbers->said, child->if_id_out))
				return false;
		}
	}
	return true;
}

/* Of an interface that there is; 0: there is none. */
static uint32_t if_id_of(const struct numbers *numbers, const char *name)
{
	const struct xfrm_link **found;
	struct xfrm_link key = { 0 };

	memcpy(key.name, name, strlen(name) + 1);
	found = (const struct xfrm_link **)
		tfind(&key, &numbers->links, compare_links);
	return found ? (*found)->if_id : 0;
}

static uint32_t choose(struct numbers *numbers, const char *name)
{
	uint32_t if_id = if_id_of(numbers, name);

	if (if_id && !number_set_has(&numbers->said, if_id))
		return if_id;
	while (number_set_has(&numbers->said, numbers->next) ||
	       number_set_has(&numbers->used, numbers->next))
		numbers->next++;
	return numbers->next;
}

static bool give(struct numbers *numbers, struct child_config *child)
{
	const struct child_config **place;
	uint32_t if_id;

	if (!lacks_if_id(child))
		return true;
	place = (const struct child_config **)
		tsearch(child, &numbers->given, compare_children);
	if (!place)
		return false;
	if_id = *place == child ? choose(numbers, child->xfrm_interface) :
				  (*place)->if_id_in;
	child->if_id_in = if_id;
	child->if_id_out = if_id;
	return number_set_add(&numbers->said, if_id);
}

bool config_give_if_ids(struct config *config, const struct xfrm_link *links,
			size_t n_links)
{
	struct numbers numbers = { .next = FIRST };
	struct connection_config *connection = config->connections;
	bool ok = note_links(&numbers, links, n_links) &&
		  note_said(&numbers, config);

	for (; ok && connection; connection = connection->next)
		for (size_t i = 0; ok && i < connection->n_children; i++)
			ok = give(&numbers, &connection->children[i]);
	tdestroy(numbers.given, keep);
	tdestroy(numbers.links, keep);
	number_set_clear(&numbers.used);
	number_set_clear(&numbers.said);
	return ok;
}

bool config_number_interfaces(struct config *config, struct xfrm_links *kernel,
			      char *error, size_t error_size)
{
	struct xfrm_link_list links;
	bool ok;

	if (!config_lacks_if_ids(config))
		return true;
	ok = xfrm_link_list_read(kernel, &links, error, error_size);
	if (ok && !config_give_if_ids(config, links.list, links.n)) {
		snprintf(error, error_size, "out of memory");
		ok = false;
	}
	free(links.list);
	return ok;
}
