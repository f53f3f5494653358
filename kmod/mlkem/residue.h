/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Residues modulo q in vectors.
 *
 * A constant z goes with its fraction, round(2^15 z / q).
 */
#ifndef _MLKEM_RESIDUE_H
#define _MLKEM_RESIDUE_H

#include <linux/compiler.h>

#include "poly.h"
#include "vector.h"

/* round(2^15 @z / q) */
static __always_inline s16 fraction_of(s32 z)
{
	return (z * 65536 + (z < 0 ? -MLKEM_Q : MLKEM_Q)) / (2 * MLKEM_Q);
}

/* The representative of @z that is at most q / 2 in magnitude */
static __always_inline s32 centered(s32 z)
{
	s32 r = z % MLKEM_Q;

	if (r > MLKEM_Q / 2)
		return r - MLKEM_Q;
	return r < -MLKEM_Q / 2 ? r + MLKEM_Q : r;
}

/* 1 / q mod 2^16 */
#define INV_Q		62209

/*
 * q in each element.  Were it a constant to the compiler, it would multiply by it
 * in more than one instruction.
 */
static __always_inline vu16 modulus(void)
{
	vu16 q = (vu16)broadcast_s16(MLKEM_Q);

	__asm__("" : "+x" (q));
	return q;
}

/*
 * @a times the constants @z.  A fraction is off by at most 1/2, so the quotient
 * by at most 2^15 / 2^16 before it is rounded; in general
 *
 * Return: at most q / 2 + q |@a| / 2^16 in magnitude.
 */
static __always_inline vs16 mul(vs16 a, vs16 z, vs16 fraction)
{
	vu16 quotient = (vu16)mul_round(a, fraction);

	return (vs16)((vu16)a * (vu16)z - quotient * modulus());
}

/* @a times the constant @z, which the compiler knows */
static __always_inline vs16 mul_scalar(vs16 a, s32 z)
{
	s32 c = centered(z);

	return mul(a, broadcast_s16(c), broadcast_s16(fraction_of(c)));
}

/*
 * @a mod q.  10 is off from 2^15 / q by less than 0.157, so for @a of at most
 * 23696 in magnitude
 *
 * Return: at most 0.62 q < 2064 in magnitude.
 */
static __always_inline vs16 reduce(vs16 a)
{
	vu16 quotient = (vu16)mul_round(a, broadcast_s16(10));

	return (vs16)((vu16)a - quotient * modulus());
}

/* @a mod q in [0, q), for any @a: at most q in magnitude after the first step */
static __always_inline vu16 canonical_vector(vs16 a)
{
	vu16 r = (vu16)reduce(a);

	/* A negative number is large as one without sign. */
	return min_u16(r, r + MLKEM_Q);
}

#endif /* _MLKEM_RESIDUE_H */
