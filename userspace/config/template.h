/* SPDX-License-Identifier: GPL-2.0 */
/* Configurations to begin with, for the peers that there are. */
#ifndef PQIKE_TEMPLATE_H
#define PQIKE_TEMPLATE_H

#include <stddef.h>

struct template {
	const char *peer; /* "cloudflare", ... */
	const char *text; /* a configuration with blanks, <WHAT GOES THERE> */
};

/* The last has no peer. */
extern const struct template templates[];

/* Return: NULL where there is none for that peer. */
const struct template *template_find(const char *peer);

#endif
