/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the prime fields of both curves have in common.
 *
 * Whoever includes this has defined FIELD_LIMBS, field_modulus and
 * field_montgomery_factor, which is R^2 modulo p.
 *
 * With R = 2^(64 FIELD_LIMBS), an element a is kept as a R mod p, and always reduced:
 * each function takes and gives limbs below p, so that an element has one form only.
 */
#ifndef _ECDH_FIELD_H
#define _ECDH_FIELD_H

#include <linux/types.h>

#include "element.h"
#include "limb.h"

/* if_set where @mask is all bits, if_clear where it is none */
static __always_inline void
felem_select(struct felem *r, u64 mask, const struct felem *if_set,
	     const struct felem *if_clear)
{
#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		r->limb[i] = if_clear->limb[i] ^
			     (mask & (if_set->limb[i] ^ if_clear->limb[i]));
}

/* high R + a, which is below 2 p, modulo p */
static __always_inline void felem_reduce(struct felem *r, const struct felem *a,
					 u64 high)
{
	struct felem less;
	u64 borrow = 0, carry = 0, mask;

#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		less.limb[i] = limb_sub(&borrow, a->limb[i], field_modulus.limb[i]);
	limb_sub(&borrow, high, 0);
	mask = limb_mask(borrow);
#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		r->limb[i] = limb_add(&carry, less.limb[i],
				      mask & field_modulus.limb[i]);
}

static __always_inline void felem_add(struct felem *r, const struct felem *a,
				      const struct felem *b)
{
	struct felem sum;
	u64 carry = 0;

#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		sum.limb[i] = limb_add(&carry, a->limb[i], b->limb[i]);
	felem_reduce(r, &sum, carry);
}

static __always_inline void felem_sub(struct felem *r, const struct felem *a,
				      const struct felem *b)
{
	struct felem difference;
	u64 borrow = 0, carry = 0, mask;

#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		difference.limb[i] = limb_sub(&borrow, a->limb[i], b->limb[i]);
	mask = limb_mask(borrow);
#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		r->limb[i] = limb_add(&carry, difference.limb[i],
				      mask & field_modulus.limb[i]);
}

/* -a where @mask is all bits, a where it is none; a is not 0. */
static __always_inline void felem_negate_if(struct felem *a, u64 mask)
{
	struct felem negated;
	u64 borrow = 0;

#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		negated.limb[i] = limb_sub(&borrow, field_modulus.limb[i], a->limb[i]);
	felem_select(a, mask, &negated, a);
}

/* a / 2: a or a + p is even */
static __always_inline void felem_halve(struct felem *r, const struct felem *a)
{
	const u64 odd = limb_mask(a->limb[0] & 1);
	struct felem even;
	u64 carry = 0;

#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		even.limb[i] = limb_add(&carry, a->limb[i],
					odd & field_modulus.limb[i]);
#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS - 1; i++)
		r->limb[i] = even.limb[i] >> 1 | even.limb[i + 1] << 63;
	r->limb[FIELD_LIMBS - 1] = even.limb[FIELD_LIMBS - 1] >> 1 | carry << 63;
}

/* 1 if equal, else 0 */
static inline u64 felem_equal(const struct felem *a, const struct felem *b)
{
	u64 differ = 0;

	for (int i = 0; i < FIELD_LIMBS; i++)
		differ |= a->limb[i] ^ b->limb[i];
	return limb_is_zero(differ);
}

/* The field's own: a b, a^2 and 1 / a, of which the last is 0 for 0 */
static void felem_mul(struct felem *r, const struct felem *a, const struct felem *b);
static void felem_sqr(struct felem *r, const struct felem *a);
static void felem_invert(struct felem *r, const struct felem *a);

/* a^(2^n) */
static inline void felem_sqr_times(struct felem *r, const struct felem *a,
				   unsigned int n)
{
	felem_sqr(r, a);
	while (--n)
		felem_sqr(r, r);
}

/* Limbs of a number in octets, highest first */
static inline void limbs_from_octets(u64 limb[FIELD_LIMBS],
				     const u8 in[FIELD_OCTETS])
{
	for (int i = 0; i < FIELD_LIMBS; i++) {
		u64 word = 0;

		for (int j = 0; j < 8; j++)
			word = word << 8 | in[FIELD_OCTETS - 8 * (i + 1) + j];
		limb[i] = word;
	}
}

static inline void limbs_to_octets(u8 out[FIELD_OCTETS],
				   const u64 limb[FIELD_LIMBS])
{
	for (int i = 0; i < FIELD_LIMBS; i++) {
		for (int j = 0; j < 8; j++)
			out[FIELD_OCTETS - 8 * (i + 1) + j] =
				(u8)(limb[i] >> (56 - 8 * j));
	}
}

/* 1 if a < b, else 0 */
static inline u64 limbs_less(const u64 a[FIELD_LIMBS], const u64 b[FIELD_LIMBS])
{
	u64 borrow = 0;

	for (int i = 0; i < FIELD_LIMBS; i++)
		limb_sub(&borrow, a[i], b[i]);
	return borrow;
}

/* Return: 1, or 0 if it is not below p, and then @r is nothing. */
static inline u64 felem_from_octets(struct felem *r, const u8 in[FIELD_OCTETS])
{
	struct felem plain;
	u64 reduced;

	limbs_from_octets(plain.limb, in);
	reduced = limbs_less(plain.limb, field_modulus.limb);
	felem_mul(r, &plain, &field_montgomery_factor);
	return reduced;
}

static inline void felem_to_octets(u8 out[FIELD_OCTETS], const struct felem *a)
{
	static const struct felem one = { { 1 } };
	struct felem plain;

	felem_mul(&plain, a, &one);
	limbs_to_octets(out, plain.limb);
}

#endif /* _ECDH_FIELD_H */
