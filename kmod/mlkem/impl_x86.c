// SPDX-License-Identifier: GPL-2.0
/*
 * The implementations for AVX2 and AVX-512VL, and which CPUs have what.
 */
#include <asm/cpufeature.h>
#include <asm/fpu/api.h>

#include "impl_x86.h"

static bool has_avx2(void)
{
	return boot_cpu_has(X86_FEATURE_POPCNT) &&
	       boot_cpu_has(X86_FEATURE_AVX) && boot_cpu_has(X86_FEATURE_AVX2) &&
	       cpu_has_xfeatures(XFEATURE_MASK_SSE | XFEATURE_MASK_YMM, NULL);
}

static bool has_avx512(void)
{
	return has_avx2() && boot_cpu_has(X86_FEATURE_AVX512F) &&
	       boot_cpu_has(X86_FEATURE_AVX512VL) &&
	       cpu_has_xfeatures(XFEATURE_MASK_AVX512, NULL);
}

/* What both have in common */
#define ARITHMETIC_AVX2 \
	.separate_x4 = separate_x4_avx2, \
	.reject = reject_avx2, \
	.cbd = cbd_avx2, \
	.ntt = ntt_avx2, \
	.invntt = invntt_avx2, \
	.prepare = prepare_avx2, \
	.dot = dot_avx2, \
	.add = add_avx2, \
	.sub = sub_avx2, \
	.encode = encode_avx2, \
	.decode = decode_avx2, \
	.is_reduced = is_reduced_avx2, \
	.compress = compress_avx2, \
	.decompress = decompress_avx2

const struct mlkem_impl mlkem_avx2 = {
	.name = "avx2",
	.supported = has_avx2,
	.clear_registers = clear_registers_avx2,
	.keccak_x4 = keccak_x4_avx2,
	.x4_ways = 2,
	ARITHMETIC_AVX2,
};

const struct mlkem_impl mlkem_avx512 = {
	.name = "avx512",
	.supported = has_avx512,
	.clear_registers = clear_registers_avx512,
	.keccak_x4 = keccak_x4_avx512,
	.x4_ways = 1,
	ARITHMETIC_AVX2,
};
