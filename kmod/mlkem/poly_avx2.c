// SPDX-License-Identifier: GPL-2.0
/*
 * Sampling, compression and encoding of polynomials, FIPS 203, section 4.2, with
 * AVX2.
 */
#include <linux/build_bug.h>
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
 * For each combination of eight coefficients that are taken: where they begin, an
 * octet for each, in the order in which they are stored.  In Python:
 *
 *	[sum(2 * i << 8 * n for n, i in
 *	     enumerate(i for i in range(8) if taken >> i & 1))
 *	 for taken in range(256)]
 */
static const u64 begins_of[256] = {
	0x0000000000000000, 0x0000000000000000, 0x0000000000000002,
	0x0000000000000200, 0x0000000000000004, 0x0000000000000400,
	0x0000000000000402, 0x0000000000040200, 0x0000000000000006,
	0x0000000000000600, 0x0000000000000602, 0x0000000000060200,
	0x0000000000000604, 0x0000000000060400, 0x0000000000060402,
	0x0000000006040200, 0x0000000000000008, 0x0000000000000800,
	0x0000000000000802, 0x0000000000080200, 0x0000000000000804,
	0x0000000000080400, 0x0000000000080402, 0x0000000008040200,
	0x0000000000000806, 0x0000000000080600, 0x0000000000080602,
	0x0000000008060200, 0x0000000000080604, 0x0000000008060400,
	0x0000000008060402, 0x0000000806040200, 0x000000000000000a,
	0x0000000000000a00, 0x0000000000000a02, 0x00000000000a0200,
	0x0000000000000a04, 0x00000000000a0400, 0x00000000000a0402,
	0x000000000a040200, 0x0000000000000a06, 0x00000000000a0600,
	0x00000000000a0602, 0x000000000a060200, 0x00000000000a0604,
	0x000000000a060400, 0x000000000a060402, 0x0000000a06040200,
	0x0000000000000a08, 0x00000000000a0800, 0x00000000000a0802,
	0x000000000a080200, 0x00000000000a0804, 0x000000000a080400,
	0x000000000a080402, 0x0000000a08040200, 0x00000000000a0806,
	0x000000000a080600, 0x000000000a080602, 0x0000000a08060200,
	0x000000000a080604, 0x0000000a08060400, 0x0000000a08060402,
	0x00000a0806040200, 0x000000000000000c, 0x0000000000000c00,
	0x0000000000000c02, 0x00000000000c0200, 0x0000000000000c04,
	0x00000000000c0400, 0x00000000000c0402, 0x000000000c040200,
	0x0000000000000c06, 0x00000000000c0600, 0x00000000000c0602,
	0x000000000c060200, 0x00000000000c0604, 0x000000000c060400,
	0x000000000c060402, 0x0000000c06040200, 0x0000000000000c08,
	0x00000000000c0800, 0x00000000000c0802, 0x000000000c080200,
	0x00000000000c0804, 0x000000000c080400, 0x000000000c080402,
	0x0000000c08040200, 0x00000000000c0806, 0x000000000c080600,
	0x000000000c080602, 0x0000000c08060200, 0x000000000c080604,
	0x0000000c08060400, 0x0000000c08060402, 0x00000c0806040200,
	0x0000000000000c0a, 0x00000000000c0a00, 0x00000000000c0a02,
	0x000000000c0a0200, 0x00000000000c0a04, 0x000000000c0a0400,
	0x000000000c0a0402, 0x0000000c0a040200, 0x00000000000c0a06,
	0x000000000c0a0600, 0x000000000c0a0602, 0x0000000c0a060200,
	0x000000000c0a0604, 0x0000000c0a060400, 0x0000000c0a060402,
	0x00000c0a06040200, 0x00000000000c0a08, 0x000000000c0a0800,
	0x000000000c0a0802, 0x0000000c0a080200, 0x000000000c0a0804,
	0x0000000c0a080400, 0x0000000c0a080402, 0x00000c0a08040200,
	0x000000000c0a0806, 0x0000000c0a080600, 0x0000000c0a080602,
	0x00000c0a08060200, 0x0000000c0a080604, 0x00000c0a08060400,
	0x00000c0a08060402, 0x000c0a0806040200, 0x000000000000000e,
	0x0000000000000e00, 0x0000000000000e02, 0x00000000000e0200,
	0x0000000000000e04, 0x00000000000e0400, 0x00000000000e0402,
	0x000000000e040200, 0x0000000000000e06, 0x00000000000e0600,
	0x00000000000e0602, 0x000000000e060200, 0x00000000000e0604,
	0x000000000e060400, 0x000000000e060402, 0x0000000e06040200,
	0x0000000000000e08, 0x00000000000e0800, 0x00000000000e0802,
	0x000000000e080200, 0x00000000000e0804, 0x000000000e080400,
	0x000000000e080402, 0x0000000e08040200, 0x00000000000e0806,
	0x000000000e080600, 0x000000000e080602, 0x0000000e08060200,
	0x000000000e080604, 0x0000000e08060400, 0x0000000e08060402,
	0x00000e0806040200, 0x0000000000000e0a, 0x00000000000e0a00,
	0x00000000000e0a02, 0x000000000e0a0200, 0x00000000000e0a04,
	0x000000000e0a0400, 0x000000000e0a0402, 0x0000000e0a040200,
	0x00000000000e0a06, 0x000000000e0a0600, 0x000000000e0a0602,
	0x0000000e0a060200, 0x000000000e0a0604, 0x0000000e0a060400,
	0x0000000e0a060402, 0x00000e0a06040200, 0x00000000000e0a08,
	0x000000000e0a0800, 0x000000000e0a0802, 0x0000000e0a080200,
	0x000000000e0a0804, 0x0000000e0a080400, 0x0000000e0a080402,
	0x00000e0a08040200, 0x000000000e0a0806, 0x0000000e0a080600,
	0x0000000e0a080602, 0x00000e0a08060200, 0x0000000e0a080604,
	0x00000e0a08060400, 0x00000e0a08060402, 0x000e0a0806040200,
	0x0000000000000e0c, 0x00000000000e0c00, 0x00000000000e0c02,
	0x000000000e0c0200, 0x00000000000e0c04, 0x000000000e0c0400,
	0x000000000e0c0402, 0x0000000e0c040200, 0x00000000000e0c06,
	0x000000000e0c0600, 0x000000000e0c0602, 0x0000000e0c060200,
	0x000000000e0c0604, 0x0000000e0c060400, 0x0000000e0c060402,
	0x00000e0c06040200, 0x00000000000e0c08, 0x000000000e0c0800,
	0x000000000e0c0802, 0x0000000e0c080200, 0x000000000e0c0804,
	0x0000000e0c080400, 0x0000000e0c080402, 0x00000e0c08040200,
	0x000000000e0c0806, 0x0000000e0c080600, 0x0000000e0c080602,
	0x00000e0c08060200, 0x0000000e0c080604, 0x00000e0c08060400,
	0x00000e0c08060402, 0x000e0c0806040200, 0x00000000000e0c0a,
	0x000000000e0c0a00, 0x000000000e0c0a02, 0x0000000e0c0a0200,
	0x000000000e0c0a04, 0x0000000e0c0a0400, 0x0000000e0c0a0402,
	0x00000e0c0a040200, 0x000000000e0c0a06, 0x0000000e0c0a0600,
	0x0000000e0c0a0602, 0x00000e0c0a060200, 0x0000000e0c0a0604,
	0x00000e0c0a060400, 0x00000e0c0a060402, 0x000e0c0a06040200,
	0x000000000e0c0a08, 0x0000000e0c0a0800, 0x0000000e0c0a0802,
	0x00000e0c0a080200, 0x0000000e0c0a0804, 0x00000e0c0a080400,
	0x00000e0c0a080402, 0x000e0c0a08040200, 0x0000000e0c0a0806,
	0x00000e0c0a080600, 0x00000e0c0a080602, 0x000e0c0a08060200,
	0x00000e0c0a080604, 0x000e0c0a08060400, 0x000e0c0a08060402,
	0x0e0c0a0806040200,
};

/* Store those of the eight in @v that @taken says; return how many. */
static __always_inline unsigned int store_taken(s16 *to, vu64_2 v, u8 taken)
{
	/* Twice, and then the second is the octet after the first. */
	vu8_16 at = (vu8_16)(vu64_2){ begins_of[taken] };

	at = __builtin_shufflevector(at, at, 0, 0, 1, 1, 2, 2, 3, 3,
				     4, 4, 5, 5, 6, 6, 7, 7);
	at |= (vu8_16){ 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 };
	v = (vu64_2)shuffle_16_octets((vu8_16)v, at);
	__builtin_memcpy(to, &v, sizeof(v));
	return __builtin_popcount(taken);
}

/*
 * Append what is taken of the candidates at @in.  Eight at a time are stored,
 * whether they are taken or not: behind @n there is room for all.
 */
static __always_inline unsigned int append_taken(s16 *c, unsigned int n,
						 const u8 *in, unsigned int len)
{
	for (const u8 *end = in + len; in < end; in += 24) {
		vs16 v = load_12_bits(in);
		u32 bits = upper_bits((vu8)narrow(v < MLKEM_Q));
		vu64 quads = (vu64)v;

		n += store_taken(c + n,
				 __builtin_shufflevector(quads, quads, 0, 1),
				 bits);
		n += store_taken(c + n,
				 __builtin_shufflevector(quads, quads, 2, 3),
				 bits >> 16);
	}
	return n;
}

/* Those of a block of output */
#define CANDIDATES	(SHAKE128_RATE * 2 / 3)

static __always_inline void copy_candidates(s16 *to, const s16 *from)
{
	static_assert(CANDIDATES % 16 == 0);
#pragma GCC unroll 7
	for (unsigned int i = 0; i < CANDIDATES; i += 16)
		store_s16(to + i, load_s16(from + i));
}

/* The same where @f has no such room */
static unsigned int append_last(struct poly *f, unsigned int n, const u8 *in,
				unsigned int len)
{
	const unsigned int first = MLKEM_N - CANDIDATES;
	s16 c[2 * CANDIDATES];

	copy_candidates(c, f->c + first);
	n = first + append_taken(c, n - first, in, len);
	copy_candidates(f->c + first, c);
	return n < MLKEM_N ? n : MLKEM_N;
}

/*
 * Every block is used to its end: to stop when @f is full would be a branch that
 * no predictor learns.
 */
unsigned int reject_avx2(struct poly *f, unsigned int n, const u8 *in,
			 unsigned int len)
{
	if (n <= MLKEM_N - CANDIDATES)
		return append_taken(f->c, n, in, len);
	return append_last(f, n, in, len);
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

/* For shuffle_octets(): zero */
#define NONE		128

/*
 * What an octet or an element of a constant is, from its place.  The compiler
 * computes it: @d is a constant wherever this or anything below is inlined.
 */
typedef u16 place_fn(unsigned int place, unsigned int d);

static __always_inline vu8 each_octet(place_fn *value, unsigned int d)
{
	vu8 v = {};

#pragma GCC unroll 32
	for (unsigned int i = 0; i < 32; i++)
		v[i] = value(i, d);
	return v;
}

static __always_inline vu16 each_element(place_fn *value, unsigned int d)
{
	vu16 v = {};

#pragma GCC unroll 16
	for (unsigned int i = 0; i < 16; i++)
		v[i] = value(i, d);
	return v;
}

/* Four numbers of @d bits are d / 2 octets, and half an octet for an odd @d. */
static __always_inline u16 of_first_four(unsigned int place, unsigned int d)
{
	return place % 16 < (d + 1) / 2 ? place % 16 : NONE;
}

static __always_inline u16 of_last_four(unsigned int place, unsigned int d)
{
	const unsigned int to = place % 16;

	return to < d / 2 || to >= d ? NONE : 8 + to - d / 2;
}

static __always_inline u16 of_all_eight(unsigned int place, unsigned int d)
{
	return place % 16 < d / 2 ? place % 16 : of_last_four(place, d);
}

/*
 * Eight numbers of @d bits take @d octets: these octets in each half, with zeros
 * behind.
 */
static __always_inline vu64 join(vu16 v, unsigned int d)
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

	if (d % 2 == 0)
		return (vu64)shuffle_octets((vu8)quads,
					    each_octet(of_all_eight, d));
	/* The last four begin in the middle of an octet. */
	quads <<= (vu64){ 0, 4, 0, 4 };
	return (vu64)(shuffle_octets((vu8)quads, each_octet(of_first_four, d)) |
		      shuffle_octets((vu8)quads, each_octet(of_last_four, d)));
}

static __always_inline u16 of_last_eight(unsigned int place, unsigned int d)
{
	return place % 16 < 8 ? place % 16 + d - 8 : NONE;
}

/* Sixteen numbers of @d bits each to 2 @d octets */
static __always_inline void pack(u8 *out, vu16 v, unsigned int d)
{
	vu64 octets = join(v, d);
	u64 lower = octets[0], upper = octets[2];

	if (d < 8) {
		u64 words[2] = { lower | upper << 8 * d, upper >> (64 - 8 * d) };

		__builtin_memcpy(out, words, 2 * d);
		return;
	}
	__builtin_memcpy(out, &lower, 8);
	__builtin_memcpy(out + d, &upper, 8);
	octets = (vu64)shuffle_octets((vu8)octets, each_octet(of_last_eight, d));
	lower = octets[0];
	upper = octets[2];
	__builtin_memcpy(out + d - 8, &lower, 8);
	__builtin_memcpy(out + 2 * d - 8, &upper, 8);
}

/*
 * The same where up to 8 octets more may be overwritten: each half is stored with
 * the zeros behind it.
 */
static __always_inline void pack_over(u8 *out, vu16 v, unsigned int d)
{
	vu64 octets;
	vu64_2 half;

	if (d < 8) {
		pack(out, v, d);
		return;
	}
	octets = join(v, d);
	half = __builtin_shufflevector(octets, octets, 0, 1);
	__builtin_memcpy(out, &half, sizeof(half));
	half = __builtin_shufflevector(octets, octets, 2, 3);
	__builtin_memcpy(out + d, &half, sizeof(half));
}

/* Octets that load_halves() loads for each half */
static __always_inline unsigned int half_len(unsigned int d)
{
	if (d > 8)
		return 16;
	return d >= 4 ? 8 : 2;
}

/*
 * 2 @d octets: the first @d of them at the beginning of the lower half, the last
 * @d of them at the end of half_len(@d) octets of the upper half.
 */
static __always_inline vu8 load_halves(const u8 *in, unsigned int d)
{
	const unsigned int len = half_len(d);
	vu64_2 lower = {}, upper = {};

	__builtin_memcpy(&lower, in, len);
	__builtin_memcpy(&upper, in + 2 * d - len, len);
	return (vu8)__builtin_shufflevector(lower, upper, 0, 1, 2, 3);
}

/* The bit of an octet that number @i begins with; there are eight in each half. */
static __always_inline unsigned int first_bit(unsigned int i, unsigned int d)
{
	return i % 8 * d % 8;
}

/* The octet of its half that it begins with */
static __always_inline unsigned int first_octet(unsigned int i, unsigned int d)
{
	return i % 8 * d / 8 + (i < 8 ? 0 : half_len(d) - d);
}

/* Whether it reaches into a third, as of 11 bits the third and the sixth do */
static __always_inline bool takes_three(unsigned int i, unsigned int d)
{
	return first_bit(i, d) + d > 16;
}

/* The first two octets of each number, or the last two of three */
static __always_inline u16 two_octets(unsigned int place, unsigned int d)
{
	const unsigned int i = place / 2;

	return first_octet(i, d) + takes_three(i, d) + place % 2;
}

/* What takes a number from there to the upper bits of its element */
static __always_inline u16 factor(unsigned int i, unsigned int d)
{
	return 1U << (16 - d - first_bit(i, d) + 8 * takes_three(i, d));
}

/* The first octet of three */
static __always_inline u16 missed_octet(unsigned int place, unsigned int d)
{
	const unsigned int i = place / 2;

	return place % 2 == 0 && takes_three(i, d) ? first_octet(i, d) : NONE;
}

/* From two bits below, what takes bit 6 or 7 of it to bit 5 */
static __always_inline u16 missed_factor(unsigned int i, unsigned int d)
{
	return first_bit(i, d) == 6 ? 2 : 1;
}

/* Sixteen numbers of @d bits each in 2 @d octets, as the upper bits of elements */
static __always_inline vu16 unpack(const u8 *in, unsigned int d)
{
	const vu8 octets = load_halves(in, d);
	vu16 v = (vu16)shuffle_octets(octets, each_octet(two_octets, d));

	v *= each_element(factor, d);
	if (d == 11) {
		vu16 missed = (vu16)shuffle_octets(octets,
						   each_octet(missed_octet, d));

		v |= (missed >> 2) * each_element(missed_factor, d);
	}
	return v & (u16)(0xffff << (16 - d));
}

void encode_avx2(u8 *out, const struct poly *f)
{
	const s16 *c = f->c;

	for (; c < f->c + MLKEM_N - 16; c += 16, out += 24)
		pack_over(out, canonical_vector(load_s16(c)), 12);
	pack(out, canonical_vector(load_s16(c)), 12);
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

static __always_inline void compress_all(void *to, const void *from,
					 unsigned int d)
{
	const struct poly *f = from;
	const s16 *c = f->c;
	u8 *out = to;

	for (; c < f->c + MLKEM_N - 16; c += 16, out += 2 * d)
		pack_over(out, compress(load_s16(c), d), d);
	pack(out, compress(load_s16(c), d), d);
}

void compress_avx2(u8 *out, const struct poly *f, unsigned int d)
{
	poly_constant_d(compress_all, out, f, d);
}

/* (2^(15 - d) a q + 2^14) / 2^15 is Decompress_d. */
static __always_inline void decompress_all(void *to, const void *from,
					   unsigned int d)
{
	const u8 *in = from;
	struct poly *f = to;

	for (unsigned int i = 0; i < MLKEM_N; i += 16, in += 2 * d)
		store_s16(f->c + i,
			  mul_round((vs16)(unpack(in, d) >> 1),
				    broadcast_s16(MLKEM_Q)));
}

void decompress_avx2(struct poly *f, const u8 *in, unsigned int d)
{
	poly_constant_d(decompress_all, f, in, d);
}
