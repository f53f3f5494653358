/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables that say which keys a section may have, and what reads each.  The
 * first error ends the reading and is kept as one line for the operator.
 */
#ifndef PQIKE_CONFIG_READER_H
#define PQIKE_CONFIG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/conf_tree.h"

struct config_reader {
	char *error;
	size_t error_size;
	/* Called with a line for what is valid, but hardly meant; NULL: nobody asks. */
	void (*note)(const char *line, void *arg);
	void *arg;
};

#define CONFIG_WARNING_MAX 1024 /* octets of such a line, with its terminator */

enum key_kind {
	KEY_VALUE,
	KEY_SECTION,
};

/* What may stand in a section. */
struct config_key {
	const char *name; /* a trailing "*" stands for any suffix */
	enum key_kind kind;
	/* false: config_refuse() has been called; NULL: it is refused */
	bool (*read)(struct config_reader *reader, const struct conf_node *node,
		     void *target);
	size_t offset; /* of what is read in the target of the section */
	const char *why_not; /* no other values are taken, or none at all */
};

/**
 * config_read_key() - read a key that is in the table of its section
 * @target: of the section
 */
bool config_read_key(struct config_reader *reader, const struct conf_node *node,
		     const struct config_key *key, void *target);

/* Whether @key is the one of a name. */
bool config_key_matches(const struct config_key *key, const char *name);

/**
 * config_refuse() - note what is wrong with a node
 *
 * Return: false, always.
 */
__attribute__((format(printf, 3, 4)))
bool config_refuse(struct config_reader *reader, const struct conf_node *node,
		   const char *format, ...);

/* Tell who asks for warnings that a node is hardly meant as it stands there. */
__attribute__((format(printf, 3, 4)))
void config_warn(const struct config_reader *reader,
		 const struct conf_node *node, const char *format, ...);

/**
 * config_read_section() - read each key of a section
 * @section: its nodes must be in @keys
 * @keys: array of @n_keys
 * @target: passed on to the keys' read functions
 */
bool config_read_section(struct config_reader *reader,
			 const struct conf_node *section,
			 const struct config_key *keys, size_t n_keys,
			 void *target);

/* Refuse a section that lacks a key. */
bool config_require(struct config_reader *reader,
		    const struct conf_node *section, const char *key,
		    const char *expected);

bool config_read_number(struct config_reader *reader,
			const struct conf_node *node, unsigned long min,
			unsigned long max, unsigned long *number);

/**
 * config_read_list() - read the items of a list with commas between them
 * @add: called with each item, without the blanks around it; false ends it
 * @target: passed to @add
 */
bool config_read_list(struct config_reader *reader, const struct conf_node *node,
		      bool (*add)(struct config_reader *reader,
				  const struct conf_node *node,
				  const char *item, void *target),
		      void *target);

#endif
