/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The implementation avx512 in instructions that valgrind knows.
 */
#ifndef _FOLLOWED_H
#define _FOLLOWED_H

/**
 * follow_avx512() - use avx2 with the rounds of Keccak of avx512 from now on
 *
 * The rounds are as AVX-512VL has them in the source, compiled for AVX2, and are
 * used for as few states as avx512 uses them.
 *
 * Return: 0, or -ENODEV when the CPU does not have AVX2.
 */
int follow_avx512(void);

#endif
