/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The proofs of both curves: whoever includes this has included one, and says in PROVE()
 * what they are called.
 *
 * A number is compared as a whole, in bits enough for all that is computed.
 */
#ifndef _PROVE_CURVE_H
#define _PROVE_CURVE_H

#include "cbmc.h"

typedef unsigned __CPROVER_bitvector[64 * FIELD_LIMBS + 144] wide;

struct felem nondet_felem(void);

static wide value_of(const u64 *limb, unsigned int limbs)
{
	wide value = 0;

	for (unsigned int i = 0; i < limbs; i++)
		value |= (wide)limb[i] << 64 * i;
	return value;
}

static wide felem_value(const struct felem *a)
{
	return value_of(a->limb, FIELD_LIMBS);
}

static wide modulus(void)
{
	return felem_value(&field_modulus);
}

static struct felem reduced(void)
{
	struct felem a = nondet_felem();

	assume(felem_value(&a) < modulus());
	return a;
}

/* r is x mod p, of x below 2 p */
static void assert_is(const struct felem *r, wide x)
{
	const wide value = felem_value(r), p = modulus();

	assert(value < p);
	assert(value == (x < p ? x : x - p));
}

void PROVE(felem_reduce)(void)
{
	const struct felem a = nondet_felem();
	const u64 high = nondet_u64();
	const wide x = felem_value(&a) + ((wide)high << 64 * FIELD_LIMBS);
	struct felem r;

	assume(high <= 1 && x < 2 * modulus());
	felem_reduce(&r, &a, high);
	assert_is(&r, x);
}

void PROVE(felem_add)(void)
{
	const struct felem a = reduced(), b = reduced();
	struct felem r;

	felem_add(&r, &a, &b);
	assert_is(&r, felem_value(&a) + felem_value(&b));
}

void PROVE(felem_sub)(void)
{
	const struct felem a = reduced(), b = reduced();
	struct felem r;

	felem_sub(&r, &a, &b);
	assert(felem_value(&r) < modulus());
	assert(felem_value(&r) + felem_value(&b) == felem_value(&a) ||
	       felem_value(&r) + felem_value(&b) == felem_value(&a) + modulus());
}

void PROVE(felem_negate)(void)
{
	const struct felem a = reduced();
	const bool negated = nondet_unsigned() & 1;
	struct felem r = a;

	assume(felem_value(&a) != 0);
	felem_negate_if(&r, negated ? ~(u64)0 : 0);
	assert(felem_value(&r) == (negated ? modulus() - felem_value(&a) :
					     felem_value(&a)));
}

void PROVE(felem_halve)(void)
{
	const struct felem a = reduced();
	struct felem r;

	felem_halve(&r, &a);
	assert(felem_value(&r) < modulus());
	assert_is(&a, 2 * felem_value(&r));
}

/* m p, of m = -t / p mod 2^64 */
static wide cleared_by(u64 t);

/* From below (2^64 + 1) p to below 2 p: m p is added, and no other bit is lost. */
static void prove_reduce_limb(unsigned int limbs)
{
	u64 t[FIELD_LIMBS + 2] = {};
	wide before, after, multiple;

	for (unsigned int i = 0; i < limbs; i++)
		t[i] = nondet_u64();
	before = value_of(t, limbs);
	assume(before < (modulus() << 64) + modulus());
	multiple = cleared_by(t[0]);
	reduce_limb(t);
	after = value_of(t, limbs);
	assert(after << 64 == before + multiple);
	assert(after < 2 * modulus());
}

void PROVE(comparisons)(void)
{
	const struct felem a = nondet_felem(), b = nondet_felem();

	assert(felem_equal(&a, &b) == (felem_value(&a) == felem_value(&b)));
	assert(limbs_less(a.limb, b.limb) == (felem_value(&a) < felem_value(&b)));
}

/* There and back, with the octet at any place where it belongs */
void PROVE(octets)(void)
{
	const unsigned int at = nondet_unsigned();
	u8 in[FIELD_OCTETS], out[FIELD_OCTETS];
	u64 limb[FIELD_LIMBS];

	assume(at < FIELD_OCTETS);
	limbs_from_octets(limb, in);
	assert((u8)(value_of(limb, FIELD_LIMBS) >> 8 * (FIELD_OCTETS - 1 - at)) == in[at]);
	limbs_to_octets(out, limb);
	assert(out[at] == in[at]);
}

/* The order of the curve, and a private key that it allows */
static wide order(void)
{
	return value_of(curve_order, FIELD_LIMBS);
}

void PROVE(private_key_is_valid)(void)
{
	u8 key[FIELD_OCTETS];
	u64 limb[FIELD_LIMBS];
	wide k;

	limbs_from_octets(limb, key);
	k = value_of(limb, FIELD_LIMBS);
	assert(private_key_is_valid(key) == (k > 0 && k < order()));
}

static struct felem private_key(void)
{
	const struct felem k = nondet_felem();

	assume(felem_value(&k) > 0 && felem_value(&k) < order());
	return k;
}

void PROVE(make_odd)(void)
{
	const struct felem k = private_key();
	struct scalar odd;
	const u64 negated = make_odd(&odd, k.limb);
	const wide value = value_of(odd.limb, FIELD_LIMBS + 2);

	assert(value & 1);
	assert(negated == 0 || negated == ~(u64)0);
	assert(value == (negated ? order() - felem_value(&k) : felem_value(&k)));
}

/* What the digits from @i on sum up to: 2 floor(k / 2^(5 i + 1)) + 1, for k odd */
static wide sum_from(wide k, unsigned int i)
{
	return 2 * (k >> (WINDOW_BITS * i + 1)) + 1;
}

/*
 * Each digit makes the sum of those above it the sum from it on.  The sum from the
 * lowest on is k.
 */
void PROVE(digits)(void)
{
	const struct felem key = private_key();
	const unsigned int i = nondet_unsigned();
	const wide k = felem_value(&key);
	struct scalar odd = {};
	struct digit d;
	wide digit;

	assume(key.limb[0] & 1);
	assume(i < WINDOWS);
	for (int j = 0; j < FIELD_LIMBS; j++)
		odd.limb[j] = key.limb[j];
	d = any_digit_of(&odd, i);
	assert(d.index < ENTRIES);
	assert(d.negative == 0 || d.negative == ~(u64)0);
	digit = 2 * (wide)d.index + 1;
	if (d.negative)
		digit = -digit;
	assert(sum_from(k, i) == (i == WINDOWS - 1 ? 0 : sum_from(k, i + 1) << WINDOW_BITS) +
				 digit);
	assert(sum_from(k, 0) == k);
}

struct multiples nondet_multiples(void);

void PROVE(look_up)(void)
{
	const struct multiples m = nondet_multiples();
	const u64 index = nondet_u64();
	const unsigned int at = nondet_unsigned();
	struct point entry;

	assume(index < ENTRIES && at < FIELD_LIMBS);
	look_up(&entry, &m, index);
	assert(entry.x.limb[at] == m.odd[index].x.limb[at]);
	assert(entry.y.limb[at] == m.odd[index].y.limb[at]);
	assert(entry.z.limb[at] == m.odd[index].z.limb[at]);
}

/* In any table */
void PROVE(look_up_base)(void)
{
	u64 table[ENTRIES][2][FIELD_LIMBS];
	const u64 index = nondet_u64();
	const unsigned int at = nondet_unsigned();
	struct affine entry;

	assume(index < ENTRIES && at < FIELD_LIMBS);
	look_up_base(&entry, table, index);
	assert(entry.x.limb[at] == table[index][0][at]);
	assert(entry.y.limb[at] == table[index][1][at]);
}

#endif /* _PROVE_CURVE_H */
