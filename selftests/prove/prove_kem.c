// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of what kem.c does by itself.
 */
#include "kem.c"

#include "contract.h"

static void ek_is_reduced_of(const struct mlkem_params *p)
{
	u8 ek[MLKEM_MAX_EK_LEN];
	/* The seed behind the polynomials must not be looked at. */
	const u8 *first = ek + sizeof(ek) - p->k * POLY_LEN(12);
	bool all = true;

	for (unsigned int i = 0; i < p->k * MLKEM_N / 2; i++) {
		const u8 *at = first + 3 * i;

		all &= at[0] + at[1] % 16 * 256 < MLKEM_Q;
		all &= at[1] / 16 + at[2] * 16 < MLKEM_Q;
	}
	assert(ek_is_reduced(p, first) == all);
}

void prove_ek_is_reduced_512(void)
{
	ek_is_reduced_of(&mlkem512);
}

void prove_ek_is_reduced_768(void)
{
	ek_is_reduced_of(&mlkem768);
}

void prove_ek_is_reduced_1024(void)
{
	ek_is_reduced_of(&mlkem1024);
}

/* 0 only if all octets are equal, 0xff if any is not */
static void differ_of(const struct mlkem_params *p)
{
	u8 a[MLKEM_MAX_CT_LEN];
	u8 b[MLKEM_MAX_CT_LEN];
	const u8 *x = a + sizeof(a) - p->ct_len;
	const u8 *y = b + sizeof(b) - p->ct_len;
	u8 bits = 0;

	for (unsigned int i = 0; i < p->ct_len; i++)
		bits |= x[i] ^ y[i];
	assert(differ(x, y, p->ct_len) == (bits ? 0xff : 0));
}

void prove_differ_512(void)
{
	differ_of(&mlkem512);
}

void prove_differ_768(void)
{
	differ_of(&mlkem768);
}

void prove_differ_1024(void)
{
	differ_of(&mlkem1024);
}

/* In place, as it is used */
void prove_select_secret(void)
{
	u8 out[MLKEM_SECRET_LEN];
	u8 if_set[MLKEM_SECRET_LEN];
	u8 wanted[MLKEM_SECRET_LEN];
	const u8 mask = nondet_u8();
	bool all = true;

	assume(mask == 0 || mask == 0xff);
	for (unsigned int i = 0; i < MLKEM_SECRET_LEN; i++)
		wanted[i] = mask ? if_set[i] : out[i];
	select_secret(out, if_set, out, mask);
	for (unsigned int i = 0; i < MLKEM_SECRET_LEN; i++)
		all &= out[i] == wanted[i];
	assert(all);
}
