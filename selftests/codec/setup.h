/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration file of one side of a pair, of which parts can be changed. */
#ifndef SETUP_H
#define SETUP_H

#include <stdbool.h>

#include "config/config.h"

/* What a side's file says; NULL: nothing. */
struct setup {
	const char *name;
	const char *id;
	const char *local_addrs; /* NULL: the address of the side */
	const char *remote_addrs; /* NULL: the address of the other side */
	const char *keys; /* of the connection, beside those that all have */
	const char *proposals;
	const char *secret;
	const char *net; /* name of the first child */
	const char *net_ts; /* of either side, for whose number "#" stands; NULL: a /16 */
	const char *net_keys;
	const char *net_esp;
	const char *other; /* name of the second child */
	const char *third; /* another one */
};

/* Of the side that begins; whose first child is always up. */
extern const struct setup setup_ordinary;

/* Return: what the file of a side says, to be freed with config_free(). */
struct config *setup_read(const struct setup *setup, bool is_a);

#endif
