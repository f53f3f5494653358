// SPDX-License-Identifier: GPL-2.0
#include "config/conf_node.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct conf_node *)a)->name,
		      ((const struct conf_node *)b)->name);
}

struct conf_node *conf_node_new(const struct conf_node *section,
				const char *name, size_t name_len)
{
	struct conf_node *node = calloc(1, sizeof(*node));

	if (!node)
		return NULL;
	if (asprintf(&node->path, "%s%s%.*s", section->path,
		     section->parent ? "." : "", (int)name_len, name) < 0) {
		free(node);
		return NULL;
	}
	node->name = node->path + strlen(node->path) - name_len;
	return node;
}

bool conf_node_append(struct conf_node *section, struct conf_node *node)
{
	if (!tsearch(node, &section->by_name, compare_names))
		return false;
	node->parent = section;
	if (section->last_child)
		section->last_child->next = node;
	else
		section->children = node;
	section->last_child = node;
	return true;
}

bool conf_node_is_copy(const struct conf_node *a, const struct conf_node *b)
{
	return a->line == b->line && !strcmp(a->file, b->file);
}

void conf_node_drop_what_takes_away(struct conf_node *section)
{
	struct conf_node **place = &section->children, *node;

	section->last_child = NULL;
	while ((node = *place)) {
		if (node->takes_away) {
			*place = node->next;
			tdelete(node, &section->by_name, compare_names);
			conf_node_free(node);
			continue;
		}
		conf_node_drop_what_takes_away(node);
		section->last_child = node;
		place = &node->next;
	}
}

static void keep(void *node)
{
	(void)node;
}

void conf_node_free(struct conf_node *node)
{
	struct conf_node *child, *next;

	if (!node)
		return;
	tdestroy(node->by_name, keep);
	for (child = node->children; child; child = next) {
		next = child->next;
		conf_node_free(child); /* at most CONF_DEPTH_MAX deep */
	}
	free(node->path);
	free(node->value);
	free(node->references);
	free(node);
}

const struct conf_node *conf_child(const struct conf_node *section,
				   const char *name)
{
	const struct conf_node key = { .name = name };
	void *found = tfind(&key, &section->by_name, compare_names);

	return found ? *(struct conf_node **)found : NULL;
}
