// SPDX-License-Identifier: GPL-2.0
/*
 * The number-theoretic transform of FIPS 203, section 4.3, with AVX2.
 *
 * Only what prepare_avx2() gives is multiplied by 2^16, by which dot_avx2()
 * divides.
 */
#include <linux/compiler.h>

#include "impl_x86.h"
#include "residue.h"
#include "vector.h"

/* A constant for each element, and its fraction */
struct factor {
	s16 z[16];
	s16 fraction[16];
};

#define Z(z)		(z)
#define TWICE(X, z)	X(z), X(z)
#define FOUR(X, z)	TWICE(X, z), TWICE(X, z)
#define EIGHT(X, z)	FOUR(X, z), FOUR(X, z)

#define ZETAS_2(a, b) {							\
	.z = { EIGHT(Z, a), EIGHT(Z, b) },				\
	.fraction = { EIGHT(FRACTION, a), EIGHT(FRACTION, b) },		\
}

#define ZETAS_4(a, b, c, d) {						\
	.z = { FOUR(Z, a), FOUR(Z, b), FOUR(Z, c), FOUR(Z, d) },	\
	.fraction = { FOUR(FRACTION, a), FOUR(FRACTION, b),		\
		      FOUR(FRACTION, c), FOUR(FRACTION, d) },		\
}

/* In the order that halves_2() leaves them in */
#define ZETAS_8(a, b, c, d, e, f, g, h) {				\
	.z = { TWICE(Z, a), TWICE(Z, c), TWICE(Z, b), TWICE(Z, d),	\
	       TWICE(Z, e), TWICE(Z, g), TWICE(Z, f), TWICE(Z, h) },	\
	.fraction = { TWICE(FRACTION, a), TWICE(FRACTION, c),		\
		      TWICE(FRACTION, b), TWICE(FRACTION, d),		\
		      TWICE(FRACTION, e), TWICE(FRACTION, g),		\
		      TWICE(FRACTION, f), TWICE(FRACTION, h) },		\
}

/* 2^16 mod q */
#define RADIX		(65536 % MLKEM_Q)

/* 2^16, and 2^16 times zeta and -zeta, for the pairs of poly_prepare() */
#define GAMMA(X, z)	X(CENTERED(RADIX)), X(MOD_Q((z) * RADIX)),	\
			X(CENTERED(RADIX)), X(MOD_Q(-(z) * RADIX))
#define GAMMAS(a, b, c, d) {						\
	.z = { GAMMA(Z, a), GAMMA(Z, b), GAMMA(Z, c), GAMMA(Z, d) },	\
	.fraction = { GAMMA(FRACTION, a), GAMMA(FRACTION, b),		\
		      GAMMA(FRACTION, c), GAMMA(FRACTION, d) },		\
}

/*
 * zeta^BitRev7(i).  In Python:
 *
 *	z = [pow(17, int(f"{i:07b}"[::-1], 2), 3329) for i in range(128)]
 *	z = [x if x < 3329 / 2 else x - 3329 for x in z]
 *	[z[:16], z[16:32], z[32:64], z[64:]]
 */
static const s16 zeta_16[16] = {
	1, -1600, -749, -40, -687, 630, -1432, 848,
	1062, -1410, 193, 797, -543, -69, 569, -1583,
};

static const struct factor zeta_8[8] = {
	ZETAS_2(296, -882),
	ZETAS_2(1339, 1476),
	ZETAS_2(-283, 56),
	ZETAS_2(-1089, 1333),
	ZETAS_2(1426, -1235),
	ZETAS_2(535, -447),
	ZETAS_2(-936, -450),
	ZETAS_2(-1355, 821),
};

static const struct factor zeta_4[8] = {
	ZETAS_4(289, 331, -76, -1573),
	ZETAS_4(1197, -1025, -1052, -1274),
	ZETAS_4(650, -1352, -816, 632),
	ZETAS_4(-464, 33, 1320, -1414),
	ZETAS_4(-1010, 1435, 807, 452),
	ZETAS_4(1438, -461, 1534, -927),
	ZETAS_4(-682, -712, 1481, 648),
	ZETAS_4(-855, -219, 1227, 910),
};

static const struct factor zeta_2[8] = {
	ZETAS_8(17, -568, 583, -680, 1637, 723, -1041, 1100),
	ZETAS_8(1409, -667, -48, 233, 756, -1173, -314, -279),
	ZETAS_8(-1626, 1651, -540, -1540, -1482, 952, 1461, -642),
	ZETAS_8(939, -1021, -892, -941, 733, -992, 268, 641),
	ZETAS_8(1584, -1031, -1292, -109, 375, -780, -1239, 1645),
	ZETAS_8(1063, 319, -556, 757, -1230, 561, -863, -735),
	ZETAS_8(-525, 1092, 403, 1026, 1143, -1179, -554, 886),
	ZETAS_8(-1607, 1212, -1455, 1029, -1219, -394, 885, -1175),
};

/* Those of the inverse: z[127], z[126], ... z[64], z[63], ... */
static const struct factor inverse_zeta_2[8] = {
	ZETAS_8(-1175, 885, -394, -1219, 1029, -1455, 1212, -1607),
	ZETAS_8(886, -554, -1179, 1143, 1026, 403, 1092, -525),
	ZETAS_8(-735, -863, 561, -1230, 757, -556, 319, 1063),
	ZETAS_8(1645, -1239, -780, 375, -109, -1292, -1031, 1584),
	ZETAS_8(641, 268, -992, 733, -941, -892, -1021, 939),
	ZETAS_8(-642, 1461, 952, -1482, -1540, -540, 1651, -1626),
	ZETAS_8(-279, -314, -1173, 756, 233, -48, -667, 1409),
	ZETAS_8(1100, -1041, 723, 1637, -680, 583, -568, 17),
};

static const struct factor inverse_zeta_4[8] = {
	ZETAS_4(910, 1227, -219, -855),
	ZETAS_4(648, 1481, -712, -682),
	ZETAS_4(-927, 1534, -461, 1438),
	ZETAS_4(452, 807, 1435, -1010),
	ZETAS_4(-1414, 1320, 33, -464),
	ZETAS_4(632, -816, -1352, 650),
	ZETAS_4(-1274, -1052, -1025, 1197),
	ZETAS_4(-1573, -76, 331, 289),
};

static const struct factor inverse_zeta_8[8] = {
	ZETAS_2(821, -1355),
	ZETAS_2(-450, -936),
	ZETAS_2(-447, 535),
	ZETAS_2(-1235, 1426),
	ZETAS_2(1333, -1089),
	ZETAS_2(56, -283),
	ZETAS_2(1476, 1339),
	ZETAS_2(-882, 296),
};

/* z[64:], as in zeta_2 */
static const struct factor gamma[16] = {
	GAMMAS(17, -568, 583, -680),
	GAMMAS(1637, 723, -1041, 1100),
	GAMMAS(1409, -667, -48, 233),
	GAMMAS(756, -1173, -314, -279),
	GAMMAS(-1626, 1651, -540, -1540),
	GAMMAS(-1482, 952, 1461, -642),
	GAMMAS(939, -1021, -892, -941),
	GAMMAS(733, -992, 268, 641),
	GAMMAS(1584, -1031, -1292, -109),
	GAMMAS(375, -780, -1239, 1645),
	GAMMAS(1063, 319, -556, 757),
	GAMMAS(-1230, 561, -863, -735),
	GAMMAS(-525, 1092, 403, 1026),
	GAMMAS(1143, -1179, -554, 886),
	GAMMAS(-1607, 1212, -1455, 1029),
	GAMMAS(-1219, -394, 885, -1175),
};

static __always_inline vs16 mul_factor(vs16 a, const struct factor *f)
{
	return mul(a, load_s16(f->z), load_s16(f->fraction));
}

/*
 * Coefficients j and j + len are to meet in two vectors at the same place.  For a
 * len of 16 they do.  For 8, 4 and 2 these exchange the second half of each group
 * in @a with the first half of the group beside it in @b; but halves_2() also
 * changes the order of groups.
 */
static __always_inline void halves_8(vs16 *a, vs16 *b)
{
	vu64 x = (vu64)*a;
	vu64 y = (vu64)*b;

	*a = (vs16)__builtin_shufflevector(x, y, 0, 1, 4, 5);
	*b = (vs16)__builtin_shufflevector(x, y, 2, 3, 6, 7);
}

static __always_inline void halves_4(vs16 *a, vs16 *b)
{
	vu64 x = (vu64)*a;
	vu64 y = (vu64)*b;

	*a = (vs16)__builtin_shufflevector(x, y, 0, 4, 2, 6);
	*b = (vs16)__builtin_shufflevector(x, y, 1, 5, 3, 7);
}

static __always_inline void halves_2(vs16 *a, vs16 *b)
{
	vu32 x = (vu32)*a;
	vu32 y = (vu32)*b;

	*a = (vs16)__builtin_shufflevector(x, y, 0, 2, 8, 10, 4, 6, 12, 14);
	*b = (vs16)__builtin_shufflevector(x, y, 1, 3, 9, 11, 5, 7, 13, 15);
}

/* What halves_2() did is undone; the other two undo themselves. */
static __always_inline void whole_2(vs16 *a, vs16 *b)
{
	vu32 x = (vu32)*a;
	vu32 y = (vu32)*b;

	*a = (vs16)__builtin_shufflevector(x, y, 0, 8, 1, 9, 4, 12, 5, 13);
	*b = (vs16)__builtin_shufflevector(x, y, 2, 10, 3, 11, 6, 14, 7, 15);
}

static __always_inline void butterfly(vs16 *a, vs16 *b, vs16 product)
{
	*b = *a - product;
	*a = *a + product;
}

/* Layers with len = 128, 64 and 32, for an eighth of the coefficients */
static __always_inline void first_layers(s16 *c)
{
	vs16 v[8];

#pragma GCC unroll 8
	for (unsigned int i = 0; i < 8; i++)
		v[i] = load_s16(c + 32 * i);
#pragma GCC unroll 4
	for (unsigned int i = 0; i < 4; i++)
		butterfly(&v[i], &v[i + 4], mul_scalar(v[i + 4], zeta_16[1]));
#pragma GCC unroll 4
	for (unsigned int i = 0; i < 4; i++) {
		unsigned int j = i < 2 ? i : i + 2;

		butterfly(&v[j], &v[j + 2],
			  mul_scalar(v[j + 2], zeta_16[2 + i / 2]));
	}
#pragma GCC unroll 4
	for (unsigned int i = 0; i < 8; i += 2)
		butterfly(&v[i], &v[i + 1],
			  mul_scalar(v[i + 1], zeta_16[4 + i / 2]));
#pragma GCC unroll 8
	for (unsigned int i = 0; i < 8; i++)
		store_s16(c + 32 * i, v[i]);
}

/* Layers with len = 16, 8, 4 and 2, for 32 coefficients */
static __always_inline void last_layers(s16 *c, unsigned int i)
{
	vs16 a = load_s16(c);
	vs16 b = load_s16(c + 16);

	butterfly(&a, &b, mul_scalar(b, zeta_16[8 + i]));
	halves_8(&a, &b);
	butterfly(&a, &b, mul_factor(b, &zeta_8[i]));
	halves_4(&a, &b);
	butterfly(&a, &b, mul_factor(b, &zeta_4[i]));
	halves_2(&a, &b);
	butterfly(&a, &b, mul_factor(b, &zeta_2[i]));
	whole_2(&a, &b);
	halves_4(&a, &b);
	halves_8(&a, &b);
	store_s16(c, a);
	store_s16(c + 16, b);
}

void ntt_avx2(struct poly *f)
{
	/*
	 * A layer takes b to b + q / 2 + q b / 2^16.  From q on, seven of them
	 * end below 18300, without any reduction.
	 */
	first_layers(f->c);
	first_layers(f->c + 16);
	for (unsigned int i = 0; i < 8; i++)
		last_layers(f->c + 32 * i, i);
}

/* Sum to @a, difference to @b */
static __always_inline void add_sub(vs16 *a, vs16 *b)
{
	vs16 difference = *b - *a;

	*a = *a + *b;
	*b = difference;
}

/* The layers of the inverse with len = 2, 4, 8 and 16, for 32 coefficients */
static __always_inline void inverse_first_layers(s16 *c, unsigned int i)
{
	vs16 a = load_s16(c);
	vs16 b = load_s16(c + 16);

	/* Sums grow from 2962 to 5924, 11848, 23696. */
	halves_8(&a, &b);
	halves_4(&a, &b);
	halves_2(&a, &b);
	add_sub(&a, &b);
	b = mul_factor(b, &inverse_zeta_2[i]);
	whole_2(&a, &b);
	add_sub(&a, &b);
	b = mul_factor(b, &inverse_zeta_4[i]);
	halves_4(&a, &b);
	add_sub(&a, &b);
	/* Below 2064 and 2869 */
	a = reduce(a);
	b = mul_factor(b, &inverse_zeta_8[i]);
	halves_8(&a, &b);
	add_sub(&a, &b);
	b = mul_scalar(b, zeta_16[15 - i]);
	store_s16(c, a);
	store_s16(c + 16, b);
}

/* 1 / 128 mod q */
#define INV_128		3303

/* The layers of the inverse with len = 32, 64 and 128, for an eighth */
static __always_inline void inverse_last_layers(s16 *c)
{
	vs16 v[8];

	/* At most 2 * 2869; sums grow to 4 and 8 times 2869. */
#pragma GCC unroll 8
	for (unsigned int i = 0; i < 8; i++)
		v[i] = load_s16(c + 32 * i);
#pragma GCC unroll 4
	for (unsigned int i = 0; i < 8; i += 2) {
		add_sub(&v[i], &v[i + 1]);
		v[i + 1] = mul_scalar(v[i + 1], zeta_16[7 - i / 2]);
	}
#pragma GCC unroll 4
	for (unsigned int i = 0; i < 4; i++) {
		unsigned int j = i < 2 ? i : i + 2;

		add_sub(&v[j], &v[j + 2]);
		/* Below 2064 and 2831 */
		v[j] = reduce(v[j]);
		v[j + 2] = mul_scalar(v[j + 2], zeta_16[3 - i / 2]);
	}
#pragma GCC unroll 4
	for (unsigned int i = 0; i < 4; i++) {
		/* At most 2 * 2831, multiplied: at most q / 2 + 288 */
		add_sub(&v[i], &v[i + 4]);
		v[i] = mul_scalar(v[i], CENTERED(INV_128));
		v[i + 4] = mul_scalar(v[i + 4], MOD_Q(zeta_16[1] * INV_128));
	}
#pragma GCC unroll 8
	for (unsigned int i = 0; i < 8; i++)
		store_s16(c + 32 * i, v[i]);
}

void invntt_avx2(struct poly *f)
{
	for (unsigned int i = 0; i < 8; i++)
		inverse_first_layers(f->c + 32 * i, i);
	inverse_last_layers(f->c);
	inverse_last_layers(f->c + 16);
}

void prepare_avx2(struct poly_zeta *z, struct poly *g)
{
	for (unsigned int i = 0; i < 16; i++) {
		vs16 v = load_s16(g->c + 16 * i);
		vs16 scaled = mul_scalar(v, CENTERED(RADIX));

		store_s16(z->c + 16 * i, mul_factor(v, &gamma[i]));
		/* dot_avx2() has the odd one first. */
		store_s16(g->c + 16 * i,
			  (vs16)((vu32)scaled << 16 | (vu32)scaled >> 16));
	}
}

/*
 * @even and @odd divided by 2^16 modulo q, alternating: the multiple of q that has
 * the same lower half is subtracted from the upper half.
 */
static __always_inline vs16 divide(vs32 even, vs32 odd)
{
	vu16 lower = __builtin_shufflevector((vu16)even,
					     (vu16)((vu32)odd << 16),
					     0, 17, 2, 19, 4, 21, 6, 23, 8, 25,
					     10, 27, 12, 29, 14, 31);
	vu16 upper = __builtin_shufflevector((vu16)((vu32)even >> 16),
					     (vu16)odd,
					     0, 17, 2, 19, 4, 21, 6, 23, 8, 25,
					     10, 27, 12, 29, 14, 31);
	vs16 multiple = mul_high((vs16)(lower * (u16)INV_Q),
				 broadcast_s16(MLKEM_Q));

	return (vs16)upper - multiple;
}

void dot_avx2(struct poly *h, const struct poly *f, unsigned int stride,
	      const struct poly *g, const struct poly_zeta *z, unsigned int k)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 16) {
		vs32 even = {};
		vs32 odd = {};

		/*
		 * Prepared, @g and @z are at most q / 2 + q 18300 / 2^16 < 2595
		 * in magnitude, so the sums are at most 4 * 2 * 4095 * 2595 <
		 * 1298 * 2^16, and what is left of them 1298 + q / 2 < 2963.
		 */
		for (unsigned int n = 0; n < k; n++) {
			vs16 v = load_s16(f[n * stride].c + i);

			even += mul_add_pairs(v, load_s16(z[n].c + i));
			odd += mul_add_pairs(v, load_s16(g[n].c + i));
		}
		store_s16(h->c + i, divide(even, odd));
	}
}
