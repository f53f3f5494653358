/* SPDX-License-Identifier: GPL-2.0 */
/* Sections that inherit from others: "name : other, a.third { }". */
#ifndef PQIKE_CONF_REFERENCE_H
#define PQIKE_CONF_REFERENCE_H

#include "config/conf_node.h"

/**
 * conf_references_resolve() - give each section what it inherits
 * @root: all that was read; CONF_DEPTH_MAX levels at most
 * @may_be_empty: an empty value where none is inherited is no error, but stands
 *	for none
 * @error: on failure, a line "FILE:LINE: what was wrong, what was expected"
 * @error_size: size of @error in octets
 *
 * Keys and sections that a section has not itself are copied into it from
 * those it names, of several the first that has them; of sections that both
 * have, what is in them.  An empty value takes away what would be inherited.
 *
 * Return: false on error.
 */
bool conf_references_resolve(struct conf_node *root, bool may_be_empty,
			     char *error, size_t error_size);

#endif
