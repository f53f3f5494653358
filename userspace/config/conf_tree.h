/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The syntax of swanctl.conf: sections in braces that hold further sections
 * and "key = value" lines.  What the keys mean is config.c's business.
 */
#ifndef PQIKE_CONF_TREE_H
#define PQIKE_CONF_TREE_H

#include "config/conf_node.h"

/* What is read of a directory. */
#define CONF_MAIN_FILE "pqike.conf"
#define CONF_PIECES "conf.d/*.conf"

/**
 * conf_tree_read() - read a file, or a directory of files, into a tree
 * @path: a file with what it includes; or a directory: its CONF_MAIN_FILE,
 *	then of CONF_PIECES what that does not include
 * @error: on failure, a line "FILE:LINE: what was wrong, what was expected"
 * @error_size: size of @error in octets
 *
 * A name may stand only once in its section, but for sections at the top: what
 * several of one name hold is taken together.  What sections inherit from
 * others ("name : other { }") is in the tree as if it stood there.
 *
 * Return: a node for all that was read, with an empty path, to be freed with
 * conf_tree_free() and before @path; NULL on error.
 */
struct conf_node *conf_tree_read(const char *path, char *error,
				 size_t error_size);

/**
 * conf_tree_read_swanctl() - read a file of strongSwan's as strongSwan does
 * @path: as for conf_tree_read()
 * @note: called with a line "FILE:LINE: what" for all that is passed over: a
 *	file to include that is not there, a value that is given again
 * @arg: passed to @note
 * @error: as for conf_tree_read()
 * @error_size: size of @error in octets
 *
 * Quoted values go over lines and have any character escaped, unquoted secrets
 * have braces, a section goes on where it stands again, and a key without a value
 * is not in the tree.
 *
 * Return: as for conf_tree_read().
 */
struct conf_node *conf_tree_read_swanctl(const char *path,
					 void (*note)(const char *line,
						      void *arg),
					 void *arg, char *error,
					 size_t error_size);

/* Return: whether a section or key may have that name. */
bool conf_name_is_valid(const char *name);

/* Release all that was read; NULL: nothing. */
void conf_tree_free(struct conf_node *root);

#endif
