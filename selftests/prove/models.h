/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What stands for a function whose contract is proved elsewhere.
 */
#ifndef _PROVE_MODELS_H
#define _PROVE_MODELS_H

#include "contract.h"

s16 model_mul_const(s32 a, u32 fraction)
{
	s16 r = nondet_s16();

	(void)fraction;
	mul_const_REQUIRES(assert, a);
	mul_const_ENSURES(assume, r);
	return r;
}

s16 model_barrett_reduce(s32 a)
{
	s16 r = nondet_s16();

	barrett_REQUIRES(assert, a);
	barrett_ENSURES(assume, r);
	return r;
}

u16 model_canonical(s32 a)
{
	u16 r = nondet_u16();

	barrett_REQUIRES(assert, a);
	assume(r < MLKEM_Q);
	return r;
}

u16 model_compress_d(u16 a, unsigned int d)
{
	u16 r = nondet_u16();

	assert(a < MLKEM_Q);
	assert(d == 1 || d == 4 || d == 5 || d == 10 || d == 11);
	assume(r < 1U << d);
	return r;
}

#endif /* _PROVE_MODELS_H */
