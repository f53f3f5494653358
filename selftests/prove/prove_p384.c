// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of what is computed on P-384.
 */
#define ECDH_PORTABLE_CARRIES
#include "p384.c"

#define PROVE(name)	prove_p384_##name

#include "prove_curve.h"

/* m p, of m = -t / p mod 2^64 */
static wide cleared_by(u64 t)
{
	const wide m = (u64)(t + (t << 32));

	return (m << 384) - (m << 128) - (m << 96) + (m << 32) - m;
}

void prove_p384_reduce_limb(void)
{
	prove_reduce_limb(8);
}
