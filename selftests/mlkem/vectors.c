// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vectors.h"

const char *vectors_path(const char *name)
{
	static char path[4096];
	const char *folder = getenv("PQIKE_VECTORS");

	snprintf(path, sizeof(path), "%s/%s",
		 folder ? folder : "../../../shared/vectors", name);
	return path;
}

void parse_hex(struct octets *o, const char *hex)
{
	o->len = 0;
	while (o->len < OCTETS_MAX &&
	       sscanf(hex, "%2hhx", &o->data[o->len]) == 1) {
		o->len++;
		hex += 2;
	}
}

bool octets_equal(const struct octets *o, const u8 *data, unsigned int len)
{
	return o->len == len && !memcmp(o->data, data, len);
}
