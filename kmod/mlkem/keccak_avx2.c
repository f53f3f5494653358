// SPDX-License-Identifier: GPL-2.0
#include "impl_x86.h"
#include "keccak_x4_rounds.h"

void keccak_x4_avx2(u64 lane[100], u64 scratch[100])
{
	permute_x4(lane, scratch);
}

void clear_registers_avx2(void)
{
	__asm__ volatile("vzeroall");
}
