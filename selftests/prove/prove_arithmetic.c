// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of the arithmetic on single coefficients in poly.h.
 */
#include "contract.h"
#include "models.h"

/* No undefined behaviour; exhaust.c has the values. */
void prove_mul_const(void)
{
	s32 a = nondet_int();

	mul_const_REQUIRES(assume, a);
	mul_const(a, nondet_unsigned());
}

void prove_barrett_reduce(void)
{
	s32 a = nondet_int();

	barrett_REQUIRES(assume, a);
	barrett_reduce(a);
}

void prove_canonical(void)
{
	s32 a = nondet_int();
	u16 r;

	barrett_REQUIRES(assume, a);
	r = canonical(a);
	assert(r < MLKEM_Q);
}

/* By the definition, with a division: half of q is added, it is odd. */
static void prove_compress(unsigned int d)
{
	u16 a = nondet_u16();

	assume(a < MLKEM_Q);
	assert(compress_d(a, d) ==
	       (((u32)a << (d + 1)) + MLKEM_Q) / (2 * MLKEM_Q) % (1U << d));
}

void prove_compress_1(void)
{
	prove_compress(1);
}

void prove_compress_4(void)
{
	prove_compress(4);
}

void prove_compress_5(void)
{
	prove_compress(5);
}

void prove_compress_10(void)
{
	prove_compress(10);
}

void prove_compress_11(void)
{
	prove_compress(11);
}

void prove_decompress(void)
{
	u16 a = nondet_u16();
	unsigned int d = nondet_unsigned();
	u32 r;

	assume(d == 1 || d == 4 || d == 5 || d == 10 || d == 11);
	assume(a < 1U << d);
	r = decompress_d(a, d);
	assert(r < MLKEM_Q);
	/* r - 1/2 <= q a / 2^d < r + 1/2 */
	assert((2 * r << d) <= 2 * MLKEM_Q * a + (1U << d));
	assert(2 * MLKEM_Q * a + (1U << d) < ((2 * r + 2) << d));
}
