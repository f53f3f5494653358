/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arithmetic of 64-bit limbs, of which long numbers are made, lowest first.
 *
 * Nothing here branches, and no time depends on a value: carries are values, and choices are
 * masks.  The multiplication of two limbs takes one instruction of a CPU of
 * 64 bits, whose time does not depend on its operands.
 */
#ifndef _ECDH_LIMB_H
#define _ECDH_LIMB_H

#include <linux/compiler.h>
#include <linux/types.h>

/*
 * The compiler has builtins for x86's addition and subtraction with carry.  Without them gcc
 * takes half as long again, as it does not see that comparisons are carries.
 */
#if defined(__x86_64__) && !defined(__CHECKER__) && !defined(ECDH_PORTABLE_CARRIES)
#define add_with_carry(carry, a, b, sum) \
	__builtin_ia32_addcarryx_u64((u8)(carry), a, b, sum)
#ifdef __clang__
#define sub_with_borrow(borrow, a, b, difference) \
	__builtin_ia32_subborrow_u64((u8)(borrow), a, b, difference)
#else
#define sub_with_borrow(borrow, a, b, difference) \
	__builtin_ia32_sbb_u64((u8)(borrow), a, b, difference)
#endif
#else
static __always_inline u64 add_with_carry(u64 carry, u64 a, u64 b,
					  unsigned long long *sum)
{
	const u64 first = a + b;

	*sum = first + carry;
	return (first < a) | (*sum < first);
}

static __always_inline u64 sub_with_borrow(u64 borrow, u64 a, u64 b,
					   unsigned long long *difference)
{
	const u64 first = a - b;

	*difference = first - borrow;
	return (a < b) | (first < borrow);
}
#endif

/**
 * limb_add() - a + b + carry
 * @carry: 0 or 1, in and out
 * @a: any
 * @b: any
 *
 * Return: the sum modulo 2^64.
 */
static __always_inline u64 limb_add(u64 *carry, u64 a, u64 b)
{
	unsigned long long sum;

	*carry = add_with_carry(*carry, a, b, &sum);
	return sum;
}

/**
 * limb_sub() - a - b - borrow
 * @borrow: 0 or 1, in and out
 * @a: any
 * @b: any
 *
 * Return: the difference modulo 2^64.
 */
static __always_inline u64 limb_sub(u64 *borrow, u64 a, u64 b)
{
	unsigned long long difference;

	*borrow = sub_with_borrow(*borrow, a, b, &difference);
	return difference;
}

/**
 * limb_mul() - a b
 * @high: receives the higher limb
 * @a: any
 * @b: any
 *
 * Return: the lower limb.
 */
static __always_inline u64 limb_mul(u64 *high, u64 a, u64 b)
{
	const unsigned __int128 product = (unsigned __int128)a * b;

	*high = product >> 64;
	return (u64)product;
}

/**
 * limb_mul_add() - a b + c + high
 * @high: any; receives the higher limb
 * @a: any
 * @b: any
 * @c: any
 *
 * It fits: (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
 *
 * Return: the lower limb.
 */
static __always_inline u64 limb_mul_add(u64 *high, u64 a, u64 b, u64 c)
{
	u64 carry = 0, low, upper;

	low = limb_mul(&upper, a, b);
	low = limb_add(&carry, low, c);
	upper = limb_add(&carry, upper, 0);
	carry = 0;
	low = limb_add(&carry, low, *high);
	*high = limb_add(&carry, upper, 0);
	return low;
}

/**
 * limb_mask() - a mask of a bit
 * @bit: 0 or 1
 *
 * The compiler does not see that there are two values only, and so has no reason to
 * branch.
 *
 * Return: all bits set, or none.
 */
static __always_inline u64 limb_mask(u64 bit)
{
	u64 mask = -bit;

	OPTIMIZER_HIDE_VAR(mask);
	return mask;
}

/**
 * limb_is_zero() - whether a limb is zero
 * @a: any
 *
 * Return: 1 or 0.
 */
static __always_inline u64 limb_is_zero(u64 a)
{
	return 1 ^ ((a | -a) >> 63);
}

#endif /* _ECDH_LIMB_H */
