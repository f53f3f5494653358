// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of kmod/ecdh/limb.h, with the carries of any CPU but x86.
 */
#define ECDH_PORTABLE_CARRIES
#include "limb.h"

#include "cbmc.h"

typedef unsigned __CPROVER_bitvector[160] wide;

#define TWO_64	((wide)1 << 64)

void prove_limb_add(void)
{
	const u64 a = nondet_u64(), b = nondet_u64(), given = nondet_u64();
	u64 carry = given, sum;

	assume(given <= 1);
	sum = limb_add(&carry, a, b);
	assert(carry <= 1);
	assert((wide)sum + carry * TWO_64 == (wide)a + b + given);
}

void prove_limb_sub(void)
{
	const u64 a = nondet_u64(), b = nondet_u64(), given = nondet_u64();
	u64 borrow = given, difference;

	assume(given <= 1);
	difference = limb_sub(&borrow, a, b);
	assert(borrow <= 1);
	assert((wide)difference + b + given == (wide)a + borrow * TWO_64);
}

/* A product of two limbs: any number that it can be */
static u64 product_low, product_high;

u64 model_limb_mul(u64 *high, u64 a, u64 b)
{
	(void)a;
	(void)b;
	product_low = nondet_u64();
	product_high = nondet_u64();
	assume(product_high < ~(u64)0 - 1 ||
	       (product_high == ~(u64)0 - 1 && product_low <= 1));
	*high = product_high;
	return product_low;
}

void prove_limb_mul_add(void)
{
	const u64 a = nondet_u64(), b = nondet_u64(), c = nondet_u64();
	const u64 given = nondet_u64();
	u64 high = given, low;

	low = limb_mul_add(&high, a, b, c);
	assert((wide)low + high * TWO_64 ==
	       product_low + product_high * TWO_64 + c + given);
}

void prove_limb_masks(void)
{
	const u64 a = nondet_u64(), bit = nondet_u64();

	assert(limb_is_zero(a) == (a == 0));
	assume(bit <= 1);
	assert(limb_mask(bit) == (bit ? ~(u64)0 : 0));
}
