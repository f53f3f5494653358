/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Polynomials of FIPS 203: arithmetic in Z_q[X] / (X^256 + 1), sampling,
 * compression and encoding.
 */
#ifndef _MLKEM_POLY_H
#define _MLKEM_POLY_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "keccak.h"

#define MLKEM_N		256
#define MLKEM_Q		3329
#define MLKEM_MAX_K	4

/* Octets of a polynomial encoded with @d bits to the coefficient. */
#define POLY_LEN(d)	(32 * (d))

/* Octets of PRF output that SamplePolyCBD takes */
#define CBD_LEN(eta)	(64 * (eta))

/**
 * struct poly - a polynomial, or its NTT representation
 * @c: coefficients, congruent modulo q to those that are meant; each function
 *     states the range it takes and gives
 */
struct poly {
	s16 c[MLKEM_N] __aligned(32);
};

/**
 * struct poly_zeta - what multiplying by an NTT representation g needs beside g
 * @c: g[2i], and g[2i + 1] * zeta^(2 BitRev7(i) + 1)
 */
struct poly_zeta {
	s16 c[MLKEM_N] __aligned(32);
};

/**
 * barrett_reduce() - reduce modulo q
 * @a: at most 2^30 in magnitude
 *
 * round(2^40 / q) is off by less than 1/2, so the quotient is off by less than
 * 2^30 / 2^41 before it is rounded.
 *
 * Return: @a mod q, at most q / 2 + q / 2^11 < 1667 in magnitude.
 */
static inline s16 barrett_reduce(s32 a)
{
	const s64 reciprocal = 330282856;	/* round(2^40 / q) */
	s32 quotient = (a * reciprocal + (1LL << 39)) >> 40;

	return a - quotient * MLKEM_Q;
}

/**
 * canonical() - the representative in [0, q)
 * @a: at most 2^30 in magnitude
 *
 * Return: @a mod q.
 */
static inline u16 canonical(s32 a)
{
	s16 r = barrett_reduce(a);

	/* |r| < 1667: q is added to a negative r, and once is enough. */
	return r + ((r >> 15) & MLKEM_Q);
}

/**
 * mul_const() - multiply by a constant modulo q
 * @a: at most 2^19 in magnitude
 * @fraction: round(2^32 * z / q) for the constant z
 *
 * The product modulo 2^32 is the fractional part of a * z / q, and q times that
 * is a * z mod q.  The upper 16 bits of it are enough: rounding @fraction shifts
 * the result by at most 2^19 / 2^33 * q < 0.21, dropping the lower half by at
 * most q / 2^16 < 0.06 downwards, and 8 / 2^16 * q, which is between 0.40 and
 * 0.41, is added to make up for both: between 0.1 and 0.7 remains for the last
 * shift to cut off.  (This is Plantard's multiplication.)
 *
 * Return: @a * z mod q, at most q / 2 in magnitude.
 */
static inline s16 mul_const(s32 a, u32 fraction)
{
	s32 product = (u32)a * fraction;

	return (((product >> 16) + 8) * MLKEM_Q) >> 16;
}

/**
 * compress_d() - Compress_d (FIPS 203, equation 4.7)
 * @a: in [0, q)
 * @d: bits, at most 11
 *
 * Without a division: 2^36 / q is rounded up by less than 1/2, which for a
 * numerator below 2^23 shifts the quotient by less than 1 / (2 q).
 *
 * Return: round(2^d a / q) modulo 2^d.
 */
static inline u16 compress_d(u16 a, unsigned int d)
{
	u64 t = ((u64)a << d) + MLKEM_Q / 2;

	return (t * 20642679 >> 36) & ((1U << d) - 1);
}

/**
 * decompress_d() - Decompress_d (FIPS 203, equation 4.8)
 * @a: in [0, 2^@d)
 * @d: bits, at most 11
 *
 * Return: round(q a / 2^d), in [0, q).
 */
static inline u16 decompress_d(u16 a, unsigned int d)
{
	return ((u32)a * MLKEM_Q + (1U << (d - 1))) >> d;
}

/**
 * poly_ntt() - NTT in place (FIPS 203, algorithm 9)
 * @f: coefficients at most q in magnitude; becomes the NTT representation,
 *     coefficients at most q + 7 q / 2 = 14980.5 in magnitude
 */
void poly_ntt(struct poly *f);

/**
 * poly_invntt() - inverse of the NTT in place (FIPS 203, algorithm 10)
 * @f: coefficients below 1667 in magnitude; becomes the polynomial,
 *     coefficients at most q / 2 in magnitude
 */
void poly_invntt(struct poly *f);

/**
 * poly_prepare() - prepare multiplications by @g
 * @z: what poly_dot() needs beside @g
 * @g: NTT representation, as poly_ntt() gives it; other implementations change it
 *     to what their poly_dot() takes
 */
void poly_prepare(struct poly_zeta *z, struct poly *g);

/**
 * poly_dot() - sum of products (FIPS 203, algorithms 11 and 12)
 * @h: becomes the sum over i < @k of @f[i * @stride] * @g[i], all of them NTT
 *     representations; coefficients below 1667 in magnitude
 * @f: coefficients in [0, 2^12)
 * @stride: distance of what is used in @f: 1 for a row of a matrix, @k for a
 *	    column
 * @g: prepared
 * @z: of poly_prepare() for each @g[i]
 * @k: number of products, at most MLKEM_MAX_K
 */
void poly_dot(struct poly *h, const struct poly *f, unsigned int stride,
	      const struct poly *g, const struct poly_zeta *z, unsigned int k);

/**
 * poly_reject() - the loop of SampleNTT (FIPS 203, algorithm 7)
 * @f: takes the coefficients below q of a block, until it is full
 * @n: coefficients in @f so far
 * @in: XOF output
 * @len: octets in @in, a multiple of 24, at most SHAKE128_RATE
 *
 * Takes a time that depends on @in, which is public.
 *
 * Return: coefficients in @f now, MLKEM_N when it is full.
 */
unsigned int poly_reject(struct poly *f, unsigned int n,
			 const u8 *in,
			 unsigned int len);

/**
 * poly_cbd() - SamplePolyCBD (FIPS 203, algorithm 8)
 * @f: becomes the polynomial; coefficients at most 3 in magnitude
 * @in: CBD_LEN(@eta) octets
 * @eta: 2 or 3
 */
void poly_cbd(struct poly *f, const u8 *in, unsigned int eta);

/**
 * poly_add() - add
 * @f: becomes @f + @g; the sum of coefficients must fit s16
 * @g: what to add
 */
void poly_add(struct poly *f, const struct poly *g);

/**
 * poly_sub() - subtract
 * @f: becomes @f - @g; the difference of coefficients must fit s16
 * @g: what to subtract
 */
void poly_sub(struct poly *f, const struct poly *g);

/**
 * poly_encode() - ByteEncode_12 (FIPS 203, algorithm 5)
 * @out: POLY_LEN(12) octets
 * @f: any coefficients
 */
void poly_encode(u8 *out, const struct poly *f);

/**
 * poly_decode() - ByteDecode_12 without reduction (FIPS 203, algorithm 6)
 * @f: becomes the polynomial; coefficients in [0, 2^12)
 * @in: POLY_LEN(12) octets
 */
void poly_decode(struct poly *f, const u8 *in);

/**
 * poly_is_reduced() - whether every coefficient is below q
 * @f: public; coefficients in [0, 2^12)
 *
 * Return: whether it is so.
 */
bool poly_is_reduced(const struct poly *f);

/**
 * poly_compress() - ByteEncode_d(Compress_d(f)) (FIPS 203, section 4.2.1)
 * @out: POLY_LEN(@d) octets
 * @f: any coefficients
 * @d: 1, 4, 5, 10 or 11
 */
void poly_compress(u8 *out, const struct poly *f, unsigned int d);

/**
 * poly_decompress() - Decompress_d(ByteDecode_d(in)) (FIPS 203, section 4.2.1)
 * @f: becomes the polynomial; coefficients in [0, q)
 * @in: POLY_LEN(@d) octets
 * @d: 1, 4, 5, 10 or 11
 */
void poly_decompress(struct poly *f, const u8 *in, unsigned int d);

/**
 * poly_constant_d() - call a function with a number of bits that it knows
 * @function: what to call; inlined for each @d, it has constant shifts and masks
 * @to: its first argument
 * @from: its second argument
 * @d: its last argument: 1, 4, 5, 10 or 11
 */
static __always_inline void
poly_constant_d(void (*function)(void *to, const void *from, unsigned int d),
		void *to, const void *from, unsigned int d)
{
	switch (d) {
	case 1:
		function(to, from, 1);
		break;
	case 4:
		function(to, from, 4);
		break;
	case 5:
		function(to, from, 5);
		break;
	case 10:
		function(to, from, 10);
		break;
	case 11:
		function(to, from, 11);
		break;
	}
}

#endif /* _MLKEM_POLY_H */
