/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cases of arithmetic.c, for the curve that is included before this.
 */
#ifndef _ARITHMETIC_CASES_H
#define _ARITHMETIC_CASES_H

#include <sys/random.h>

#define VALUES		96
#define RANDOM_PAIRS	20000

static BN_CTX *ctx;
static EC_GROUP *group;
static BIGNUM *p, *n, *r_inverse;

static void check(bool right)
{
	if (!right)
		die("OpenSSL failed");
}

static void set_up(void)
{
	BIGNUM *radix = BN_new();

	ctx = BN_CTX_new();
	group = EC_GROUP_new_by_curve_name(CURVE_NID);
	p = BN_new();
	n = BN_new();
	r_inverse = BN_new();
	check(EC_GROUP_get_curve(group, p, NULL, NULL, ctx) &&
	      EC_GROUP_get_order(group, n, ctx) &&
	      BN_set_bit(radix, 64 * FIELD_LIMBS) &&
	      BN_mod_inverse(r_inverse, radix, p, ctx));
	BN_free(radix);
}

static void tear_down(void)
{
	BN_free(r_inverse);
	BN_free(n);
	BN_free(p);
	EC_GROUP_free(group);
	BN_CTX_free(ctx);
}

/* The limbs as they are, whatever they stand for */
static void bn_of(BIGNUM *b, const u64 limb[FIELD_LIMBS])
{
	u8 octets[FIELD_OCTETS];

	limbs_to_octets(octets, limb);
	check(BN_bin2bn(octets, sizeof(octets), b));
}

static void felem_of(struct felem *a, const BIGNUM *b)
{
	u8 octets[FIELD_OCTETS];

	check(BN_bn2binpad(b, octets, sizeof(octets)) == FIELD_OCTETS);
	limbs_from_octets(a->limb, octets);
}

static bool is(const struct felem *a, const BIGNUM *b)
{
	struct felem wanted;

	felem_of(&wanted, b);
	return !memcmp(a, &wanted, sizeof(*a));
}

struct values {
	struct felem value[VALUES];
	int count;
};

static void add_value(struct values *v, const struct felem *a)
{
	BIGNUM *b = BN_new();

	bn_of(b, a->limb);
	if (v->count == VALUES)
		die("too many values");
	check(BN_nnmod(b, b, p, ctx));
	felem_of(&v->value[v->count++], b);
	BN_free(b);
}

/* Each limb all zeros or all ones, and what is beside 0, p and p / 2 */
static void extreme_values(struct values *v)
{
	struct felem a;
	u64 carry;

	v->count = 0;
	for (unsigned int ones = 0; ones < 1U << FIELD_LIMBS; ones++) {
		for (int i = 0; i < FIELD_LIMBS; i++)
			a.limb[i] = ones >> i & 1 ? ~0ULL : 0;
		add_value(v, &a);
	}
	for (u64 i = 1; i <= 4; i++) {
		memset(&a, 0, sizeof(a));
		a.limb[0] = i;
		add_value(v, &a);
		a = field_modulus;
		a.limb[0] -= i;
		add_value(v, &a);
	}
	for (u64 i = 0; i < 4; i++) {
		carry = 0;
		for (int j = 0; j < FIELD_LIMBS; j++)
			a.limb[j] = field_modulus.limb[j] >> 1 |
				    (j + 1 < FIELD_LIMBS ?
				     field_modulus.limb[j + 1] << 63 : 0);
		a.limb[0] = limb_add(&carry, a.limb[0], i - 1);
		add_value(v, &a);
	}
	a = field_one;
	add_value(v, &a);
}

static void random_value(struct felem *a)
{
	struct values v = {};

	check(getrandom(a, sizeof(*a), 0) == sizeof(*a));
	add_value(&v, a);
	*a = v.value[0];
}

static bool pair_is_right(const struct felem *a, const struct felem *b)
{
	BIGNUM *x = BN_new(), *y = BN_new(), *wanted = BN_new();
	struct felem r, in_place;
	bool right;

	bn_of(x, a->limb);
	bn_of(y, b->limb);

	check(BN_mod_mul(wanted, x, y, p, ctx) &&
	      BN_mod_mul(wanted, wanted, r_inverse, p, ctx));
	felem_mul(&r, a, b);
	right = is(&r, wanted);
	in_place = *a;
	felem_mul(&in_place, &in_place, b);
	right &= is(&in_place, wanted);

	check(BN_mod_add(wanted, x, y, p, ctx));
	felem_add(&r, a, b);
	right &= is(&r, wanted);

	check(BN_mod_sub(wanted, x, y, p, ctx));
	felem_sub(&r, a, b);
	right &= is(&r, wanted);

	right &= felem_equal(a, b) == !BN_cmp(x, y);
	right &= limbs_less(a->limb, b->limb) == (BN_cmp(x, y) < 0);

	BN_free(wanted);
	BN_free(y);
	BN_free(x);
	return right;
}

static bool value_is_right(const struct felem *a)
{
	BIGNUM *x = BN_new(), *wanted = BN_new();
	u8 octets[FIELD_OCTETS];
	static const struct felem zero;
	struct felem r, back;
	bool right;

	bn_of(x, a->limb);
	check(BN_mod_sqr(wanted, x, p, ctx) &&
	      BN_mod_mul(wanted, wanted, r_inverse, p, ctx));
	felem_sqr(&r, a);
	right = is(&r, wanted);

	felem_halve(&r, a);
	felem_add(&r, &r, &r);
	right &= felem_equal(&r, a);

	r = *a;
	felem_negate_if(&r, 0);
	right &= felem_equal(&r, a);
	felem_negate_if(&r, ~0ULL);
	felem_add(&r, &r, a);
	right &= felem_equal(&r, &zero) || felem_equal(a, &zero);

	felem_to_octets(octets, a);
	right &= felem_from_octets(&back, octets) && felem_equal(&back, a);
	check(BN_mod_mul(wanted, x, r_inverse, p, ctx) &&
	      BN_bin2bn(octets, sizeof(octets), x));
	right &= !BN_cmp(x, wanted);

	BN_free(wanted);
	BN_free(x);
	return right;
}

/* Its product with what it inverts is 1; and 0 has 0. */
static bool inverse_is_right(const struct felem *a)
{
	static const struct felem zero;
	struct felem r;

	felem_invert(&r, a);
	if (felem_equal(a, &zero))
		return felem_equal(&r, &zero);
	felem_mul(&r, &r, a);
	return felem_equal(&r, &field_one);
}

static void test_field(void)
{
	unsigned int pairs = 0, elements = 0, inverses = 0;
	struct values v;
	struct felem a, b;

	extreme_values(&v);
	for (int i = 0; i < v.count; i++) {
		elements += !value_is_right(&v.value[i]);
		inverses += !inverse_is_right(&v.value[i]);
		for (int j = 0; j < v.count; j++)
			pairs += !pair_is_right(&v.value[i], &v.value[j]);
	}
	for (int i = 0; i < RANDOM_PAIRS; i++) {
		random_value(&a);
		random_value(&b);
		pairs += !pair_is_right(&a, &b);
		elements += !value_is_right(&a);
		inverses += i < 200 && !inverse_is_right(&a);
	}
	report(CURVE, "products, sums and differences", pairs);
	report(CURVE, "squares, halves and octets", elements);
	report(CURVE, "inverses", inverses);
}

/* What is not below p is said to be so. */
static void test_reduced(void)
{
	BIGNUM *b = BN_new();
	u8 octets[FIELD_OCTETS];
	struct felem a;
	bool right = true;

	check(BN_copy(b, p) && BN_sub_word(b, 3));
	for (int i = -3; i < 4; i++) {
		check(BN_bn2binpad(b, octets, sizeof(octets)) == FIELD_OCTETS);
		right &= felem_from_octets(&a, octets) == (i < 0);
		check(BN_add_word(b, 1));
	}
	memset(octets, 0xff, sizeof(octets));
	right &= !felem_from_octets(&a, octets);
	report(CURVE, "only what is below p is an element", !right);
	BN_free(b);
}

#define FURTHEST	8

/* i times the base point, by OpenSSL, with Z as it is given */
static void multiple_of_base(struct point *r, int i, const struct felem *z)
{
	EC_POINT *point = EC_POINT_new(group);
	BIGNUM *k = BN_new(), *x = BN_new(), *y = BN_new();
	u8 octets[FIELD_OCTETS];

	check(BN_set_word(k, abs(i)));
	BN_set_negative(k, i < 0);
	check(EC_POINT_mul(group, point, k, NULL, NULL, ctx));
	if (!i) {
		*r = (struct point){ .y = *z };
	} else {
		check(EC_POINT_get_affine_coordinates(group, point, x, y, ctx));
		BN_bn2binpad(x, octets, sizeof(octets));
		felem_from_octets(&r->x, octets);
		BN_bn2binpad(y, octets, sizeof(octets));
		felem_from_octets(&r->y, octets);
		felem_mul(&r->x, &r->x, z);
		felem_mul(&r->y, &r->y, z);
		r->z = *z;
	}
	BN_free(y);
	BN_free(x);
	BN_free(k);
	EC_POINT_free(point);
}

static bool same_point(const struct point *a, const struct point *b)
{
	static const struct felem zero;
	struct felem left, right;

	if (felem_equal(&a->z, &zero) || felem_equal(&b->z, &zero))
		return felem_equal(&a->z, &b->z) && felem_equal(&a->x, &zero) &&
		       !felem_equal(&a->y, &zero);
	felem_mul(&left, &a->x, &b->z);
	felem_mul(&right, &b->x, &a->z);
	if (!felem_equal(&left, &right))
		return false;
	felem_mul(&left, &a->y, &b->z);
	felem_mul(&right, &b->y, &a->z);
	return felem_equal(&left, &right);
}

/* Points that are equal, opposite and at infinity among them */
static bool sum_is_right(int i, int j)
{
	struct point a, b, wanted, sum;
	struct affine affine;
	struct felem z;
	bool right;

	random_value(&z);
	multiple_of_base(&a, i, &z);
	random_value(&z);
	multiple_of_base(&b, j, &z);
	multiple_of_base(&wanted, i + j, &field_one);
	point_add(&sum, &a, &b);
	right = same_point(&sum, &wanted);
	sum = a;
	point_add(&sum, &sum, &b);
	right &= same_point(&sum, &wanted);
	if (!j)
		return right;

	multiple_of_base(&b, j, &field_one);
	affine.x = b.x;
	affine.y = b.y;
	right &= affine_is_on_curve(&affine);
	point_add_affine(&sum, &a, &affine);
	right &= same_point(&sum, &wanted);
	felem_add(&affine.y, &affine.y, &field_one);
	right &= !affine_is_on_curve(&affine);
	return right;
}

static bool doubles_are_right(int i)
{
	struct point a, wanted;
	struct felem z;
	bool right = true;

	for (unsigned int times = 0; times < 6; times++) {
		random_value(&z);
		multiple_of_base(&a, i, &z);
		multiple_of_base(&wanted, i * (1 << times), &field_one);
		point_double(&a, times);
		right &= same_point(&a, &wanted);
	}
	return right;
}

static void test_points(void)
{
	unsigned int sums = 0, doubles = 0;

	for (int i = -FURTHEST; i <= FURTHEST; i++) {
		for (int j = -FURTHEST; j <= FURTHEST; j++)
			sums += !sum_is_right(i, j);
		if (i)
			doubles += !doubles_are_right(i);
	}
	report(CURVE, "sums of any two points", sums);
	report(CURVE, "doubled points", doubles);
}

/* The sum of the digits in their places is k, or n - k where that is odd. */
static bool digits_are_right(const u64 k[FIELD_LIMBS])
{
	BIGNUM *sum = BN_new(), *wanted = BN_new();
	struct scalar odd;
	const u64 negated = make_odd(&odd, k);
	bool right;

	bn_of(wanted, k);
	if (negated)
		check(BN_sub(wanted, n, wanted));
	right = BN_is_odd(wanted);
	for (int i = WINDOWS - 1; i >= 0; i--) {
		const struct digit d = any_digit_of(&odd, i);

		right &= d.index < ENTRIES && (!d.negative || d.negative == ~0ULL);
		check(BN_mul_word(sum, 32) &&
		      (d.negative ? BN_sub_word(sum, 2 * d.index + 1) :
				    BN_add_word(sum, 2 * d.index + 1)));
	}
	right &= !BN_cmp(sum, wanted);
	BN_free(wanted);
	BN_free(sum);
	return right;
}

static void test_digits(void)
{
	unsigned int wrong = 0;
	struct values v;
	struct felem k;
	BIGNUM *b = BN_new();

	extreme_values(&v);
	for (int i = 0; i < v.count + RANDOM_PAIRS; i++) {
		if (i < v.count)
			k = v.value[i];
		else
			random_value(&k);
		bn_of(b, k.limb);
		check(BN_nnmod(b, b, n, ctx));
		felem_of(&k, b);
		wrong += !BN_is_zero(b) && !digits_are_right(k.limb);
	}
	report(CURVE, "digits of numbers", wrong);
	BN_free(b);
}

static void arithmetic(void)
{
	set_up();
	test_field();
	test_reduced();
	test_points();
	test_digits();
	tear_down();
}

#endif
