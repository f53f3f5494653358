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

#define LOWER_HALF(v)	((vs8_16)__builtin_shufflevector((vu64)(v), (vu64)(v), 0, 1))
#define UPPER_HALF(v)	((vs8_16)__builtin_shufflevector((vu64)(v), (vu64)(v), 2, 3))

/* The builtins have types of their own for the same elements. */
typedef char builtin_v32qi VECTOR;
typedef char builtin_v16qi HALF_VECTOR;
typedef short builtin_v16hi VECTOR;

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

static __always_inline vs16 broadcast_s16(s16 c)
{
	return (vs16){} + c;
}

/* The upper half of each product */
static __always_inline vs16 mul_high(vs16 a, vs16 b)
{
	return (vs16)__builtin_ia32_pmulhw256((builtin_v16hi)a,
					      (builtin_v16hi)b);
}

/* a b / 2^15, rounded */
static __always_inline vs16 mul_round(vs16 a, vs16 b)
{
	return (vs16)__builtin_ia32_pmulhrsw256((builtin_v16hi)a,
						(builtin_v16hi)b);
}

/* a[2i] b[2i] + a[2i + 1] b[2i + 1] */
static __always_inline vs32 mul_add_pairs(vs16 a, vs16 b)
{
	return (vs32)__builtin_ia32_pmaddwd256((builtin_v16hi)a,
					       (builtin_v16hi)b);
}

/* In each half of the vector, the octets of it that @at says */
static __always_inline vu8 shuffle_octets(vu8 v, vu8 at)
{
	return (vu8)__builtin_ia32_pshufb256((builtin_v32qi)v,
					     (builtin_v32qi)at);
}

static __always_inline vu8_16 shuffle_16_octets(vu8_16 v, vu8_16 at)
{
	return (vu8_16)__builtin_ia32_pshufb128((builtin_v16qi)v,
						(builtin_v16qi)at);
}

/* -1 and 0 as octets, those of each half twice in this half */
static __always_inline vu8 narrow(vs16 v)
{
	return (vu8)__builtin_ia32_packsswb256((builtin_v16hi)v,
					       (builtin_v16hi)v);
}

static __always_inline vu16 min_u16(vu16 a, vu16 b)
{
#ifdef __clang__
	return __builtin_elementwise_min(a, b);
#else
	return (vu16)__builtin_ia32_pminuw256((builtin_v16hi)a,
					      (builtin_v16hi)b);
#endif
}

/* The upper bit of each octet */
static __always_inline u32 upper_bits(vu8 v)
{
	return __builtin_ia32_pmovmskb256((builtin_v32qi)v);
}

#endif /* _MLKEM_VECTOR_H */
