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

/* Constants and their fractions */
struct zetas {
	s16 z[16];
	s16 fraction[16];
};

/*
 * Of the zetas of each layer, those for 32 coefficients: one with len = 16, two
 * with len = 8, four with len = 4, after a zero eight with len = 2.  In Python:
 *
 *	z = [pow(17, int(f"{i:07b}"[::-1], 2), 3329) for i in range(128)]
 *	z = [x if x < 3329 / 2 else x - 3329 for x in z]
 *	[[z[8 + i], *z[16 + 2 * i:][:2], *z[32 + 4 * i:][:4], 0,
 *	  *z[64 + 8 * i:][:8]] for i in range(8)]
 *
 * and the fractions: [round(2**15 * x / 3329) for x in ...]
 */
static const struct zetas forward[8] = {
	{
		.z = {
			1062, 296, -882, 289, 331, -76, -1573, 0, 17, -568, 583,
			-680, 1637, 723, -1041, 1100,
		},
		.fraction = {
			10453, 2914, -8682, 2845, 3258, -748, -15483, 0, 167,
			-5591, 5739, -6693, 16113, 7117, -10247, 10828,
		},
	},
	{
		.z = {
			-1410, 1339, 1476, 1197, -1025, -1052, -1274, 0, 1409,
			-667, -48, 233, 756, -1173, -314, -279,
		},
		.fraction = {
			-13879, 13180, 14529, 11782, -10089, -10355, -12540, 0,
			13869, -6565, -472, 2293, 7441, -11546, -3091, -2746,
		},
	},
	{
		.z = {
			193, -283, 56, 650, -1352, -816, 632, 0, -1626, 1651,
			-540, -1540, -1482, 952, 1461, -642,
		},
		.fraction = {
			1900, -2786, 551, 6398, -13308, -8032, 6221, 0, -16005,
			16251, -5315, -15159, -14588, 9371, 14381, -6319,
		},
	},
	{
		.z = {
			797, -1089, 1333, -464, 33, 1320, -1414, 0, 939, -1021,
			-892, -941, 733, -992, 268, 641,
		},
		.fraction = {
			7845, -10719, 13121, -4567, 325, 12993, -13918, 0, 9243,
			-10050, -8780, -9262, 7215, -9764, 2638, 6309,
		},
	},
	{
		.z = {
			-543, 1426, -1235, -1010, 1435, 807, 452, 0, 1584,
			-1031, -1292, -109, 375, -780, -1239, 1645,
		},
		.fraction = {
			-5345, 14036, -12156, -9942, 14125, 7943, 4449, 0,
			15592, -10148, -12717, -1073, 3691, -7678, -12196,
			16192,
		},
	},
	{
		.z = {
			-69, 535, -447, 1438, -461, 1534, -927, 0, 1063, 319,
			-556, 757, -1230, 561, -863, -735,
		},
		.fraction = {
			-679, 5266, -4400, 14155, -4538, 15099, -9125, 0, 10463,
			3140, -5473, 7451, -12107, 5522, -8495, -7235,
		},
	},
	{
		.z = {
			569, -936, -450, -682, -712, 1481, 648, 0, -525, 1092,
			403, 1026, 1143, -1179, -554, 886,
		},
		.fraction = {
			5601, -9213, -4429, -6713, -7008, 14578, 6378, 0, -5168,
			10749, 3967, 10099, 11251, -11605, -5453, 8721,
		},
	},
	{
		.z = {
			-1583, -1355, 821, -855, -219, 1227, 910, 0, -1607,
			1212, -1455, 1029, -1219, -394, 885, -1175,
		},
		.fraction = {
			-15582, -13338, 8081, -8416, -2156, 12078, 8957, 0,
			-15818, 11930, -14322, 10129, -11999, -3878, 8711,
			-11566,
		},
	},
};

/*
 * The same for the inverse, which takes the zetas of each layer from the last to
 * the first:
 *
 *	[[z[15 - i], *z[31 - 2 * i:][:-3:-1], ...
 */
static const struct zetas inverse[8] = {
	{
		.z = {
			-1583, 821, -1355, 910, 1227, -219, -855, 0, -1175, 885,
			-394, -1219, 1029, -1455, 1212, -1607,
		},
		.fraction = {
			-15582, 8081, -13338, 8957, 12078, -2156, -8416, 0,
			-11566, 8711, -3878, -11999, 10129, -14322, 11930,
			-15818,
		},
	},
	{
		.z = {
			569, -450, -936, 648, 1481, -712, -682, 0, 886, -554,
			-1179, 1143, 1026, 403, 1092, -525,
		},
		.fraction = {
			5601, -4429, -9213, 6378, 14578, -7008, -6713, 0, 8721,
			-5453, -11605, 11251, 10099, 3967, 10749, -5168,
		},
	},
	{
		.z = {
			-69, -447, 535, -927, 1534, -461, 1438, 0, -735, -863,
			561, -1230, 757, -556, 319, 1063,
		},
		.fraction = {
			-679, -4400, 5266, -9125, 15099, -4538, 14155, 0, -7235,
			-8495, 5522, -12107, 7451, -5473, 3140, 10463,
		},
	},
	{
		.z = {
			-543, -1235, 1426, 452, 807, 1435, -1010, 0, 1645,
			-1239, -780, 375, -109, -1292, -1031, 1584,
		},
		.fraction = {
			-5345, -12156, 14036, 4449, 7943, 14125, -9942, 0,
			16192, -12196, -7678, 3691, -1073, -12717, -10148,
			15592,
		},
	},
	{
		.z = {
			797, 1333, -1089, -1414, 1320, 33, -464, 0, 641, 268,
			-992, 733, -941, -892, -1021, 939,
		},
		.fraction = {
			7845, 13121, -10719, -13918, 12993, 325, -4567, 0, 6309,
			2638, -9764, 7215, -9262, -8780, -10050, 9243,
		},
	},
	{
		.z = {
			193, 56, -283, 632, -816, -1352, 650, 0, -642, 1461,
			952, -1482, -1540, -540, 1651, -1626,
		},
		.fraction = {
			1900, 551, -2786, 6221, -8032, -13308, 6398, 0, -6319,
			14381, 9371, -14588, -15159, -5315, 16251, -16005,
		},
	},
	{
		.z = {
			-1410, 1476, 1339, -1274, -1052, -1025, 1197, 0, -279,
			-314, -1173, 756, 233, -48, -667, 1409,
		},
		.fraction = {
			-13879, 14529, 13180, -12540, -10355, -10089, 11782, 0,
			-2746, -3091, -11546, 7441, 2293, -472, -6565, 13869,
		},
	},
	{
		.z = {
			1062, -882, 296, -1573, -76, 331, 289, 0, 1100, -1041,
			723, 1637, -680, 583, -568, 17,
		},
		.fraction = {
			10453, -8682, 2914, -15483, -748, 3258, 2845, 0, 10828,
			-10247, 7117, 16113, -6693, 5739, -5591, 167,
		},
	},
};

/* For 32 coefficients: zeta and -zeta, times 2^16, for every second pair */
static const struct zetas gamma[8] = {
	{
		.z = {
			-1103, 1103, 430, -430, 555, -555, 843, -843, -1251,
			1251, 871, -871, 1550, -1550, 105, -105,
		},
		.fraction = {
			-10857, 10857, 4233, -4233, 5463, -5463, 8298, -8298,
			-12314, 12314, 8573, -8573, 15257, -15257, 1034, -1034,
		},
	},
	{
		.z = {
			422, -422, 587, -587, 177, -177, -235, 235, -291, 291,
			-460, 460, 1574, -1574, 1653, -1653,
		},
		.fraction = {
			4154, -4154, 5778, -5778, 1742, -1742, -2313, 2313,
			-2864, 2864, -4528, 4528, 15493, -15493, 16271, -16271,
		},
	},
	{
		.z = {
			-246, 246, 778, -778, 1159, -1159, -147, 147, -777, 777,
			1483, -1483, -602, 602, 1119, -1119,
		},
		.fraction = {
			-2421, 2421, 7658, -7658, 11408, -11408, -1447, 1447,
			-7648, 7648, 14597, -14597, -5926, 5926, 11015, -11015,
		},
	},
	{
		.z = {
			-1590, 1590, 644, -644, -872, 872, 349, -349, 418, -418,
			329, -329, -156, 156, -75, 75,
		},
		.fraction = {
			-15651, 15651, 6339, -6339, -8583, 8583, 3435, -3435,
			4114, -4114, 3238, -3238, -1536, 1536, -738, 738,
		},
	},
	{
		.z = {
			817, -817, 1097, -1097, 603, -603, 610, -610, 1322,
			-1322, -1285, 1285, -1465, 1465, 384, -384,
		},
		.fraction = {
			8042, -8042, 10798, -10798, 5935, -5935, 6004, -6004,
			13013, -13013, -12649, 12649, -14420, 14420, 3780,
			-3780,
		},
	},
	{
		.z = {
			-1215, 1215, -136, 136, 1218, -1218, -1335, 1335, -874,
			874, 220, -220, -1187, 1187, -1659, 1659,
		},
		.fraction = {
			-11959, 11959, -1339, 1339, 11989, -11989, -13141,
			13141, -8603, 8603, 2166, -2166, -11684, 11684, -16330,
			16330,
		},
	},
	{
		.z = {
			-1185, 1185, -1530, 1530, -1278, 1278, 794, -794, -1510,
			1510, -854, 854, -870, 870, 478, -478,
		},
		.fraction = {
			-11664, 11664, -15060, 15060, -12580, 12580, 7815,
			-7815, -14863, 14863, -8406, 8406, -8564, 8564, 4705,
			-4705,
		},
	},
	{
		.z = {
			-108, 108, -308, 308, 996, -996, 991, -991, 958, -958,
			-1460, 1460, 1522, -1522, 1628, -1628,
		},
		.fraction = {
			-1063, 1063, -3032, 3032, 9804, -9804, 9755, -9755,
			9430, -9430, -14371, 14371, 14981, -14981, 16025,
			-16025,
		},
	},
};

/* A constant and its fraction, each of them twice */
struct constant {
	u32 z;
	u32 fraction;
};

#define TWICE(c)	((u16)(c) * 0x10001U)

/* Of the layers before: z[0] to z[7] */
static const struct constant first_zetas[8] = {
	{ TWICE(1), TWICE(10) },
	{ TWICE(-1600), TWICE(-15749) },
	{ TWICE(-749), TWICE(-7373) },
	{ TWICE(-40), TWICE(-394) },
	{ TWICE(-687), TWICE(-6762) },
	{ TWICE(630), TWICE(6201) },
	{ TWICE(-1432), TWICE(-14095) },
	{ TWICE(848), TWICE(8347) },
};

/* 1 / 128 mod q, and z[1] times that */
static const struct constant last_factors[2] = {
	{ TWICE(-26), TWICE(-256) },
	{ TWICE(1652), TWICE(16261) },
};

static __always_inline vs16 mul_constant(vs16 a, const struct constant *c)
{
	/* Constants that the compiler knows it would not load. */
	OPTIMIZER_HIDE_VAR(c);
	return mul(a, broadcast_twice(c->z), broadcast_twice(c->fraction));
}

/* The eight @constants, in each half the octets of them that @at says */
static __always_inline vs16 spread(const s16 constants[8], vu8 at)
{
	vu64_2 half;

	__builtin_memcpy(&half, constants, sizeof(half));
	return (vs16)shuffle_octets((vu8)__builtin_shufflevector(half, half, 0,
								 1, 0, 1), at);
}

static __always_inline vs16 mul_spread(vs16 a, const struct zetas *zetas,
				       unsigned int first, vu8 at)
{
	return mul(a, spread(zetas->z + first, at),
		   spread(zetas->fraction + first, at));
}

/* @a times the zeta of the layer with len = 16 */
static __always_inline vs16 mul_16(vs16 a, const struct zetas *zetas)
{
	const vu8 at = {
		0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
		0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
	};

	return mul_spread(a, zetas, 0, at);
}

/* @a times the zetas of the layer with len = 8, one for each half */
static __always_inline vs16 mul_8(vs16 a, const struct zetas *zetas)
{
	const vu8 at = {
		2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3,
		4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5,
	};

	return mul_spread(a, zetas, 0, at);
}

/* With len = 4, one for each quarter */
static __always_inline vs16 mul_4(vs16 a, const struct zetas *zetas)
{
	const vu8 at = {
		6, 7, 6, 7, 6, 7, 6, 7, 8, 9, 8, 9, 8, 9, 8, 9,
		10, 11, 10, 11, 10, 11, 10, 11, 12, 13, 12, 13, 12, 13, 12, 13,
	};

	return mul_spread(a, zetas, 0, at);
}

/* With len = 2, one for each pair, in the order in which halves_2() leaves them */
static __always_inline vs16 mul_2(vs16 a, const struct zetas *zetas)
{
	const vu8 at = {
		0, 1, 0, 1, 4, 5, 4, 5, 2, 3, 2, 3, 6, 7, 6, 7,
		8, 9, 8, 9, 12, 13, 12, 13, 10, 11, 10, 11, 14, 15, 14, 15,
	};

	return mul_spread(a, zetas, 8, at);
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
		butterfly(&v[i], &v[i + 4], mul_constant(v[i + 4], &first_zetas[1]));
#pragma GCC unroll 4
	for (unsigned int i = 0; i < 4; i++) {
		unsigned int j = i < 2 ? i : i + 2;

		butterfly(&v[j], &v[j + 2],
			  mul_constant(v[j + 2], &first_zetas[2 + i / 2]));
	}
#pragma GCC unroll 4
	for (unsigned int i = 0; i < 8; i += 2)
		butterfly(&v[i], &v[i + 1],
			  mul_constant(v[i + 1], &first_zetas[4 + i / 2]));
#pragma GCC unroll 8
	for (unsigned int i = 0; i < 8; i++)
		store_s16(c + 32 * i, v[i]);
}

/*
 * What the layers that stay within 32 coefficients do at a time: as many blocks of
 * them, because each layer waits for the products of the one before.
 */
#define BLOCKS		2

struct blocks {
	vs16 a[BLOCKS];
	vs16 b[BLOCKS];
};

static __always_inline void load_blocks(struct blocks *v, const s16 *c)
{
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++) {
		v->a[n] = load_s16(c + 32 * n);
		v->b[n] = load_s16(c + 32 * n + 16);
	}
}

static __always_inline void store_blocks(s16 *c, const struct blocks *v)
{
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++) {
		store_s16(c + 32 * n, v->a[n]);
		store_s16(c + 32 * n + 16, v->b[n]);
	}
}

/* Layers with len = 16, 8, 4 and 2, for blocks of 32 coefficients */
static __always_inline void last_layers(s16 *c, const struct zetas *zetas)
{
	struct blocks v;

	load_blocks(&v, c);
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++)
		butterfly(&v.a[n], &v.b[n], mul_16(v.b[n], &zetas[n]));
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++) {
		halves_8(&v.a[n], &v.b[n]);
		butterfly(&v.a[n], &v.b[n], mul_8(v.b[n], &zetas[n]));
	}
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++) {
		halves_4(&v.a[n], &v.b[n]);
		butterfly(&v.a[n], &v.b[n], mul_4(v.b[n], &zetas[n]));
	}
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++) {
		halves_2(&v.a[n], &v.b[n]);
		butterfly(&v.a[n], &v.b[n], mul_2(v.b[n], &zetas[n]));
	}
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++) {
		whole_2(&v.a[n], &v.b[n]);
		halves_4(&v.a[n], &v.b[n]);
		halves_8(&v.a[n], &v.b[n]);
	}
	store_blocks(c, &v);
}

void ntt_avx2(struct poly *f)
{
	/*
	 * A layer takes b to b + q / 2 + q b / 2^16.  From q on, seven of them
	 * end below 18300, without any reduction.
	 */
	first_layers(f->c);
	first_layers(f->c + 16);
	for (unsigned int i = 0; i < 8; i += BLOCKS)
		last_layers(f->c + 32 * i, &forward[i]);
}

/* Sum to @a, difference to @b */
static __always_inline void add_sub(vs16 *a, vs16 *b)
{
	vs16 difference = *b - *a;

	*a = *a + *b;
	*b = difference;
}

/* The layers of the inverse with len = 2, 4, 8 and 16, for blocks */
static __always_inline void inverse_first_layers(s16 *c,
						 const struct zetas *zetas)
{
	struct blocks v;

	load_blocks(&v, c);
	/* Sums grow from 2962 to 5924, 11848, 23696. */
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++) {
		halves_8(&v.a[n], &v.b[n]);
		halves_4(&v.a[n], &v.b[n]);
		halves_2(&v.a[n], &v.b[n]);
	}
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++) {
		add_sub(&v.a[n], &v.b[n]);
		v.b[n] = mul_2(v.b[n], &zetas[n]);
	}
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++) {
		whole_2(&v.a[n], &v.b[n]);
		add_sub(&v.a[n], &v.b[n]);
		v.b[n] = mul_4(v.b[n], &zetas[n]);
	}
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++) {
		halves_4(&v.a[n], &v.b[n]);
		add_sub(&v.a[n], &v.b[n]);
		/* Below 2064 and 2869 */
		v.a[n] = reduce(v.a[n]);
		v.b[n] = mul_8(v.b[n], &zetas[n]);
	}
#pragma GCC unroll 2
	for (unsigned int n = 0; n < BLOCKS; n++) {
		halves_8(&v.a[n], &v.b[n]);
		add_sub(&v.a[n], &v.b[n]);
		v.b[n] = mul_16(v.b[n], &zetas[n]);
	}
	store_blocks(c, &v);
}

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
		v[i + 1] = mul_constant(v[i + 1], &first_zetas[7 - i / 2]);
	}
#pragma GCC unroll 4
	for (unsigned int i = 0; i < 4; i++) {
		unsigned int j = i < 2 ? i : i + 2;

		add_sub(&v[j], &v[j + 2]);
		/* Below 2064 and 2831 */
		v[j] = reduce(v[j]);
		v[j + 2] = mul_constant(v[j + 2], &first_zetas[3 - i / 2]);
	}
#pragma GCC unroll 4
	for (unsigned int i = 0; i < 4; i++) {
		/* At most 2 * 2831, multiplied: at most q / 2 + 288 */
		add_sub(&v[i], &v[i + 4]);
		v[i] = mul_constant(v[i], &last_factors[0]);
		v[i + 4] = mul_constant(v[i + 4], &last_factors[1]);
	}
#pragma GCC unroll 8
	for (unsigned int i = 0; i < 8; i++)
		store_s16(c + 32 * i, v[i]);
}

void invntt_avx2(struct poly *f)
{
	for (unsigned int i = 0; i < 8; i += BLOCKS)
		inverse_first_layers(f->c + 32 * i, &inverse[i]);
	inverse_last_layers(f->c);
	inverse_last_layers(f->c + 16);
}

/* Eight constants as the odd elements */
static __always_inline vs16 every_second(const s16 constants[8])
{
	const vu8 at = {
		0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7,
		8, 9, 8, 9, 10, 11, 10, 11, 12, 13, 12, 13, 14, 15, 14, 15,
	};

	return spread(constants, at);
}

/* 2^16 mod q, at most q / 2 in magnitude */
#define RADIX		(65536 % MLKEM_Q - MLKEM_Q)

/* Sixteen coefficients, for which @constants has eight from @first on */
static __always_inline void prepare_16(s16 *z, s16 *g,
				       const struct zetas *constants,
				       unsigned int first)
{
	const vu8 exchanged = {
		2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13,
		2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13,
	};
	vs16 v = load_s16(g);
	vs16 scaled = mul_scalar(v, RADIX);
	vs16 odd = mul(v, every_second(constants->z + first),
		       every_second(constants->fraction + first));

	store_s16(z, (vs16)alternate((vu16)scaled, (vu16)odd));
	/* dot_avx2() has the odd one first. */
	store_s16(g, (vs16)shuffle_octets((vu8)scaled, exchanged));
}

void prepare_avx2(struct poly_zeta *z, struct poly *g)
{
	for (unsigned int i = 0; i < 8; i++) {
		prepare_16(z->c + 32 * i, g->c + 32 * i, &gamma[i], 0);
		prepare_16(z->c + 32 * i + 16, g->c + 32 * i + 16, &gamma[i], 8);
	}
}

/*
 * @even and @odd divided by 2^16 modulo q, alternating: the multiple of q that has
 * the same lower half is subtracted from the upper half.
 */
static __always_inline vs16 divide(vs32 even, vs32 odd)
{
	vu16 lower = alternate((vu16)even, (vu16)((vu32)odd << 16));
	vu16 upper = alternate((vu16)((vu32)even >> 16), (vu16)odd);
	vs16 multiple = mul_high((vs16)(lower * (u16)INV_Q),
				 broadcast_s16(MLKEM_Q));

	return (vs16)upper - multiple;
}

/* @k is a constant wherever this is inlined. */
static __always_inline void dot(struct poly *h, const struct poly *f,
				unsigned int stride, const struct poly *g,
				const struct poly_zeta *z, unsigned int k)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 16) {
		vs32 even = {};
		vs32 odd = {};

		/*
		 * Prepared, @g and @z are at most q / 2 + q 18300 / 2^16 < 2595
		 * in magnitude, so the sums are at most 4 * 2 * 4095 * 2595 <
		 * 1298 * 2^16, and what is left of them 1298 + q / 2 < 2963.
		 */
#pragma GCC unroll 4
		for (unsigned int n = 0; n < k; n++) {
			vs16 v = load_s16(f[n * stride].c + i);

			even += mul_add_pairs(v, load_s16(z[n].c + i));
			odd += mul_add_pairs(v, load_s16(g[n].c + i));
		}
		store_s16(h->c + i, divide(even, odd));
	}
}

void dot_avx2(struct poly *h, const struct poly *f, unsigned int stride,
	      const struct poly *g, const struct poly_zeta *z, unsigned int k)
{
	if (k == 2)
		dot(h, f, stride, g, z, 2);
	else if (k == 3)
		dot(h, f, stride, g, z, 3);
	else
		dot(h, f, stride, g, z, 4);
}
