/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The field of P-384: p = 2^384 - 2^128 - 2^96 + 2^32 - 1.
 *
 * 1 / p = -(2^32 + 1) mod 2^64, so Montgomery's reduction clears a limb t by adding
 * m p with m = (2^32 + 1) t.  That takes no multiplication: m p = m 2^384 - q, with
 * q = m (2^128 + 2^96 - 2^32 + 1), whose lowest limb is t.
 */
#ifndef _ECDH_FIELD_P384_H
#define _ECDH_FIELD_P384_H

#define FIELD_LIMBS	6

#include "constants_p384.h"
#include "field.h"

/*
 * (t + m p) / 2^64 of the eight limbs t, of which the highest is 0 or 1: from below
 * (2^64 + 1) p to below 2 p.
 */
static __always_inline void reduce_limb(u64 t[8])
{
	const u64 m = t[0] + (t[0] << 32);
	u64 q[3], borrow = 0, carry = 0;

	/* q: m (2^96 - 2^32 + 1), whose lowest limb takes t[0] away, and m 2^128 */
	limb_sub(&borrow, m, m << 32);
	q[0] = limb_sub(&borrow, m << 32, m >> 32);
	q[1] = limb_add(&carry, (m >> 32) - borrow, m);
	q[2] = carry;

	borrow = 0;
	t[0] = limb_sub(&borrow, t[1], q[0]);
	t[1] = limb_sub(&borrow, t[2], q[1]);
	t[2] = limb_sub(&borrow, t[3], q[2]);
	t[3] = limb_sub(&borrow, t[4], 0);
	t[4] = limb_sub(&borrow, t[5], 0);
	/* m = 0 has q = 0 and no borrow. */
	carry = 0;
	t[5] = limb_add(&carry, t[6], m - borrow);
	t[6] = t[7] + carry;
	t[7] = 0;
}

static noinline void felem_mul(struct felem *r, const struct felem *a,
			       const struct felem *b)
{
	struct felem product;
	u64 t[8] = {};

	/* Below 2 p before each limb of b, so below (2^64 + 1) p after it */
#pragma GCC unroll 6
	for (int i = 0; i < 6; i++) {
		u64 high = 0, carry = 0;

#pragma GCC unroll 6
		for (int j = 0; j < 6; j++)
			t[j] = limb_mul_add(&high, a->limb[j], b->limb[i], t[j]);
		t[6] = limb_add(&carry, t[6], high);
		t[7] = carry;
		reduce_limb(t);
	}
#pragma GCC unroll 6
	for (int i = 0; i < 6; i++)
		product.limb[i] = t[i];
	felem_reduce(r, &product, t[6]);
}

#include "square.h"

/*
 * a^(p - 2): 255 ones, a zero, 32 ones, 64 zeros, 30 ones, a zero and a one, highest
 * first.  xN is a^(2^N - 1).
 */
static void felem_invert(struct felem *r, const struct felem *a)
{
	struct felem x2, x3, x15, x30, x32, t, u;

	felem_sqr(&t, a);
	felem_mul(&x2, &t, a);
	felem_sqr(&t, &x2);
	felem_mul(&x3, &t, a);
	felem_sqr_times(&t, &x3, 3);
	felem_mul(&u, &t, &x3);		/* x6 */
	felem_sqr_times(&t, &u, 6);
	felem_mul(&u, &t, &u);		/* x12 */
	felem_sqr_times(&t, &u, 3);
	felem_mul(&x15, &t, &x3);
	felem_sqr_times(&t, &x15, 15);
	felem_mul(&x30, &t, &x15);
	felem_sqr_times(&t, &x30, 2);
	felem_mul(&x32, &t, &x2);
	felem_sqr_times(&t, &x30, 30);
	felem_mul(&u, &t, &x30);	/* x60 */
	felem_sqr_times(&t, &u, 60);
	felem_mul(&u, &t, &u);		/* x120 */
	felem_sqr_times(&t, &u, 120);
	felem_mul(&u, &t, &u);		/* x240 */
	felem_sqr_times(&t, &u, 15);
	felem_mul(&t, &t, &x15);	/* x255 */

	felem_sqr_times(&t, &t, 33);
	felem_mul(&t, &t, &x32);
	felem_sqr_times(&t, &t, 94);
	felem_mul(&t, &t, &x30);
	felem_sqr_times(&t, &t, 2);
	felem_mul(r, &t, a);
}

#endif /* _ECDH_FIELD_P384_H */
