// SPDX-License-Identifier: GPL-2.0
/*
 * keys(0) to keys(n) and the first KEYMAT (RFC 7296 sections 2.14 and 2.17,
 * RFC 9370 section 2.2.2).
 */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "key_schedule.h"
#include "prf.h"
#include "report.h"

struct schedule_run {
	const struct schedule_vector *vector;
	struct crypto_shash *prf;
	const struct pqike_sk_algorithm *sk;
	struct pqike_init_values init;
	struct pqike_keys keys[SCHEDULE_ROUNDS_MAX + 1];
	u8 keymat[2 * PQIKE_SK_E_LEN_MAX];
};

static int derive_round(struct schedule_run *run, unsigned int round,
			const u8 *secret)
{
	const struct schedule_vector *vector = run->vector;

	return pqike_derive_keys(run->prf, &run->init,
				 round ? run->keys[round - 1].sk_d : NULL,
				 secret, vector->secret[round].len,
				 run->sk, &run->keys[round]);
}

static bool keys_are(const struct pqike_keys *keys,
		     const struct schedule_keys *expected)
{
	return keys->sk->sk_a_len == expected->sk_ai.len &&
	       keys->sk->sk_e_len == expected->sk_ei.len &&
	       same_octets(keys->sk_d, &expected->sk_d) &&
	       same_octets(keys->sk_ai, &expected->sk_ai) &&
	       same_octets(keys->sk_ar, &expected->sk_ar) &&
	       same_octets(keys->sk_ei, &expected->sk_ei) &&
	       same_octets(keys->sk_er, &expected->sk_er) &&
	       same_octets(keys->sk_pi, &expected->sk_pi) &&
	       same_octets(keys->sk_pr, &expected->sk_pr);
}

static bool keymat_is(struct schedule_run *run, const struct octets *initiator,
		      const struct octets *responder)
{
	const u8 *sk_d = run->keys[run->vector->rounds].sk_d;

	return !pqike_derive_keymat(run->prf, &run->init, sk_d, run->keymat,
				    initiator->len + responder->len) &&
	       same_octets(run->keymat, initiator) &&
	       same_octets(run->keymat + initiator->len, responder);
}

/* One bit of the last secret turned: every key of its round is another. */
static bool other_secret_gives_other_keys(struct schedule_run *run)
{
	const struct schedule_vector *vector = run->vector;
	const unsigned int round = vector->rounds;
	const struct octets *secret = &vector->secret[round];
	const struct schedule_keys *expected = &vector->keys[round];
	const struct pqike_keys *keys = &run->keys[round];
	u8 *other;
	int err;

	other = kmemdup(secret->data, secret->len, GFP_KERNEL);
	if (!other)
		return false;
	other[secret->len - 1] ^= 1;
	err = derive_round(run, round, other);
	kfree(other);
	return !err &&
	       memcmp(keys->sk_d, expected->sk_d.data, expected->sk_d.len) &&
	       memcmp(keys->sk_ei, expected->sk_ei.data, expected->sk_ei.len) &&
	       memcmp(keys->sk_er, expected->sk_er.data, expected->sk_er.len) &&
	       memcmp(keys->sk_pi, expected->sk_pi.data, expected->sk_pi.len) &&
	       memcmp(keys->sk_pr, expected->sk_pr.data, expected->sk_pr.len);
}

static void test_vector(struct schedule_run *run, unsigned int number)
{
	const struct schedule_vector *vector = run->vector;
	const char *name = prf_name(vector->prf);

	set_init_values(&run->init, &vector->spi_i, &vector->spi_r,
			&vector->nonce_i, &vector->nonce_r);
	for (unsigned int round = 0; round <= vector->rounds; round++)
		report(!derive_round(run, round, vector->secret[round].data) &&
		       keys_are(&run->keys[round], &vector->keys[round]),
		       "schedule %u, %s, %s: keys(%u)", number, name,
		       run->sk->name, round);
	report(keymat_is(run, &vector->child_128_i, &vector->child_128_r),
	       "schedule %u, %s: KEYMAT for AES-GCM-16-128", number, name);
	report(keymat_is(run, &vector->child_256_i, &vector->child_256_r),
	       "schedule %u, %s: KEYMAT for AES-GCM-16-256", number, name);
	report(other_secret_gives_other_keys(run),
	       "schedule %u, %s: another secret gives other keys", number,
	       name);
}

/**
 * test_key_schedule() - every vector of the key schedule
 *
 * Context: may sleep.
 */
void test_key_schedule(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(schedule_vectors); i++) {
		struct schedule_run *run = kzalloc(sizeof(*run), GFP_KERNEL);

		if (!run) {
			report(false, "schedule %u: out of memory", i);
			return;
		}
		run->vector = &schedule_vectors[i];
		run->sk = pqike_sk_algorithm_find(run->vector->encr,
						  run->vector->encr_key_bits,
						  run->vector->integ, NULL);
		run->prf = pqike_prf_alloc(run->vector->prf, NULL);
		if (IS_ERR(run->prf) || !run->sk) {
			report(false, "schedule %u: no PRF or cipher", i);
		} else {
			test_vector(run, i);
			crypto_free_shash(run->prf);
		}
		kfree(run);
	}
}
