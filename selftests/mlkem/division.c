// SPDX-License-Identifier: GPL-2.0
/*
 * Compress_4 with divisions of secrets, for instructions.sh to find.  Compilers
 * have made them from a constant divisor before; here they have no choice.
 */
#include <linux/types.h>

#include "division.h"
#include "poly.h"

static const volatile u32 q = MLKEM_Q;
static const volatile float float_q = MLKEM_Q;

void compress_by_division(u8 out[MLKEM_N], const struct poly *f)
{
	for (unsigned int i = 0; i < MLKEM_N; i++)
		out[i] = (((u32)canonical(f->c[i]) << 4) + MLKEM_Q / 2) / q &
			 15;
}

void compress_by_float_division(u8 out[MLKEM_N], const struct poly *f)
{
	for (unsigned int i = 0; i < MLKEM_N; i++)
		out[i] = (u8)(canonical(f->c[i]) * 16 / float_q + 0.5f) & 15;
}
