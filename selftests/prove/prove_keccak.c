// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of keccak.c, for each length of message that the module hashes with it.
 */
#include "keccak.c"

#include "contract.h"

u64 nondet_u64(void);

void model_keccak_f1600(u64 lane[25])
{
	for (unsigned int i = 0; i < 25; i++)
		lane[i] = nondet_u64();
}

void prove_keccak_f1600(void)
{
	u64 lane[25];

	keccak_f1600(lane);
}

void prove_keccak_sha3_512(void)
{
	struct keccak k;
	u8 message[33];
	u8 digest[SHA3_512_LEN];

	keccak_sha3_512(&k, message, sizeof(message), digest);
}

void prove_keccak_sha3_256_800(void)
{
	struct keccak k;
	u8 ek[800];
	u8 digest[SHA3_256_LEN];

	keccak_sha3_256(&k, ek, sizeof(ek), digest);
}

void prove_keccak_sha3_256_1184(void)
{
	struct keccak k;
	u8 ek[1184];
	u8 digest[SHA3_256_LEN];

	keccak_sha3_256(&k, ek, sizeof(ek), digest);
}

void prove_keccak_sha3_256_1568(void)
{
	struct keccak k;
	u8 ek[1568];
	u8 digest[SHA3_256_LEN];

	keccak_sha3_256(&k, ek, sizeof(ek), digest);
}
