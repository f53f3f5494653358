/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a configuration file consists of: sections and keys, in the order of
 * the file, and found by name at a cost that hardly grows with their number.
 */
#ifndef PQIKE_CONF_NODE_H
#define PQIKE_CONF_NODE_H

#include <stdbool.h>
#include <stddef.h>

#define CONF_DEPTH_MAX 16 /* of sections */

struct conf_files;

/* Whether a section has what it inherits from others. */
enum conf_resolution { NOT_RESOLVED, RESOLVING, RESOLVED };

/* A section, or a key with its value. */
struct conf_node {
	char *path; /* from the top of the file, "connections.home.version" */
	const char *name; /* last part of @path */
	char *value; /* NULL: a section */
	const char *file; /* in which the name stands */
	unsigned int line; /* on which the name stands, from 1 */
	char *references; /* sections to inherit from, "a,b.c"; NULL: none */
	enum conf_resolution resolution;
	bool takes_away; /* an empty value in place of an inherited one */
	bool referred_to; /* by others; for sections at the top */
	bool includes; /* a section with an include in it */
	struct conf_node *parent; /* NULL: all that was read */
	struct conf_node *children; /* in the order of the file */
	struct conf_node *last_child; /* NULL: there are none */
	void *by_name; /* the children, a tree of tsearch(3) */
	struct conf_node *next;
	struct conf_files *files; /* of the one without a parent: all of them */
};

/**
 * conf_node_new() - make a node of a name
 * @section: in which it is to stand
 * @name: @name_len octets
 *
 * Return: the node, without a place yet; NULL without memory.
 */
struct conf_node *conf_node_new(const struct conf_node *section,
				const char *name, size_t name_len);

/**
 * conf_node_append() - put a node at the end of a section
 * @section: which has no child of this name
 *
 * Return: false without memory; @node has no place then.
 */
bool conf_node_append(struct conf_node *section, struct conf_node *node);

/* Return: whether both stand at one place of a file, as one section for many peers. */
bool conf_node_is_copy(const struct conf_node *a, const struct conf_node *b);

/* Release the children of @section that take_away what would be inherited. */
void conf_node_drop_what_takes_away(struct conf_node *section);

/* Release a node that has no place, with all that is in it; NULL: nothing. */
void conf_node_free(struct conf_node *node);

/**
 * conf_child() - the section or key of a name, NULL where there is none
 */
const struct conf_node *conf_child(const struct conf_node *section,
				   const char *name);

#endif
