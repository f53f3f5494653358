// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic that multiplies, for every argument and every constant of ntt.c:
 * a solver finds that harder than a processor.  The argument of the program names the function.
 */
#include <stdio.h>
#include <string.h>

#include "ntt.c"

#include "contract.h"

static bool is(s16 r, s64 expected)
{
	return (r - expected) % MLKEM_Q == 0;
}

static bool mul_const_is_right(u32 z, u32 fraction)
{
	bool right = true;

	for (s32 a = -(1 << 19); a <= 1 << 19; a++) {
		s16 r = mul_const(a, fraction);

		right &= is(r, (s64)a * z);
		mul_const_ENSURES(right &=, r);
	}
	return right;
}

/* The constants that ntt.c has, against zeta^BitRev7(i) and 1 / 128 */
static bool exhaust_mul_const(void)
{
	bool right = mul_const_is_right(3303, INV_128);

	for (unsigned int i = 0; i < 128; i++) {
		u32 z = 1;

		for (unsigned int bit = 0; bit < 7; bit++)
			z = z * z * (i >> bit & 1 ? 17 : 1) % MLKEM_Q;
		right &= mul_const_is_right(z, zeta[i]);
	}
	return right;
}

static bool exhaust_barrett_reduce(void)
{
	bool right = true;

	for (s32 a = -(1 << 30); a <= 1 << 30; a++) {
		s16 r = barrett_reduce(a);

		right &= is(r, a);
		barrett_ENSURES(right &=, r);
		right &= canonical(a) == (r < 0 ? r + MLKEM_Q : r);
	}
	return right;
}

int main(int argc, char **argv)
{
	const char *name = argc == 2 ? argv[1] : "";
	bool right;

	if (!strcmp(name, "mul_const_value"))
		right = exhaust_mul_const();
	else if (!strcmp(name, "barrett_reduce_value"))
		right = exhaust_barrett_reduce();
	else
		return 1;
	puts(right ? "VERIFICATION SUCCESSFUL" : "VERIFICATION FAILED");
	return right ? 0 : 10;
}
