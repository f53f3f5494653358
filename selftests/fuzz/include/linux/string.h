/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FUZZ_LINUX_STRING_H
#define _FUZZ_LINUX_STRING_H

#include_next <linux/string.h>

static inline void *memchr_inv(const void *start, int c, size_t bytes)
{
	const unsigned char *octet = start;

	for (; bytes; bytes--, octet++)
		if (*octet != (unsigned char)c)
			return (void *)octet;
	return NULL;
}

#endif
