/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VECTORS_H
#define _VECTORS_H

#include <linux/types.h>

#define OCTETS_MAX	8192

/* A string of octets that a file of vectors gives in hexadecimal. */
struct octets {
	u8 data[OCTETS_MAX];
	unsigned int len;
};

/**
 * vectors_path() - where a file of vectors is
 * @name: path below the folder of vectors
 *
 * The folder is ../shared/vectors beside the tree, or $PQIKE_VECTORS.
 *
 * Return: path, valid until the next call.
 */
const char *vectors_path(const char *name);

/**
 * parse_hex() - octets of a hexadecimal string
 * @o: octets out
 * @hex: string; what follows the last digit pair is ignored
 */
void parse_hex(struct octets *o, const char *hex);

/**
 * octets_equal() - compare
 * @o: octets
 * @data: other octets
 * @len: how many of them
 */
bool octets_equal(const struct octets *o, const u8 *data, unsigned int len);

#endif
