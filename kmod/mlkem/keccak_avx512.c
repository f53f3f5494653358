// SPDX-License-Identifier: GPL-2.0
/*
 * With AVX-512VL, on vectors of 32 octets: wider ones would slow down the clock
 * of some CPUs.
 */
#include "impl_x86.h"
#include "keccak_x4_rounds.h"

void keccak_x4_avx512(u64 lane[100], u64 scratch[100])
{
	permute_x4(lane, scratch);
}

void clear_registers_avx512(void)
{
	/* vzeroall leaves the upper sixteen alone. */
	__asm__ volatile("vpxorq %%xmm16, %%xmm16, %%xmm16\n\t"
			 "vpxorq %%xmm17, %%xmm17, %%xmm17\n\t"
			 "vpxorq %%xmm18, %%xmm18, %%xmm18\n\t"
			 "vpxorq %%xmm19, %%xmm19, %%xmm19\n\t"
			 "vpxorq %%xmm20, %%xmm20, %%xmm20\n\t"
			 "vpxorq %%xmm21, %%xmm21, %%xmm21\n\t"
			 "vpxorq %%xmm22, %%xmm22, %%xmm22\n\t"
			 "vpxorq %%xmm23, %%xmm23, %%xmm23\n\t"
			 "vpxorq %%xmm24, %%xmm24, %%xmm24\n\t"
			 "vpxorq %%xmm25, %%xmm25, %%xmm25\n\t"
			 "vpxorq %%xmm26, %%xmm26, %%xmm26\n\t"
			 "vpxorq %%xmm27, %%xmm27, %%xmm27\n\t"
			 "vpxorq %%xmm28, %%xmm28, %%xmm28\n\t"
			 "vpxorq %%xmm29, %%xmm29, %%xmm29\n\t"
			 "vpxorq %%xmm30, %%xmm30, %%xmm30\n\t"
			 "vpxorq %%xmm31, %%xmm31, %%xmm31\n\t"
			 "vzeroall"
			 : :);
}
