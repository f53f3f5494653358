// SPDX-License-Identifier: GPL-2.0
/*
 * Run under valgrind: secrets are marked as undefined, so that memcheck reports
 * each branch and memory index that depends on one.
 *
 * usage: constant_time [branch|index]
 *
 * With an argument it makes that mistake, to show that it would be seen.
 */
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "mlkem.h"
#include "poly.h"

#define SECRET(p, len)	VALGRIND_MAKE_MEM_UNDEFINED(p, len)
#define PUBLIC(p, len)	VALGRIND_MAKE_MEM_DEFINED(p, len)

void __real_poly_sample_ntt(struct poly *f, struct keccak *xof, u8 *buf,
			    const u8 *rho, u8 j, u8 i);
void __wrap_poly_sample_ntt(struct poly *f, struct keccak *xof, u8 *buf,
			    const u8 *rho, u8 j, u8 i);

/* rho is G's output, thus made from secrets, but it is a part of ek. */
void __wrap_poly_sample_ntt(struct poly *f, struct keccak *xof, u8 *buf,
			    const u8 *rho, u8 j, u8 i)
{
	u8 public_rho[32];

	memcpy(public_rho, rho, sizeof(public_rho));
	PUBLIC(public_rho, sizeof(public_rho));
	__real_poly_sample_ntt(f, xof, buf, public_rho, j, i);
}

static int run(const struct mlkem_params *p)
{
	u8 ek[MLKEM_MAX_EK_LEN], dk[MLKEM_MAX_DK_LEN], ct[MLKEM_MAX_CT_LEN];
	u8 seed[MLKEM_SEED_LEN] = { 1 }, m[MLKEM_MESSAGE_LEN] = { 2 };
	u8 encapsulated[MLKEM_SECRET_LEN], decapsulated[MLKEM_SECRET_LEN];
	const unsigned int dk_pke_len = p->k * POLY_LEN(12);
	int err;

	SECRET(seed, sizeof(seed));
	SECRET(m, sizeof(m));
	err = mlkem_keygen_derand(p, seed, ek, dk);
	PUBLIC(ek, sizeof(ek));
	/* Of dk = dk_PKE || ek || H(ek) || z, the middle is public. */
	PUBLIC(dk + dk_pke_len, p->ek_len + 32);

	err = err ?: mlkem_encaps_derand(p, ek, p->ek_len, m, ct, encapsulated);
	PUBLIC(ct, sizeof(ct));
	err = err ?: mlkem_decaps(p, dk, p->dk_len, ct, p->ct_len,
				  decapsulated);
	PUBLIC(encapsulated, sizeof(encapsulated));
	PUBLIC(decapsulated, sizeof(decapsulated));
	if (err || memcmp(encapsulated, decapsulated, MLKEM_SECRET_LEN))
		return 1;

	ct[0] ^= 1;
	return mlkem_decaps(p, dk, p->dk_len, ct, p->ct_len, decapsulated) ?
	       1 : 0;
}

static int make_mistake(const char *mistake)
{
	static const u8 table[256];
	volatile u8 secret = 1;

	SECRET((void *)&secret, sizeof(secret));
	if (!strcmp(mistake, "branch"))
		return secret & 1 ? 0 : 1;
	return ((const volatile u8 *)table)[secret];
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return make_mistake(argv[1]);
	return run(&mlkem512) || run(&mlkem768) || run(&mlkem1024);
}
