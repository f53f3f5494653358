// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of what is computed on P-256.
 */
#define ECDH_PORTABLE_CARRIES
#include "p256.c"

#define PROVE(name)	prove_p256_##name

#include "prove_curve.h"

/* m p, of m = -t / p mod 2^64 */
static wide cleared_by(u64 t)
{
	const wide m = t;

	return (m << 256) - (m << 224) + (m << 192) + (m << 96) - m;
}

void prove_p256_reduce_limb(void)
{
	prove_reduce_limb(5);
}
