/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Squares, in whatever field has reduce_limb(): the products of different limbs are
 * computed once and doubled.
 */
#ifndef _ECDH_SQUARE_H
#define _ECDH_SQUARE_H

/* t R^-1: the lower half of t has multiples of p added, and becomes at most p. */
static __always_inline void reduce_square(struct felem *r,
					  const u64 t[2 * FIELD_LIMBS])
{
	u64 low[FIELD_LIMBS + 2] = {};
	struct felem sum;
	u64 carry = 0;

#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		low[i] = t[i];
#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		reduce_limb(low);
	/* The upper half is below p, as t is below p^2. */
#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		sum.limb[i] = limb_add(&carry, low[i], t[i + FIELD_LIMBS]);
	felem_reduce(r, &sum, carry);
}

static noinline void felem_sqr(struct felem *r, const struct felem *a)
{
	u64 t[2 * FIELD_LIMBS] = {}, carry = 0;

#pragma GCC unroll 5
	for (int i = 0; i < FIELD_LIMBS - 1; i++) {
		u64 high = 0;

#pragma GCC unroll 5
		for (int j = i + 1; j < FIELD_LIMBS; j++)
			t[i + j] = limb_mul_add(&high, a->limb[i], a->limb[j],
						t[i + j]);
		t[i + FIELD_LIMBS] = high;
	}
#pragma GCC unroll 11
	for (int i = 1; i < 2 * FIELD_LIMBS; i++)
		t[i] = limb_add(&carry, t[i], t[i]);
	carry = 0;
#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++) {
		u64 low, high;

		low = limb_mul(&high, a->limb[i], a->limb[i]);
		t[2 * i] = limb_add(&carry, t[2 * i], low);
		t[2 * i + 1] = limb_add(&carry, t[2 * i + 1], high);
	}
	reduce_square(r, t);
}

#endif /* _ECDH_SQUARE_H */
