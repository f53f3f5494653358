/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The field of P-256: p = 2^256 - 2^224 + 2^192 + 2^96 - 1.
 *
 * p = -1 mod 2^64, so the multiple of p that Montgomery's reduction adds to clear a
 * limb m is m p itself.  It takes no multiplication: of the limbs of p, -1, 2^32 - 1, 0 and
 * 2^64 - 2^32 + 1, the first takes m away, the next two add m 2^96, and the last adds
 * m 2^64 - m 2^32 + m.
 */
#ifndef _ECDH_FIELD_P256_H
#define _ECDH_FIELD_P256_H

#define FIELD_LIMBS	4

#include "constants_p256.h"
#include "field.h"

/*
 * (t + m p) / 2^64, where m is the lowest of the five limbs t: from below
 * (2^64 + 1) p, which five limbs hold, to below 2 p.
 */
static __always_inline void reduce_limb(u64 t[5])
{
	const u64 m = t[0], low = m << 32, high = m >> 32;
	u64 carry = 0, borrow = 0, top[2];

	top[0] = limb_sub(&borrow, m, low);
	top[1] = limb_sub(&borrow, m, high);
	t[0] = limb_add(&carry, t[1], low);
	t[1] = limb_add(&carry, t[2], high);
	t[2] = limb_add(&carry, t[3], top[0]);
	t[3] = limb_add(&carry, t[4], top[1]);
	t[4] = carry;
}

static noinline void felem_mul(struct felem *r, const struct felem *a,
			       const struct felem *b)
{
	struct felem product;
	u64 t[5] = {};

	/* Below 2 p before each limb of b, so below (2^64 + 1) p after it */
#pragma GCC unroll 4
	for (int i = 0; i < 4; i++) {
		u64 high = 0, carry = 0;

#pragma GCC unroll 4
		for (int j = 0; j < 4; j++)
			t[j] = limb_mul_add(&high, a->limb[j], b->limb[i], t[j]);
		t[4] = limb_add(&carry, t[4], high);
		reduce_limb(t);
	}
#pragma GCC unroll 4
	for (int i = 0; i < 4; i++)
		product.limb[i] = t[i];
	felem_reduce(r, &product, t[4]);
}

#include "square.h"

/*
 * a^(p - 2): of ones there are 32, 31 zeros, a one, 96 zeros, 94 ones, a zero and a
 * one, highest first.  xN is a^(2^N - 1).
 */
static void felem_invert(struct felem *r, const struct felem *a)
{
	struct felem x2, x4, x8, x16, x32, t;

	felem_sqr(&t, a);
	felem_mul(&x2, &t, a);
	felem_sqr_times(&t, &x2, 2);
	felem_mul(&x4, &t, &x2);
	felem_sqr_times(&t, &x4, 4);
	felem_mul(&x8, &t, &x4);
	felem_sqr_times(&t, &x8, 8);
	felem_mul(&x16, &t, &x8);
	felem_sqr_times(&t, &x16, 16);
	felem_mul(&x32, &t, &x16);

	felem_sqr_times(&t, &x32, 32);
	felem_mul(&t, &t, a);
	felem_sqr_times(&t, &t, 128);
	felem_mul(&t, &t, &x32);
	felem_sqr_times(&t, &t, 32);
	felem_mul(&t, &t, &x32);
	felem_sqr_times(&t, &t, 16);
	felem_mul(&t, &t, &x16);
	felem_sqr_times(&t, &t, 8);
	felem_mul(&t, &t, &x8);
	felem_sqr_times(&t, &t, 4);
	felem_mul(&t, &t, &x4);
	felem_sqr_times(&t, &t, 2);
	felem_mul(&t, &t, &x2);
	felem_sqr_times(&t, &t, 2);
	felem_mul(r, &t, a);
}

#endif /* _ECDH_FIELD_P256_H */
