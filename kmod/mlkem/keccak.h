/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SHA-3 and SHAKE of FIPS 202, as far as ML-KEM needs them.
 */
#ifndef _MLKEM_KECCAK_H
#define _MLKEM_KECCAK_H

#include <linux/types.h>

#define SHA3_256_LEN	32
#define SHA3_512_LEN	64

/* FIPS 202, section 6: the rate in octets of the sponge of each function. */
#define SHAKE128_RATE	168
#define SHAKE256_RATE	136
#define SHA3_256_RATE	136
#define SHA3_512_RATE	72

/* FIPS 202, section 6: suffix of the message, with the first bit of padding. */
#define SHA3_SUFFIX	0x06
#define SHAKE_SUFFIX	0x1f

/* RC of FIPS 202, section 3.2.5, for each round */
extern const u64 keccak_round_constant[24];

/**
 * struct keccak - a sponge over Keccak-f[1600]
 * @lane: the state; lane x + 5y is A[x, y]
 * @rate: octets absorbed or squeezed between two permutations
 * @pos: of these, the octets already used
 *
 * It holds whatever was absorbed: its owner wipes it when that was secret.
 */
struct keccak {
	u64 lane[25];
	unsigned int rate;
	unsigned int pos;
};

/**
 * keccak_f1600() - the permutation Keccak-f[1600] (FIPS 202, section 3.4)
 * @lane: the state
 */
void keccak_f1600(u64 lane[25]);

/**
 * keccak_init() - begin a message
 * @k: sponge
 * @rate: one of the rates above
 */
void keccak_init(struct keccak *k, unsigned int rate);

/**
 * keccak_absorb() - append to the message
 * @k: sponge
 * @in: what to append
 * @len: octets in @in
 */
void keccak_absorb(struct keccak *k, const u8 *in, size_t len);

/**
 * keccak_finish() - end the message; only keccak_squeeze() may follow
 * @k: sponge
 * @suffix: SHA3_SUFFIX or SHAKE_SUFFIX
 */
void keccak_finish(struct keccak *k, u8 suffix);

/**
 * keccak_squeeze() - take the next octets of the output
 * @k: sponge
 * @out: output
 * @len: octets to take
 */
void keccak_squeeze(struct keccak *k, u8 *out, size_t len);

/**
 * keccak_sha3_256() - SHA3-256 of a message in one piece
 * @k: sponge to use
 * @in: message
 * @len: octets in @in
 * @out: digest
 */
void keccak_sha3_256(struct keccak *k, const u8 *in, size_t len,
		     u8 out[SHA3_256_LEN]);

/**
 * keccak_sha3_512() - SHA3-512 of a message in one piece
 * @k: sponge to use
 * @in: message
 * @len: octets in @in
 * @out: digest
 */
void keccak_sha3_512(struct keccak *k, const u8 *in, size_t len,
		     u8 out[SHA3_512_LEN]);

#endif /* _MLKEM_KECCAK_H */
