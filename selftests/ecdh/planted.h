/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Leaks in the sums of points: planted_p256.c and planted_p384.c have them, and are
 * otherwise what kmod/ecdh/p256.c and p384.c are.
 */
#ifndef _PLANTED_H
#define _PLANTED_H

#include <linux/types.h>

enum leak {
	NO_LEAK,
	LEAK_BRANCH,
	LEAK_INDEX,
};

/* The one that is made from now on */
extern enum leak planted_leak;

/* Of what is volatile the compiler leaves each access where it is. */
static volatile u8 leak_table[256];
static volatile unsigned int leak_count;

static inline void leak(u64 secret)
{
	if (planted_leak == LEAK_BRANCH) {
		if (secret & 1)
			leak_count++;
	} else if (planted_leak == LEAK_INDEX) {
		leak_count += leak_table[(u8)secret];
	}
}

#endif
