// SPDX-License-Identifier: GPL-2.0
/* Diffie-Hellman in MODP groups (RFC 3526, RFC 6989 section 2.1). */
#include <crypto/kpp.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "kpp.h"
#include "modp.h"
#include "report.h"

static bool agrees(const struct modp_vector *vector, u8 *out, size_t len)
{
	struct crypto_kpp *kpp;
	bool passed;

	kpp = pqike_modp_key(vector->group, vector->own_private.data,
			     vector->own_private.len, NULL);
	if (IS_ERR(kpp))
		return false;
	passed = !pqike_kpp_public_key(kpp, out, len) &&
		 same_octets(out, &vector->own_public) &&
		 !pqike_kpp_shared_secret(kpp, vector->peer_public.data, len,
					  out, len) &&
		 same_octets(out, &vector->secret);
	crypto_free_kpp(kpp);
	return passed;
}

/* Two keys made here reach the same secret, other than another pair. */
static bool fresh_keys_agree(u16 group, u8 *out, size_t len)
{
	u8 *publics[] = { out, out + len }, *secrets[] = { out + 2 * len,
							   out + 3 * len };
	struct crypto_kpp *kpp[2] = {};
	bool passed = true;

	for (unsigned int i = 0; i < 2; i++) {
		kpp[i] = pqike_modp_keygen(group, publics[i], NULL);
		if (IS_ERR(kpp[i]) ||
		    pqike_modp_check_public_key(group, publics[i]))
			passed = false;
	}
	for (unsigned int i = 0; passed && i < 2; i++)
		passed = !pqike_kpp_shared_secret(kpp[i], publics[!i], len,
						  secrets[i], len);
	for (unsigned int i = 0; i < 2; i++) {
		if (!IS_ERR(kpp[i]))
			crypto_free_kpp(kpp[i]);
	}
	return passed && memcmp(publics[0], publics[1], len) &&
	       !memcmp(secrets[0], secrets[1], len);
}

static void test_group(u16 group)
{
	const size_t len = pqike_modp_len(group);
	u8 *out = kmalloc_array(4, len, GFP_KERNEL);

	report(out && fresh_keys_agree(group, out, len),
	       "MODP group %u: two fresh keys agree", group);
	kfree(out);
}

/**
 * test_modp() - every vector of the MODP groups
 *
 * Context: may sleep.
 */
void test_modp(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(modp_vectors); i++) {
		const struct modp_vector *vector = &modp_vectors[i];
		const size_t len = vector->secret.len;
		u8 *out = kmalloc(len, GFP_KERNEL);

		report(out && pqike_modp_len(vector->group) == len &&
		       agrees(vector, out, len),
		       "MODP group %u: secret that begins with %02x",
		       vector->group, vector->secret.data[0]);
		kfree(out);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(modp_check_vectors); i++) {
		const struct modp_check_vector *vector = &modp_check_vectors[i];

		report(!pqike_modp_check_public_key(vector->group,
						    vector->public.data) ==
		       vector->good, "MODP group %u: %s is %s", vector->group,
		       vector->name, vector->good ? "taken" : "refused");
	}
	for (u16 group = 14; group <= 16; group++)
		test_group(group);
	report(!pqike_modp_len(5) && !pqike_modp_len(17) &&
	       !pqike_modp_len(0), "MODP groups 5 and 17 are not supported");
}
