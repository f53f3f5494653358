/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Vectors of 32 octets.  Only for files compiled with -mavx2, whose code runs
 * between mlkem_impl_begin() and mlkem_impl_end().
 *
 * Operators and __builtin_shufflevector() of the compiler, and its builtins
 * where C has no operator for an instruction.
 */
#ifndef _MLKEM_VECTOR_H
#define _MLKEM_VECTOR_H

#include <linux/compiler.h>
#include <linux/types.h>

#define VECTOR	__attribute__((__vector_size__(32)))

typedef s8 vs8 VECTOR;
typedef u8 vu8 VECTOR;
typedef s16 vs16 VECTOR;
typedef u16 vu16 VECTOR;
typedef s32 vs32 VECTOR;
typedef u32 vu32 VECTOR;
typedef u64 vu64 VECTOR;

/* Half a vector */
#define HALF_VECTOR	__attribute__((__vector_size__(16)))

typedef s8 vs8_16 HALF_VECTOR;
typedef u8 vu8_16 HALF_VECTOR;
typedef u64 vu64_2 HALF_VECTOR;

/* What the compiler's builtins take for octets */
#define CHARS		char VECTOR
#define CHARS_16	char HALF_VECTOR

static __always_inline vs16 load_s16(const s16 *from)
{
	vs16 v;

	__builtin_memcpy(&v, from, sizeof(v));
	return v;
}

static __always_inline void store_s16(s16 *to, vs16 v)
{
	__builtin_memcpy(to, &v, sizeof(v));
}

static __always_inline vu64 load_u64(const u64 *from)
{
	vu64 v;

	__builtin_memcpy(&v, from, sizeof(v));
	return v;
}

static __always_inline void store_u64(u64 *to, vu64 v)
{
	__builtin_memcpy(to, &v, sizeof(v));
}

static __always_inline void store_octets(u8 *to, vu64 v)
{
	__builtin_memcpy(to, &v, sizeof(v));
}

static __always_inline vs8_16 lower_half(vs8 v)
{
	vu64 quads = (vu64)v;

	return (vs8_16)__builtin_shufflevector(quads, quads, 0, 1);
}

static __always_inline vs8_16 upper_half(vs8 v)
{
	vu64 quads = (vu64)v;

	return (vs8_16)__builtin_shufflevector(quads, quads, 2, 3);
}

static __always_inline vs16 broadcast_s16(s16 c)
{
	return (vs16){} + c;
}

/* Two elements that repeat */
static __always_inline vs16 broadcast_twice(u32 pair)
{
	vu32 zero = {};

	return (vs16)(zero + pair);
}

/* The even elements of @even with the odd elements of @odd */
static __always_inline vu16 alternate(vu16 even, vu16 odd)
{
	return __builtin_shufflevector(even, odd, 0, 17, 2, 19, 4, 21, 6, 23, 8,
				       25, 10, 27, 12, 29, 14, 31);
}

/* The upper half of each product */
static __always_inline vs16 mul_high(vs16 a, vs16 b)
{
	return __builtin_ia32_pmulhw256(a, b);
}

/* a b / 2^15, rounded */
static __always_inline vs16 mul_round(vs16 a, vs16 b)
{
	return __builtin_ia32_pmulhrsw256(a, b);
}

/* a[2i] b[2i] + a[2i + 1] b[2i + 1] */
static __always_inline vs32 mul_add_pairs(vs16 a, vs16 b)
{
	return __builtin_ia32_pmaddwd256(a, b);
}

/* In each half of the vector, the octets of it that @at says */
static __always_inline vu8 shuffle_octets(vu8 v, vu8 at)
{
	return (vu8)__builtin_ia32_pshufb256((CHARS)v, (CHARS)at);
}

static __always_inline vu8_16 shuffle_16_octets(vu8_16 v, vu8_16 at)
{
	return (vu8_16)__builtin_ia32_pshufb128((CHARS_16)v,
						(CHARS_16)at);
}

/* -1 and 0 as octets, those of each half twice in this half */
static __always_inline vu8 narrow(vs16 v)
{
	return (vu8)__builtin_ia32_packsswb256(v, v);
}

static __always_inline vu16 min_u16(vu16 a, vu16 b)
{
#ifdef __clang__
	return __builtin_elementwise_min(a, b);
#else
	return (vu16)__builtin_ia32_pminuw256((vs16)a, (vs16)b);
#endif
}

/* The upper bit of each octet */
static __always_inline u32 upper_bits(vu8 v)
{
	return __builtin_ia32_pmovmskb256((CHARS)v);
}

#endif /* _MLKEM_VECTOR_H */
