// SPDX-License-Identifier: GPL-2.0
#include <linux/build_bug.h>

#include "impl_x86.h"
#include "keccak_x4_rounds.h"

void keccak_x4_avx2(u64 lane[100], u64 scratch[100])
{
	permute_x4(lane, scratch);
}

/* Four lanes of each state, from @lane on, to the blocks from @block on */
static __always_inline void separate_4(u8 *block, const u64 *lane)
{
	vu64 a = load_u64(lane);
	vu64 b = load_u64(lane + 4);
	vu64 c = load_u64(lane + 8);
	vu64 d = load_u64(lane + 12);
	vu64 ab = __builtin_shufflevector(a, b, 0, 4, 2, 6);
	vu64 cd = __builtin_shufflevector(c, d, 0, 4, 2, 6);

	store_octets(block, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
	store_octets(block + 2 * BLOCK_STRIDE,
		     __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
	ab = __builtin_shufflevector(a, b, 1, 5, 3, 7);
	cd = __builtin_shufflevector(c, d, 1, 5, 3, 7);
	store_octets(block + BLOCK_STRIDE,
		     __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
	store_octets(block + 3 * BLOCK_STRIDE,
		     __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
}

void separate_x4_avx2(u8 block[KECCAK_WAYS][BLOCK_STRIDE], const u64 lane[100])
{
	const unsigned int lanes = SHAKE128_RATE / 8;

	static_assert(SHAKE128_RATE / 8 % 4 == 1);
	for (unsigned int i = 0; i < lanes - 1; i += 4)
		separate_4(&block[0][8 * i], lane + 4 * i);
	for (unsigned int w = 0; w < KECCAK_WAYS; w++)
		__builtin_memcpy(&block[w][8 * (lanes - 1)],
				 &lane[4 * (lanes - 1) + w], 8);
}

void clear_registers_avx2(void)
{
	__asm__ volatile("vzeroall");
}
