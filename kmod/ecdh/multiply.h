/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Multiples of points by secret numbers.
 *
 * A number k from 1 to n - 1 is made odd, as k or n - k, so that in base 32 it has digits that
 * are odd: with u_i the five bits of k from 5 i + 1 on, digit i is 2 u_i - 31, and
 * the highest is 2 u_i + 1.  (The sum of 32^i (2 u_i + 1) is that of 2 u_i 32^i, which
 * is k - 1, and of 32^i; all but the lowest of these are taken away as the 32 that
 * each digit but the highest has less.)  No digit is zero, so each costs
 * the same addition; and each is one of 16 odd numbers or its negative.
 */
#ifndef _ECDH_MULTIPLY_H
#define _ECDH_MULTIPLY_H

#include <linux/types.h>

#define WINDOW_BITS	5
#define ENTRIES		16
#define WINDOWS		(64 * FIELD_LIMBS / WINDOW_BITS + 1)

/* The number, with zeros above for the highest window */
struct scalar {
	u64 limb[FIELD_LIMBS + 2];
};

/* A digit: the odd number 2 index + 1, negated where the mask is all bits */
struct digit {
	u64 index;
	u64 negative;
};

static u64 window_of(const struct scalar *k, unsigned int i)
{
	const unsigned int bit = WINDOW_BITS * i + 1;
	const unsigned int limb = bit / 64, shift = bit % 64;

	return (k->limb[limb] >> shift | k->limb[limb + 1] << 1 << (63 - shift)) &
	       (2 * ENTRIES - 1);
}

/* Of 2 u - 31, 15 - u is the index where that is negative, u - 16 where it is not. */
static struct digit digit_of(const struct scalar *k, unsigned int i)
{
	const u64 u = window_of(k, i);
	struct digit d;

	d.negative = limb_mask(1 ^ u >> (WINDOW_BITS - 1));
	d.index = (u ^ d.negative) & (ENTRIES - 1);
	return d;
}

/* The highest, 2 u + 1: u is below 16, as 64 FIELD_LIMBS is not a multiple of 5. */
static struct digit highest_digit_of(const struct scalar *k)
{
	return (struct digit){ .index = window_of(k, WINDOWS - 1) };
}

/*
 * An odd number that is k or n - k
 *
 * Return: all bits where it is n - k.
 */
static u64 make_odd(struct scalar *odd, const u64 k[FIELD_LIMBS])
{
	const u64 even = limb_mask(1 ^ (k[0] & 1));
	u64 borrow = 0;

	for (int i = 0; i < FIELD_LIMBS; i++) {
		const u64 negated = limb_sub(&borrow, curve_order[i], k[i]);

		odd->limb[i] = k[i] ^ (even & (k[i] ^ negated));
	}
	odd->limb[FIELD_LIMBS] = 0;
	odd->limb[FIELD_LIMBS + 1] = 0;
	return even;
}

static __always_inline void take_where(u64 *r, u64 mask, const u64 *limb)
{
#pragma GCC unroll 6
	for (int i = 0; i < FIELD_LIMBS; i++)
		r[i] |= mask & limb[i];
}

/* 1, 3, ... 31 times a point */
struct multiples {
	struct point odd[ENTRIES];
};

/* The entry at @index: all of them are read. */
static void look_up(struct point *entry, const struct multiples *m,
		    u64 index)
{
	*entry = (struct point){};
	for (u64 i = 0; i < ENTRIES; i++) {
		const u64 mask = limb_mask(limb_is_zero(i ^ index));

		take_where(entry->x.limb, mask, m->odd[i].x.limb);
		take_where(entry->y.limb, mask, m->odd[i].y.limb);
		take_where(entry->z.limb, mask, m->odd[i].z.limb);
	}
}

static void look_up_base(struct affine *entry,
			 const u64 table[ENTRIES][2][FIELD_LIMBS], u64 index)
{
	*entry = (struct affine){};
	for (u64 i = 0; i < ENTRIES; i++) {
		const u64 mask = limb_mask(limb_is_zero(i ^ index));

		take_where(entry->x.limb, mask, table[i][0]);
		take_where(entry->y.limb, mask, table[i][1]);
	}
}

static void add_multiple(struct point *sum, const struct multiples *m,
			 struct digit d)
{
	struct point p;

	look_up(&p, m, d.index);
	felem_negate_if(&p.y, d.negative);
	point_add(sum, sum, &p);
}

/*
 * k times a point that is not at infinity
 *
 * After digit i the sum is v P with v = 2 floor(k / 2^(5 i + 1)) + 1, an odd number from
 * 1 to k, which is below n; what is doubled is v 2^j P, and n is a prime that divides
 * neither v nor 2.  So no point at infinity is doubled.
 */
static void multiply(struct point *r, struct multiples *m, const struct scalar *k,
		     const struct affine *p)
{
	struct point twice;

	m->odd[0] = (struct point){ .x = p->x, .y = p->y, .z = field_one };
	twice = m->odd[0];
	point_double(&twice, 1);
	for (int i = 1; i < ENTRIES; i++)
		point_add(&m->odd[i], &m->odd[i - 1], &twice);

	look_up(r, m, highest_digit_of(k).index);
	for (int i = WINDOWS - 2; i >= 0; i--) {
		point_double(r, WINDOW_BITS);
		add_multiple(r, m, digit_of(k, i));
	}
}

static void add_base_multiple(struct point *sum, unsigned int row, struct digit d)
{
	struct affine p;

	look_up_base(&p, base_multiples[row], d.index);
	felem_negate_if(&p.y, d.negative);
	point_add_affine(sum, sum, &p);
}

static struct digit any_digit_of(const struct scalar *k, unsigned int i)
{
	return i == WINDOWS - 1 ? highest_digit_of(k) : digit_of(k, i);
}

/*
 * k times the base point: digit i has row i / 2 of the table, whose points are 32^i
 * times the odd multiples where i is even; where it is odd, what they sum up to is
 * doubled five times.
 *
 * That sum is w times the base point, where w is odd and below n, but for its sign: what
 * is added up has its highest digit in the 50th place of P-256, where it is 1, and in the
 * 74th of P-384.  So no point at infinity is doubled.
 */
static void multiply_base(struct point *r, const struct scalar *k)
{
	*r = (struct point){ .y = field_one };
	for (int i = 1; i < WINDOWS; i += 2)
		add_base_multiple(r, i / 2, any_digit_of(k, i));
	point_double(r, WINDOW_BITS);
	for (int i = 0; i < WINDOWS; i += 2)
		add_base_multiple(r, i / 2, any_digit_of(k, i));
}

#endif /* _ECDH_MULTIPLY_H */
