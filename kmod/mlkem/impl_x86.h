/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The implementations for AVX2 and AVX-512VL, on vectors of 32 octets.
 *
 * Apart from impl_x86.c, what is here runs between mlkem_impl_begin() and
 * mlkem_impl_end() only.  Functions are as those in poly.h; where their bounds
 * are others, that is said.
 */
#ifndef _MLKEM_IMPL_X86_H
#define _MLKEM_IMPL_X86_H

#include <linux/types.h>

#include "impl.h"
#include "poly.h"

extern const struct mlkem_impl mlkem_avx2;
extern const struct mlkem_impl mlkem_avx512;

/**
 * keccak_x4_avx2() - Keccak-f[1600] of four states side by side
 * @lane: lane i of state w at 4 i + w
 * @scratch: room to work in
 */
void keccak_x4_avx2(u64 lane[100], u64 scratch[100]);

/**
 * keccak_x4_avx512() - Keccak-f[1600] of four states side by side
 * @lane: lane i of state w at 4 i + w
 * @scratch: room to work in
 */
void keccak_x4_avx512(u64 lane[100], u64 scratch[100]);

/**
 * separate_x4_avx2() - the output of four states side by side
 * @block: of each state, the first SHAKE128_RATE octets
 * @lane: lane i of state w at 4 i + w
 */
void separate_x4_avx2(u8 block[KECCAK_WAYS][BLOCK_STRIDE],
		      const u64 lane[100]);

/**
 * clear_registers_avx2() - set the registers of AVX2 to zero
 */
void clear_registers_avx2(void);

/**
 * clear_registers_avx512() - set the vector registers of AVX-512 to zero
 */
void clear_registers_avx512(void);

/**
 * ntt_avx2() - poly_ntt()
 * @f: coefficients at most q in magnitude; becomes the NTT representation,
 *     coefficients at most NTT_BOUND in magnitude
 */
void ntt_avx2(struct poly *f);

/**
 * invntt_avx2() - poly_invntt()
 * @f: coefficients at most DOT_BOUND in magnitude; becomes the polynomial,
 *     coefficients at most INVNTT_BOUND in magnitude
 */
void invntt_avx2(struct poly *f);

/**
 * prepare_avx2() - poly_prepare()
 * @z: what dot_avx2() needs beside @g
 * @g: coefficients at most NTT_BOUND in magnitude; becomes 2^16 @g, with the
 *     coefficients of each pair exchanged
 */
void prepare_avx2(struct poly_zeta *z, struct poly *g);

/**
 * dot_avx2() - poly_dot()
 * @h: becomes the sum of products; coefficients at most DOT_BOUND in magnitude
 * @f: coefficients in [0, 2^12)
 * @stride: distance of what is used in @f
 * @g: of prepare_avx2()
 * @z: of prepare_avx2()
 * @k: number of products, at most MLKEM_MAX_K
 */
void dot_avx2(struct poly *h, const struct poly *f, unsigned int stride,
	      const struct poly *g, const struct poly_zeta *z, unsigned int k);

/* As the functions of these names in poly.h */
unsigned int reject_avx2(struct poly *f, unsigned int n, const u8 *in,
			 unsigned int len);
void cbd_avx2(struct poly *f, const u8 *in, unsigned int eta);
void add_avx2(struct poly *f, const struct poly *g);
void sub_avx2(struct poly *f, const struct poly *g);
void encode_avx2(u8 *out, const struct poly *f);
void decode_avx2(struct poly *f, const u8 *in);
bool is_reduced_avx2(const struct poly *f);
void compress_avx2(u8 *out, const struct poly *f, unsigned int d);
void decompress_avx2(struct poly *f, const u8 *in, unsigned int d);

#endif /* _MLKEM_IMPL_X86_H */
