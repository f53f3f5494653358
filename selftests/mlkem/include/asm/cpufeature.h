/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_ASM_CPUFEATURE_H
#define _SHIM_ASM_CPUFEATURE_H

#define X86_FEATURE_AVX		"avx"
#define X86_FEATURE_AVX2	"avx2"
#define X86_FEATURE_AVX512F	"avx512f"
#define X86_FEATURE_AVX512VL	"avx512vl"
#define X86_FEATURE_POPCNT	"popcnt"
#define boot_cpu_has(feature)	__builtin_cpu_supports(feature)

#endif
