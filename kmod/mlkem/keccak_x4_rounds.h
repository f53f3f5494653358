/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keccak-f[1600] on four states at once, for whatever instructions the file that
 * includes this is compiled to.  With AVX-512VL the compiler has one for each
 * rotation and for each operation of three operands.
 *
 * Lane i of the four states is the vector at 4 i.  The rounds go from one array
 * to the other and back, not through the stack: memory operands cost nothing
 * beside this arithmetic, and there are more lanes than registers.
 */
#ifndef _MLKEM_KECCAK_X4_ROUNDS_H
#define _MLKEM_KECCAK_X4_ROUNDS_H

#include <linux/compiler.h>

#include "keccak.h"
#include "vector.h"

static __always_inline vu64 rol(vu64 v, unsigned int n)
{
#ifndef __AVX512VL__
	/* Two shifts and an OR, unless whole octets move. */
	const vu8 by_8 = {
		7, 0, 1, 2, 3, 4, 5, 6, 15, 8, 9, 10, 11, 12, 13, 14,
		7, 0, 1, 2, 3, 4, 5, 6, 15, 8, 9, 10, 11, 12, 13, 14,
	};
	const vu8 by_56 = {
		1, 2, 3, 4, 5, 6, 7, 0, 9, 10, 11, 12, 13, 14, 15, 8,
		1, 2, 3, 4, 5, 6, 7, 0, 9, 10, 11, 12, 13, 14, 15, 8,
	};

	if (n == 8)
		return (vu64)shuffle_octets((vu8)v, by_8);
	if (n == 56)
		return (vu64)shuffle_octets((vu8)v, by_56);
#endif
	return n ? v << n | v >> (64 - n) : v;
}

/*
 * FIPS 202, section 3.3: Rnd from @a to @e, row by row.  @parity holds the column
 * parities of @a, then those of @e.
 */
static __always_inline void round_x4(u64 *e, const u64 *a, vu64 parity[5],
				     u64 rc)
{
	/* pi: the lane of @a that comes to each place, and its rotation in rho */
	static const u8 from[25] = {
		0, 6, 12, 18, 24,
		3, 9, 10, 16, 22,
		1, 7, 13, 19, 20,
		4, 5, 11, 17, 23,
		2, 8, 14, 15, 21,
	};
	static const u8 rotation[25] = {
		0, 44, 43, 21, 14,
		28, 20, 3, 45, 61,
		1, 6, 25, 8, 18,
		27, 36, 10, 15, 56,
		62, 55, 39, 41, 2,
	};
	vu64 d[5];

#pragma GCC unroll 5
	for (unsigned int x = 0; x < 5; x++)
		d[x] = parity[(x + 4) % 5] ^ rol(parity[(x + 1) % 5], 1);

#pragma GCC unroll 5
	for (unsigned int row = 0; row < 25; row += 5) {
		vu64 b[5];

#pragma GCC unroll 5
		for (unsigned int x = 0; x < 5; x++) {
			unsigned int i = from[row + x];

			b[x] = rol(load_u64(a + 4 * i) ^ d[i % 5],
				   rotation[row + x]);
		}
#pragma GCC unroll 5
		for (unsigned int x = 0; x < 5; x++) {
			vu64 lane = b[x] ^ (~b[(x + 1) % 5] & b[(x + 2) % 5]);

			if (row + x == 0)
				lane ^= rc;
			store_u64(e + 4 * (row + x), lane);
			parity[x] = row ? parity[x] ^ lane : lane;
		}
	}
}

static __always_inline void permute_x4(u64 lane[100], u64 scratch[100])
{
	vu64 parity[5];

	for (unsigned int x = 0; x < 5; x++)
		parity[x] = load_u64(lane + 4 * x) ^
			    load_u64(lane + 4 * (x + 5)) ^
			    load_u64(lane + 4 * (x + 10)) ^
			    load_u64(lane + 4 * (x + 15)) ^
			    load_u64(lane + 4 * (x + 20));
	for (unsigned int i = 0; i < 24; i += 2) {
		round_x4(scratch, lane, parity, keccak_round_constant[i]);
		round_x4(lane, scratch, parity, keccak_round_constant[i + 1]);
	}
}

#endif /* _MLKEM_KECCAK_X4_ROUNDS_H */
