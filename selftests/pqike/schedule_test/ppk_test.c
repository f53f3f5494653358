// SPDX-License-Identifier: GPL-2.0
/* Post-quantum preshared keys (RFC 8784, RFC 9867). */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "key_schedule.h"
#include "prf.h"
#include "report.h"

struct ppk_run {
	const struct ppk_vector *vector;
	struct crypto_shash *prf;
	struct pqike_init_values init;
	struct pqike_keys keys;
};

static void set_values(struct ppk_run *run)
{
	const struct ppk_vector *vector = run->vector;

	set_init_values(&run->init, &vector->spi_i, &vector->spi_r,
			&vector->nonce_i, &vector->nonce_r);
	run->keys.sk = pqike_sk_algorithm_find(vector->encr,
					       vector->encr_key_bits,
					       vector->integ, NULL);
	memcpy(run->keys.sk_d, vector->sk_d.data, vector->sk_d.len);
}

/* In place, too. */
static bool mixes(struct ppk_run *run)
{
	const struct ppk_vector *vector = run->vector;
	const struct octets *ppk = &vector->ppk;
	u8 mixed[PQIKE_PRF_LEN_MAX];

	if (pqike_mix_ppk(run->prf, ppk->data, ppk->len, vector->sk_d.data,
			  mixed) || !same_octets(mixed, &vector->mixed))
		return false;
	memcpy(mixed, vector->sk_d.data, vector->sk_d.len);
	return !pqike_mix_ppk(run->prf, ppk->data, ppk->len, mixed, mixed) &&
	       same_octets(mixed, &vector->mixed);
}

static bool confirms(struct ppk_run *run)
{
	const struct octets *ppk = &run->vector->ppk;
	u8 confirmation[PQIKE_PPK_CONFIRMATION_LEN + 1] = {};

	return !pqike_confirm_ppk(run->prf, &run->init, ppk->data, ppk->len,
				  confirmation) &&
	       same_octets(confirmation, &run->vector->confirmation) &&
	       !confirmation[PQIKE_PPK_CONFIRMATION_LEN];
}

static bool derives(struct ppk_run *run)
{
	const struct schedule_keys *expected = &run->vector->keys;
	const struct octets *ppk = &run->vector->ppk;
	const struct pqike_keys *keys = &run->keys;

	return keys->sk &&
	       !pqike_derive_ppk_keys(run->prf, &run->init, ppk->data,
				      ppk->len, &run->keys) &&
	       same_octets(keys->sk_d, &expected->sk_d) &&
	       same_octets(keys->sk_ai, &expected->sk_ai) &&
	       same_octets(keys->sk_ar, &expected->sk_ar) &&
	       same_octets(keys->sk_ei, &expected->sk_ei) &&
	       same_octets(keys->sk_er, &expected->sk_er) &&
	       same_octets(keys->sk_pi, &expected->sk_pi) &&
	       same_octets(keys->sk_pr, &expected->sk_pr);
}

static void test_vector(struct ppk_run *run, unsigned int number)
{
	const char *name = prf_name(run->vector->prf);
	const size_t len = run->vector->ppk.len;

	set_values(run);
	report(mixes(run), "PPK %u of %zu, %s: SK_d'", number, len, name);
	report(confirms(run), "PPK %u of %zu, %s: PPK Confirmation", number,
	       len, name);
	report(derives(run), "PPK %u of %zu, %s: all keys", number, len, name);
}

/**
 * test_ppk() - every vector of PPKs
 *
 * Context: may sleep.
 */
void test_ppk(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(ppk_vectors); i++) {
		struct ppk_run *run = kzalloc(sizeof(*run), GFP_KERNEL);

		if (!run) {
			report(false, "PPK %u: out of memory", i);
			return;
		}
		run->vector = &ppk_vectors[i];
		run->prf = pqike_prf_alloc(run->vector->prf, NULL);
		if (IS_ERR(run->prf)) {
			report(false, "PPK %u: no PRF", i);
		} else {
			test_vector(run, i);
			crypto_free_shash(run->prf);
		}
		kfree(run);
	}
}
