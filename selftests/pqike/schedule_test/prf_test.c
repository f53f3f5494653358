// SPDX-License-Identifier: GPL-2.0
/* prf and prf+ (RFC 7296 section 2.13). */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "prf.h"
#include "report.h"

static bool prf_passes(const struct prf_vector *vector)
{
	const struct kvec whole = { (void *)vector->data.data,
				    vector->data.len };
	const size_t half = vector->data.len / 2;
	const struct kvec halves[] = {
		{ (void *)vector->data.data, half },
		{ (void *)(vector->data.data + half), vector->data.len - half },
	};
	u8 out[PQIKE_PRF_LEN_MAX];
	struct crypto_shash *prf;
	bool passed;

	prf = pqike_prf_alloc(vector->prf, NULL);
	if (IS_ERR(prf))
		return false;
	passed = pqike_prf_len(prf) == vector->output.len &&
		 !pqike_prf(prf, vector->key.data, vector->key.len, &whole, 1,
			    out) &&
		 same_octets(out, &vector->output) &&
		 !pqike_prf(prf, vector->key.data, vector->key.len, halves,
			    ARRAY_SIZE(halves), out) &&
		 same_octets(out, &vector->output);
	crypto_free_shash(prf);
	return passed;
}

static bool prf_plus_passes(const struct prf_plus_vector *vector)
{
	const struct kvec seed = { (void *)vector->seed.data,
				   vector->seed.len };
	const size_t len = vector->skipped + vector->output.len;
	struct crypto_shash *prf;
	bool passed = false;
	u8 *out;

	prf = pqike_prf_alloc(vector->prf, NULL);
	if (IS_ERR(prf))
		return false;
	/* The octet after the end shows whether more was written. */
	out = kmalloc(len + 1, GFP_KERNEL);
	if (out) {
		out[len] = 0xa5;
		passed = !pqike_prf_plus(prf, vector->key.data, vector->key.len,
					 &seed, 1, out, len) &&
			 same_octets(out + vector->skipped, &vector->output) &&
			 out[len] == 0xa5;
	}
	kfree(out);
	crypto_free_shash(prf);
	return passed;
}

static bool prf_plus_has_limit(const struct prf_plus_limit *limit)
{
	const struct kvec seed = { "seed", 4 };
	struct crypto_shash *prf;
	bool passed = false;
	u8 *out;

	prf = pqike_prf_alloc(limit->prf, NULL);
	if (IS_ERR(prf))
		return false;
	out = kmalloc(limit->longest + 1, GFP_KERNEL);
	if (out)
		passed = !pqike_prf_plus(prf, "key", 3, &seed, 1, out,
					 limit->longest) &&
			 pqike_prf_plus(prf, "key", 3, &seed, 1, out,
					limit->longest + 1) == -EINVAL;
	kfree(out);
	crypto_free_shash(prf);
	return passed;
}

static void test_unknown_prf(void)
{
	/* PRF_HMAC_SHA1, PRF_AES128_CMAC, and none at all */
	static const u16 unknown[] = { 2, 8, 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(unknown); i++) {
		struct crypto_shash *prf = pqike_prf_alloc(unknown[i], NULL);

		report(IS_ERR(prf) && PTR_ERR(prf) == -EOPNOTSUPP,
		       "transform %u is refused as a PRF", unknown[i]);
		if (!IS_ERR(prf))
			crypto_free_shash(prf);
	}
}

/**
 * test_prf() - every vector of prf and prf+
 *
 * Context: may sleep.
 */
void test_prf(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(prf_vectors); i++) {
		const struct prf_vector *vector = &prf_vectors[i];

		report(prf_passes(vector), "prf %s, key of %zu, data of %zu",
		       prf_name(vector->prf), vector->key.len,
		       vector->data.len);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(prf_plus_vectors); i++) {
		const struct prf_plus_vector *vector = &prf_plus_vectors[i];

		report(prf_plus_passes(vector), "prf+ %s, %zu octets",
		       prf_name(vector->prf),
		       vector->skipped + vector->output.len);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(prf_plus_limits); i++) {
		const struct prf_plus_limit *limit = &prf_plus_limits[i];

		report(prf_plus_has_limit(limit),
		       "prf+ %s gives %zu octets, not one more",
		       prf_name(limit->prf), limit->longest);
	}
	test_unknown_prf();
}
