// SPDX-License-Identifier: GPL-2.0
/*
 * Sampling, compression and encoding of polynomials, FIPS 203, section 4.2, with
 * AVX2.
 */
#include <linux/compiler.h>

#include "impl_x86.h"
#include "residue.h"
#include "vector.h"

/* 24 octets, the first 12 in the lower half, the others at 4 in the upper half */
static __always_inline vu8 load_24(const u8 *in)
{
	vu64_2 lower, upper;

	__builtin_memcpy(&lower, in, sizeof(lower));
	__builtin_memcpy(&upper, in + 8, sizeof(upper));
	return (vu8)__builtin_shufflevector(lower, upper, 0, 1, 2, 3);
}

/* The sixteen numbers of 12 bits in 24 octets */
static __always_inline vs16 load_12_bits(const u8 *in)
{
	const vu8 at = {
		0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11,
		4, 5, 5, 6, 7, 8, 8, 9, 10, 11, 11, 12, 13, 14, 14, 15,
	};
	vu16 v = (vu16)shuffle_octets(load_24(in), at);

	return (vs16)alternate(v & 0xfff, v >> 4);
}

/*
 * For each combination of four coefficients that are taken: where their octets
 * are, in the order in which they are stored.
 */
static const u8 taken[16][8] = {
	{},
	{ 0, 1 },
	{ 2, 3 },
	{ 0, 1, 2, 3 },
	{ 4, 5 },
	{ 0, 1, 4, 5 },
	{ 2, 3, 4, 5 },
	{ 0, 1, 2, 3, 4, 5 },
	{ 6, 7 },
	{ 0, 1, 6, 7 },
	{ 2, 3, 6, 7 },
	{ 0, 1, 2, 3, 6, 7 },
	{ 4, 5, 6, 7 },
	{ 0, 1, 4, 5, 6, 7 },
	{ 2, 3, 4, 5, 6, 7 },
	{ 0, 1, 2, 3, 4, 5, 6, 7 },
};

/* Store those of the four in @v that @combination says; return how many. */
static __always_inline unsigned int store_taken(s16 *to, vu64_2 v,
						unsigned int combination)
{
	u64 at, four;

	__builtin_memcpy(&at, taken[combination], 8);
	v = (vu64_2)shuffle_16_octets((vu8_16)v, (vu8_16)(vu64_2){ at });
	four = v[0];
	__builtin_memcpy(to, &four, 8);
	return __builtin_popcount(combination);
}

unsigned int reject_avx2(struct poly *f, unsigned int n, const u8 *in,
			 unsigned int len)
{
	const u8 *end = in + len;

	/* Four at a time are stored, whether they are taken or not. */
	for (; end - in >= 24 && n <= MLKEM_N - 16; in += 24) {
		vs16 v = load_12_bits(in);
		u32 bits = upper_bits((vu8)narrow(v < MLKEM_Q));
		vu64 quads = (vu64)v;
		vu64_2 half = __builtin_shufflevector(quads, quads, 0, 1);

		n += store_taken(f->c + n, half, bits & 15);
		half = __builtin_shufflevector(half, half, 1, 0);
		n += store_taken(f->c + n, half, bits >> 4 & 15);
		half = __builtin_shufflevector(quads, quads, 2, 3);
		n += store_taken(f->c + n, half, bits >> 16 & 15);
		half = __builtin_shufflevector(half, half, 1, 0);
		n += store_taken(f->c + n, half, bits >> 20 & 15);
	}
	return poly_reject(f, n, in, end - in);
}

/* Sixteen octets, sign-extended */
static __always_inline void store_widened(s16 *to, vs8_16 v)
{
	store_s16(to, __builtin_convertvector(v, vs16));
}

/*
 * Each coefficient is the number of bits set in two bits less that in the next
 * two.
 */
static void cbd_2(struct poly *f, const u8 *in)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 64, in += 32) {
		vu16 bits, counts, differences;
		vs8 even, odd, a, b;

		__builtin_memcpy(&bits, in, sizeof(bits));
		counts = (bits & 0x5555) + (bits >> 1 & 0x5555);
		/* 3 more, so that nothing is borrowed from the next. */
		differences = (counts & 0x3333) + 0x3333 -
			      (counts >> 2 & 0x3333);
		even = (vs8)(differences & 0x0f0f) - 3;
		odd = (vs8)(differences >> 4 & 0x0f0f) - 3;
		/* Each half has 32 coefficients: 16 here and 16 there. */
		a = __builtin_shufflevector(even, odd,
					    0, 32, 1, 33, 2, 34, 3, 35,
					    4, 36, 5, 37, 6, 38, 7, 39,
					    16, 48, 17, 49, 18, 50, 19, 51,
					    20, 52, 21, 53, 22, 54, 23, 55);
		b = __builtin_shufflevector(even, odd,
					    8, 40, 9, 41, 10, 42, 11, 43,
					    12, 44, 13, 45, 14, 46, 15, 47,
					    24, 56, 25, 57, 26, 58, 27, 59,
					    28, 60, 29, 61, 30, 62, 31, 63);
		store_widened(f->c + i, lower_half(a));
		store_widened(f->c + i + 16, lower_half(b));
		store_widened(f->c + i + 32, upper_half(a));
		store_widened(f->c + i + 48, upper_half(b));
	}
}

/* The same with three bits: 24 bits are four coefficients. */
static void cbd_3(struct poly *f, const u8 *in)
{
	/* Three octets in each element; those at 128 and above are zero. */
	const vu8 at = {
		0, 1, 2, 128, 3, 4, 5, 128, 6, 7, 8, 128, 9, 10, 11, 128,
		4, 5, 6, 128, 7, 8, 9, 128, 10, 11, 12, 128, 13, 14, 15, 128,
	};

	for (unsigned int i = 0; i < MLKEM_N; i += 32, in += 24) {
		vu32 bits = (vu32)shuffle_octets(load_24(in), at);
		vu32 counts, differences, first, second;
		vu64 a, b;

		counts = (bits & 0x249249) + (bits >> 1 & 0x249249) +
			 (bits >> 2 & 0x249249);
		/* 3 more, so that nothing is borrowed from the next. */
		differences = (counts & 0x1c71c7) + 0x0c30c3 -
			      (counts >> 3 & 0x1c71c7);
		first = (differences & 0x3f) | (differences & 0xfc0) << 10;
		differences >>= 12;
		second = (differences & 0x3f) | (differences & 0xfc0) << 10;
		a = (vu64)__builtin_shufflevector(first, second, 0, 8, 1, 9,
						  4, 12, 5, 13);
		b = (vu64)__builtin_shufflevector(first, second, 2, 10, 3, 11,
						  6, 14, 7, 15);
		store_s16(f->c + i,
			  (vs16)__builtin_shufflevector(a, b, 0, 1, 4, 5) - 3);
		store_s16(f->c + i + 16,
			  (vs16)__builtin_shufflevector(a, b, 2, 3, 6, 7) - 3);
	}
}

void cbd_avx2(struct poly *f, const u8 *in, unsigned int eta)
{
	if (eta == 2)
		cbd_2(f, in);
	else
		cbd_3(f, in);
}

void add_avx2(struct poly *f, const struct poly *g)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 16)
		store_s16(f->c + i, load_s16(f->c + i) + load_s16(g->c + i));
}

void sub_avx2(struct poly *f, const struct poly *g)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 16)
		store_s16(f->c + i, load_s16(f->c + i) - load_s16(g->c + i));
}

bool is_reduced_avx2(const struct poly *f)
{
	vs16 above = {};

	for (unsigned int i = 0; i < MLKEM_N; i += 16)
		above |= load_s16(f->c + i) >= MLKEM_Q;
	return !upper_bits((vu8)above);
}

/* Eight numbers of @d bits each, four of them in @low and in @high, are @d octets. */
static __always_inline void store_bits(u8 *out, u64 low, u64 high,
				       unsigned int d)
{
	u64 first = low | high << 4 * d;
	u64 rest = high >> (64 - 4 * d);

	__builtin_memcpy(out, &first, d < 8 ? d : 8);
	if (d > 8)
		__builtin_memcpy(out + 8, &rest, d - 8);
}

/* Sixteen numbers of @d bits each to 2 @d octets */
static __always_inline void pack(u8 *out, vu16 v, unsigned int d)
{
	const s16 shift = 1 << d;
	const vs16 factors = {
		1, shift, 1, shift, 1, shift, 1, shift,
		1, shift, 1, shift, 1, shift, 1, shift,
	};
	/* Two in 2 d bits, then four in 4 d bits */
	vu32 pairs = (vu32)mul_add_pairs((vs16)v, factors);
	const u32 up = 32 - 2 * d;
	vu64 quads = (vu64)(pairs << (vu32){ up, 0, up, 0, up, 0, up, 0 }) >> up;

	store_bits(out, quads[0], quads[1], d);
	store_bits(out + d, quads[2], quads[3], d);
}

/* Sixteen numbers of @d bits each in 2 @d octets */
static __always_inline vu16 unpack(const u8 *in, unsigned int d)
{
	u64 low[2] = {}, high[2] = {};
	vu64 quads, apart;
	vu32 pairs;
	vu16 v;

	for (unsigned int i = 0; i < 2; i++, in += d) {
		__builtin_memcpy(&low[i], in, d < 8 ? d : 8);
		if (d > 8)
			__builtin_memcpy(&high[i], in + 8, d - 8);
		high[i] = high[i] << (64 - 4 * d) | low[i] >> 4 * d;
	}
	quads = (vu64){ low[0], high[0], low[1], high[1] };
	apart = quads << (32 - 2 * d);
	pairs = __builtin_shufflevector((vu32)quads, (vu32)apart,
					0, 9, 2, 11, 4, 13, 6, 15);
	v = alternate((vu16)pairs, (vu16)(pairs << (16 - d)));
	return v & (u16)((1U << d) - 1);
}

void encode_avx2(u8 *out, const struct poly *f)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 16, out += 24)
		pack(out, canonical_vector(load_s16(f->c + i)), 12);
}

void decode_avx2(struct poly *f, const u8 *in)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 16, in += 24)
		store_s16(f->c + i, load_12_bits(in));
}

/*
 * Compress_d for any @v.  With r = (2^d v + (q - 1) / 2) mod q in [0, q) it is
 * (2^d v + (q - 1) / 2 - r) / q modulo 2^d, where 2^d v is nothing and to divide
 * is to multiply by 1 / q.
 */
static __always_inline vu16 compress(vs16 v, unsigned int d)
{
	/* At most q in magnitude, then between -q / 2 and 3 q / 2 */
	vs16 scaled = mul_scalar(v, 1 << d);
	vu16 r = (vu16)scaled + (MLKEM_Q - 1) / 2;

	/* A negative number is large as one without sign. */
	r = min_u16(r, r + MLKEM_Q);
	r = min_u16(r, r - MLKEM_Q);
	return ((MLKEM_Q - 1) / 2 - r) * (u16)INV_Q & (u16)((1U << d) - 1);
}

static __always_inline void compress_all(u8 *out, const struct poly *f,
					 unsigned int d)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 16, out += 2 * d)
		pack(out, compress(load_s16(f->c + i), d), d);
}

void compress_avx2(u8 *out, const struct poly *f, unsigned int d)
{
	switch (d) {
	case 1:
		compress_all(out, f, 1);
		break;
	case 4:
		compress_all(out, f, 4);
		break;
	case 5:
		compress_all(out, f, 5);
		break;
	case 10:
		compress_all(out, f, 10);
		break;
	case 11:
		compress_all(out, f, 11);
		break;
	}
}

/* (2^(15 - d) a q + 2^14) / 2^15 is Decompress_d. */
static __always_inline void decompress_all(struct poly *f, const u8 *in,
					   unsigned int d)
{
	for (unsigned int i = 0; i < MLKEM_N; i += 16, in += 2 * d)
		store_s16(f->c + i,
			  mul_round((vs16)(unpack(in, d) << (15 - d)),
				    broadcast_s16(MLKEM_Q)));
}

void decompress_avx2(struct poly *f, const u8 *in, unsigned int d)
{
	switch (d) {
	case 1:
		decompress_all(f, in, 1);
		break;
	case 4:
		decompress_all(f, in, 4);
		break;
	case 5:
		decompress_all(f, in, 5);
		break;
	case 10:
		decompress_all(f, in, 10);
		break;
	case 11:
		decompress_all(f, in, 11);
		break;
	}
}
