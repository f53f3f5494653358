/* SPDX-License-Identifier: GPL-2.0 */
/* What of a swanctl.conf can be kept, and what is said of the rest. */
#ifndef PQIKE_IMPORT_KEEP_H
#define PQIKE_IMPORT_KEEP_H

#include "config/config_reader.h"

#define IMPORT_WHY_SIZE 768

/* Who is told of what is not kept. */
struct import_notes {
	void (*add)(const char *line, void *arg);
	void *arg;
};

/* Add a line about a node, "FILE:LINE: PATH: what"; nothing where @notes is NULL. */
__attribute__((format(printf, 3, 4)))
void import_note(const struct import_notes *notes,
		 const struct conf_node *node, const char *format, ...);

/* The keys that a section may have. */
struct import_keys {
	const struct config_key *list;
	size_t n;
	void *scratch; /* receives what is read: the target of the section */
};

/* What becomes of a section when a key of it cannot be kept. */
enum loss {
	LOSS_OF_KEY,
	LOSS_FILLED_IN, /* by the operator, before it can be used */
	LOSS_OF_SECTION,
};

enum loss import_loss(const char *key);

/**
 * import_keeps_key() - whether a key can be kept
 * @why: if not, the reason
 * @why_size: size of @why in octets, IMPORT_WHY_SIZE for any reason
 */
bool import_keeps_key(const struct import_keys *keys,
		      const struct conf_node *node, char *why, size_t why_size);

/* Whether a key says no more than is so without it. */
bool import_is_default(const struct conf_node *node);

/* Whether a child, or a connection, can be kept; if not, @notes are told. */
bool import_keeps_child(const struct import_notes *notes,
			const struct conf_node *section);
bool import_keeps_connection(const struct import_notes *notes,
			     const struct conf_node *section);

/* Whether a node is a side; swanctl.conf lets it be called local-1 and the like. */
bool import_is_side(const struct conf_node *node, const char *name);

/* The first section of a connection about the side @name, "local" or "remote". */
const struct conf_node *import_side(const struct conf_node *section,
				    const char *name);

/* The one address of the side @name of a connection, NULL where there is none. */
const char *import_address(const struct conf_node *section, const char *name);

/* Whether a key of a child says that it is to have no policies. */
bool import_without_policies(const struct conf_node *node);

/* Whether a section has what a connection has. */
bool import_looks_like_connection(const struct conf_node *node);

/* What an error of the configuration's reader says after "FILE:LINE: PATH: ". */
const char *import_reason(const char *error, const struct conf_node *node);

#endif
