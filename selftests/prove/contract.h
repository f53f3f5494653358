/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contracts of the functions proved, each stated once.
 *
 * A proof assumes what a function requires and asserts what it ensures; the
 * model that stands for the function in the proofs of its callers asserts the
 * one and assumes the other.  RULE is assume or assert, ALL the same for each
 * coefficient of a polynomial.
 */
#ifndef _PROVE_CONTRACT_H
#define _PROVE_CONTRACT_H

#include "impl.h"
#include "poly.h"

#define AT_MOST(x, bound)	(((x) >= -(bound)) & ((x) <= (bound)))

#ifdef CBMC
#include "cbmc.h"

static inline void assume_all(const s16 c[MLKEM_N], int low, int high)
{
	for (unsigned int i = 0; i < MLKEM_N; i++)
		assume((c[i] >= low) & (c[i] <= high));
}

static inline void assert_all(const s16 c[MLKEM_N], int low, int high)
{
	bool all = true;

	for (unsigned int i = 0; i < MLKEM_N; i++)
		all &= (c[i] >= low) & (c[i] <= high);
	assert(all);
}

/* An object to be left as it is: a copy is compared at any place. */
#define KEEP(object)	const __typeof__(object) kept_##object = object
#define KEPT(object)							\
	do {								\
		unsigned int at = nondet_unsigned();			\
									\
		assume(at < sizeof(object));				\
		assert(((const u8 *)&(object))[at] ==			\
		       ((const u8 *)&kept_##object)[at]);		\
	} while (0)

#endif

#define HALF_Q	(MLKEM_Q / 2)

#define mul_const_REQUIRES(RULE, a)	RULE(AT_MOST(a, 1 << 19))
#define mul_const_ENSURES(RULE, r)	RULE(AT_MOST(r, HALF_Q))

#define barrett_REQUIRES(RULE, a)	RULE(AT_MOST(a, 1 << 30))
#define barrett_ENSURES(RULE, r)	RULE(AT_MOST(r, 1666))

/* What the portable implementation gives; impl.h has what any may give. */
#define PORTABLE_NTT_BOUND	14980
#define PORTABLE_DOT_BOUND	1666
#define PORTABLE_INVNTT_BOUND	HALF_Q

_Static_assert(PORTABLE_NTT_BOUND <= NTT_BOUND, "NTT_BOUND");
_Static_assert(PORTABLE_DOT_BOUND <= DOT_BOUND, "DOT_BOUND");
_Static_assert(PORTABLE_INVNTT_BOUND <= INVNTT_BOUND, "INVNTT_BOUND");

/* The sums of kpke.c */
_Static_assert(DOT_BOUND + NTT_BOUND <= 32767, "t");
_Static_assert(INVNTT_BOUND + 3 + MLKEM_Q <= 32767, "v");
_Static_assert(MLKEM_Q + INVNTT_BOUND <= 32767, "w");

#endif /* _PROVE_CONTRACT_H */
