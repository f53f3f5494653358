/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ML-KEM needs of SHA-3 and SHAKE beside the functions of <crypto/sha3.h>.
 */
#ifndef _MLKEM_KECCAK_H
#define _MLKEM_KECCAK_H

#include <asm/byteorder.h>
#include <crypto/sha3.h>
#include <linux/types.h>

/* FIPS 202, section 6: suffix of the message, with the first bit of padding. */
#define SHA3_SUFFIX	0x06
#define SHAKE_SUFFIX	0x1f

/**
 * keccak_f1600() - the permutation Keccak-f[1600] (FIPS 202, section 3.4)
 * @lane: the state, in words of this CPU
 */
static inline void keccak_f1600(u64 lane[25])
{
	struct sha3_state *state = (struct sha3_state *)lane;

	for (int i = 0; i < 25; i++)
		state->words[i] = cpu_to_le64(state->native_words[i]);
	sha3_permute(state);
	for (int i = 0; i < 25; i++)
		state->native_words[i] = le64_to_cpu(state->words[i]);
}

#endif /* _MLKEM_KECCAK_H */
