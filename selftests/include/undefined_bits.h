/* SPDX-License-Identifier: GPL-2.0 */
/* What valgrind's memcheck knows of octets. */
#ifndef UNDEFINED_BITS_H
#define UNDEFINED_BITS_H

#include <stddef.h>
#include <valgrind/memcheck.h>

/* Bits that depend on what is undefined; 0 without valgrind */
static unsigned long undefined_bits(const void *p, size_t len)
{
	unsigned long n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char bits = 0;

		VALGRIND_GET_VBITS((const unsigned char *)p + i, &bits, 1);
		n += __builtin_popcount(bits);
	}
	return n;
}

#endif
