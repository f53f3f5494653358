// SPDX-License-Identifier: GPL-2.0
/*
 * The keys of CREATE_CHILD_SA with IKE_FOLLOWUP_KE, for a Child SA and for an
 * IKE SA that rekeys another (RFC 7296 sections 2.17 and 2.18, RFC 9370 section
 * 2.2.4).
 */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uio.h>

#include "key_schedule.h"
#include "prf.h"
#include "report.h"

struct linked_run {
	const struct linked_vector *vector;
	struct crypto_shash *prf;
	const struct pqike_sk_algorithm *sk;
	struct pqike_init_values init;
	struct kvec secrets[LINKED_SECRETS_MAX];
	struct pqike_keys keys;
	u8 keymat[2 * PQIKE_SK_E_LEN_MAX];
};

static void set_values(struct linked_run *run)
{
	const struct linked_vector *vector = run->vector;

	set_init_values(&run->init, &vector->spi_i, &vector->spi_r,
			&vector->nonce_i, &vector->nonce_r);
	for (unsigned int i = 0; i < vector->secrets; i++) {
		run->secrets[i].iov_base = (void *)vector->secret[i].data;
		run->secrets[i].iov_len = vector->secret[i].len;
	}
}

static bool keymat_is_right(struct linked_run *run)
{
	const struct linked_vector *vector = run->vector;
	const struct octets *child_i = &vector->child_i;
	const struct octets *child_r = &vector->child_r;

	return !pqike_derive_linked_keymat(run->prf, &run->init,
					   vector->sk_d.data, run->secrets,
					   vector->secrets, run->keymat,
					   child_i->len + child_r->len) &&
	       same_octets(run->keymat, child_i) &&
	       same_octets(run->keymat + child_i->len, child_r);
}

static int derive_rekeyed(struct linked_run *run)
{
	const struct linked_vector *vector = run->vector;

	return pqike_derive_rekeyed_keys(run->prf, &run->init,
					 vector->sk_d.data, run->secrets,
					 vector->secrets, run->sk, &run->keys);
}

static bool keys_are_right(struct linked_run *run)
{
	const struct schedule_keys *expected = &run->vector->keys;
	const struct pqike_keys *keys = &run->keys;

	return !derive_rekeyed(run) &&
	       run->sk->sk_a_len == expected->sk_ai.len &&
	       run->sk->sk_e_len == expected->sk_ei.len &&
	       same_octets(keys->sk_ai, &expected->sk_ai) &&
	       same_octets(keys->sk_ar, &expected->sk_ar) &&
	       same_octets(keys->sk_d, &expected->sk_d) &&
	       same_octets(keys->sk_ei, &expected->sk_ei) &&
	       same_octets(keys->sk_er, &expected->sk_er) &&
	       same_octets(keys->sk_pi, &expected->sk_pi) &&
	       same_octets(keys->sk_pr, &expected->sk_pr);
}

/* One bit of any secret turned: the keys are others. */
static bool every_secret_counts(struct linked_run *run)
{
	const struct linked_vector *vector = run->vector;
	const struct octets *sk_d = &vector->keys.sk_d;

	for (unsigned int i = 0; i < vector->secrets; i++) {
		const struct kvec secret = run->secrets[i];
		u8 *other = kmemdup(secret.iov_base, secret.iov_len, GFP_KERNEL);
		int err;

		if (!other)
			return false;
		other[secret.iov_len - 1] ^= 1;
		run->secrets[i].iov_base = other;
		err = derive_rekeyed(run);
		run->secrets[i] = secret;
		kfree(other);
		if (err || !memcmp(run->keys.sk_d, sk_d->data, sk_d->len))
			return false;
	}
	return true;
}

static void test_vector(struct linked_run *run, unsigned int number)
{
	const struct linked_vector *vector = run->vector;
	const char *name = prf_name(vector->prf);

	set_values(run);
	report(keymat_is_right(run), "linked %u, %s, %u secrets: KEYMAT", number,
	       name, vector->secrets);
	if (!vector->secrets)
		return;
	report(keys_are_right(run), "linked %u, %s, %u secrets: rekeyed keys",
	       number, name, vector->secrets);
	report(every_secret_counts(run),
	       "linked %u, %s: another secret gives other keys", number, name);
}

/**
 * test_linked_keys() - every vector of linked secrets
 *
 * Context: may sleep.
 */
void test_linked_keys(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(linked_vectors); i++) {
		struct linked_run *run = kzalloc(sizeof(*run), GFP_KERNEL);

		if (!run) {
			report(false, "linked %u: out of memory", i);
			return;
		}
		run->vector = &linked_vectors[i];
		run->sk = pqike_sk_algorithm_find(run->vector->encr,
						  run->vector->encr_key_bits,
						  run->vector->integ, NULL);
		run->prf = pqike_prf_alloc(run->vector->prf, NULL);
		if (IS_ERR(run->prf) || !run->sk) {
			report(false, "linked %u: no PRF or cipher", i);
		} else {
			test_vector(run, i);
			crypto_free_shash(run->prf);
		}
		kfree(run);
	}
}
