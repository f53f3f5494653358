/* SPDX-License-Identifier: GPL-2.0 */
/* What strongSwan says of its SAs by its control socket, vici */
#ifndef PQIKE_TESTS_VICI_H
#define PQIKE_TESTS_VICI_H

#include <stddef.h>

/* Names of sections that a value is in, from the outermost one */
#define VICI_DEPTH 8

struct vici_value {
	const char *section[VICI_DEPTH];
	size_t depth;
	const char *key;
	const char *value;
};

/**
 * vici_list_sas() - ask for all IKE SAs of a connection
 * @path: of the socket, on which nothing else goes on
 * @connection: its name
 * @found: called for each value of each IKE SA, in their order; strings are its own only
 *	until it returns
 * @context: of @found
 *
 * A call takes one connection to the socket.
 *
 * Return: NULL, or what did not work, in words.
 */
const char *vici_list_sas(const char *path, const char *connection,
			  void (*found)(void *context, const struct vici_value *value),
			  void *context);

#endif
