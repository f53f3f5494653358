/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The syntax of swanctl.conf: sections in braces that hold further sections
 * and "key = value" lines.  What the keys mean is config.c's business.
 */
#ifndef PQIKE_CONF_TREE_H
#define PQIKE_CONF_TREE_H

#include <stddef.h>

/* A section, or a key with its value. */
struct conf_node {
	char *path; /* from the top of the file, "connections.home.version" */
	const char *name; /* last part of @path */
	char *value; /* NULL: a section */
	unsigned int line; /* on which the name stands, from 1 */
	struct conf_node *parent; /* NULL: the file itself */
	struct conf_node *children; /* in the order of the file */
	struct conf_node *next;
};

/**
 * conf_tree_read() - read a file into a tree
 * @file: the file
 * @error: on failure, a line "FILE:LINE: what was wrong, what was expected"
 * @error_size: size of @error in octets
 *
 * A name may stand only once in its section.  "include" and references to
 * other sections ("name : other { }") are refused.
 *
 * Return: a node for the file itself, with an empty path, to be freed with
 * conf_tree_free(); NULL on error.
 */
struct conf_node *conf_tree_read(const char *file, char *error,
				 size_t error_size);

void conf_tree_free(struct conf_node *root);

/**
 * conf_child() - the section or key of a name, NULL where there is none
 */
const struct conf_node *conf_child(const struct conf_node *section,
				   const char *name);

#endif
