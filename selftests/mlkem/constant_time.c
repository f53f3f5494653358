// SPDX-License-Identifier: GPL-2.0
/*
 * Run under valgrind: secrets are marked as undefined, so that memcheck reports
 * each branch and memory index that depends on one.
 *
 * usage: constant_time IMPLEMENTATION|branch|index
 *
 * With branch or index it makes that mistake, to show that it would be seen.  The
 * exit status is 4 when this CPU does not have what the implementation needs.
 */
#include <errno.h>
#include <linux/err.h>
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "impl.h"
#include "keccak.h"
#include "mlkem.h"
#include "poly.h"

#define SECRET(p, len)	VALGRIND_MAKE_MEM_UNDEFINED(p, len)
#define PUBLIC(p, len)	VALGRIND_MAKE_MEM_DEFINED(p, len)

void __real_keccak_sha3_512(struct keccak *k, const u8 *in, size_t len,
			    u8 *out);
void __wrap_keccak_sha3_512(struct keccak *k, const u8 *in, size_t len,
			    u8 *out);

/*
 * Of G(d || k) = rho || sigma, rho is public: it is a part of ek.  What else is
 * decided by public data only, the loop of SampleNTT, starts from it.
 */
void __wrap_keccak_sha3_512(struct keccak *k, const u8 *in, size_t len,
			    u8 *out)
{
	__real_keccak_sha3_512(k, in, len, out);
	PUBLIC(out, 32);
}

/* The ciphertext is one that is rejected. */
static int run_ephemeral(const struct mlkem_params *p, const u8 *seed,
			 const u8 *ct)
{
	u8 ek[MLKEM_MAX_EK_LEN], ss[MLKEM_SECRET_LEN];
	struct mlkem_ephemeral *e = mlkem_ephemeral_keygen_derand(p, seed, ek);
	int err;

	if (IS_ERR(e))
		return 1;
	err = mlkem_ephemeral_decaps(e, ct, p->ct_len, ss);
	mlkem_ephemeral_free(e);
	return err ? 1 : 0;
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
	if (mlkem_decaps(p, dk, p->dk_len, ct, p->ct_len, decapsulated))
		return 1;
	return run_ephemeral(p, seed, ct);
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
	int err;

	if (argc != 2)
		return 1;
	if (!strcmp(argv[1], "branch") || !strcmp(argv[1], "index"))
		return make_mistake(argv[1]);
	err = mlkem_impl_select(argv[1]);
	if (err)
		return err == -ENODEV ? 4 : 1;
	return run(&mlkem512) || run(&mlkem768) || run(&mlkem1024);
}
