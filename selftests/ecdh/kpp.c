// SPDX-License-Identifier: GPL-2.0
/*
 * The kpp algorithms outside of the kernel: what they take and what they refuse, and that
 * nothing is written where they refuse.
 */
#include <crypto/ecdh.h>
#include <crypto/kpp.h>
#include <errno.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "ecdh.h"
#include "kpp.h"
#include "kpp_client.h"
#include "kselftest.h"

struct algorithm {
	const char *name;
	unsigned int octets;
};

static const struct algorithm algorithms[] = {
	{ "ecdh-nist-p256", 32 },
	{ "ecdh-nist-p384", 48 },
};

#define UNTOUCHED	0xa5

struct output {
	u8 octets[2 * ECDH_MAX_OCTETS];
};

static void mark(struct output *out)
{
	memset(out, UNTOUCHED, sizeof(*out));
}

/* From octet @from on nothing is written. */
static bool is_untouched(const struct output *out, unsigned int from)
{
	for (unsigned int i = from; i < sizeof(*out); i++) {
		if (out->octets[i] != UNTOUCHED)
			return false;
	}
	return true;
}

static bool exchanges(const struct algorithm *a)
{
	struct crypto_kpp *one = crypto_alloc_kpp(a->name, 0, 0);
	struct crypto_kpp *other = crypto_alloc_kpp(a->name, 0, 0);
	struct output one_public, other_public, one_secret, other_secret;
	bool right;

	mark(&one_public);
	mark(&one_secret);
	right = !set_private_key(one, NULL, 0) && !set_private_key(other, NULL, 0) &&
		crypto_kpp_maxsize(one) == 2 * a->octets &&
		!public_key(one, one_public.octets, sizeof(one_public)) &&
		!public_key(other, other_public.octets, 2 * a->octets) &&
		is_untouched(&one_public, 2 * a->octets) &&
		!shared_secret(one, other_public.octets, 2 * a->octets,
			       one_secret.octets, sizeof(one_secret)) &&
		is_untouched(&one_secret, a->octets) &&
		!shared_secret(other, one_public.octets, 2 * a->octets,
			       other_secret.octets, a->octets) &&
		!memcmp(one_secret.octets, other_secret.octets, a->octets) &&
		memcmp(one_public.octets, other_public.octets, 2 * a->octets);
	crypto_free_kpp(other);
	crypto_free_kpp(one);
	return right;
}

/* As the kernel's: who has less room gets less. */
static bool truncates(const struct algorithm *a)
{
	struct crypto_kpp *tfm = crypto_alloc_kpp(a->name, 0, 0);
	struct output whole, part;
	bool right;

	mark(&part);
	right = !set_private_key(tfm, NULL, 0) &&
		!public_key(tfm, whole.octets, 2 * a->octets) &&
		!public_key(tfm, part.octets, a->octets) &&
		!memcmp(whole.octets, part.octets, a->octets) &&
		is_untouched(&part, a->octets);
	crypto_free_kpp(tfm);
	return right;
}

static bool wants_key(const struct algorithm *a)
{
	struct crypto_kpp *tfm = crypto_alloc_kpp(a->name, 0, 0);
	u8 peer[2 * ECDH_MAX_OCTETS] = {};
	struct output out;
	bool right;

	mark(&out);
	right = public_key(tfm, out.octets, sizeof(out)) == -ENOKEY &&
		shared_secret(tfm, peer, 2 * a->octets, out.octets,
			      sizeof(out)) == -ENOKEY && is_untouched(&out, 0);
	crypto_free_kpp(tfm);
	return right;
}

/* And what was there before is gone. */
static bool refuses_key(const struct algorithm *a, const u8 *key, unsigned int len)
{
	struct crypto_kpp *tfm = crypto_alloc_kpp(a->name, 0, 0);
	struct output out;
	bool right;

	right = !set_private_key(tfm, NULL, 0) &&
		set_private_key(tfm, key, len) == -EINVAL &&
		public_key(tfm, out.octets, sizeof(out)) == -ENOKEY;
	crypto_free_kpp(tfm);
	return right;
}

static bool refuses_keys(const struct algorithm *a)
{
	const u8 zeros[ECDH_MAX_OCTETS + 1] = {};
	u8 ones[ECDH_MAX_OCTETS + 1], one[ECDH_MAX_OCTETS + 1] = {};

	memset(ones, 0xff, sizeof(ones));
	one[a->octets - 2] = 1;
	return refuses_key(a, zeros, a->octets) && refuses_key(a, ones, a->octets) &&
	       refuses_key(a, one, a->octets - 1) && refuses_key(a, one, a->octets + 1);
}

static bool refuses_secret(const struct algorithm *a)
{
	struct crypto_kpp *tfm = crypto_alloc_kpp(a->name, 0, 0);
	const bool right = crypto_kpp_set_secret(tfm, "", 0) == -EINVAL &&
			   crypto_kpp_set_secret(tfm, "12345678", 8) == -EINVAL;

	crypto_free_kpp(tfm);
	return right;
}

static bool refuses_peer(struct crypto_kpp *tfm, const u8 *peer, unsigned int len)
{
	struct output out;

	mark(&out);
	return shared_secret(tfm, peer, len, out.octets, sizeof(out)) == -EINVAL &&
	       is_untouched(&out, 0);
}

/* Each bit of a point belongs to it. */
static bool refuses_peers(const struct algorithm *a)
{
	struct crypto_kpp *tfm = crypto_alloc_kpp(a->name, 0, 0);
	u8 peer[2 * ECDH_MAX_OCTETS + 1] = {}, zeros[2 * ECDH_MAX_OCTETS] = {};
	bool right;

	right = !set_private_key(tfm, NULL, 0) &&
		!public_key(tfm, peer, 2 * a->octets) &&
		refuses_peer(tfm, zeros, 2 * a->octets) &&
		refuses_peer(tfm, peer, 2 * a->octets - 1) &&
		refuses_peer(tfm, peer, 2 * a->octets + 1) &&
		refuses_peer(tfm, peer, a->octets) && refuses_peer(tfm, peer, 0);
	for (unsigned int bit = 0; bit < 16 * a->octets; bit++) {
		peer[bit / 8] ^= 1 << bit % 8;
		right &= refuses_peer(tfm, peer, 2 * a->octets);
		peer[bit / 8] ^= 1 << bit % 8;
	}
	crypto_free_kpp(tfm);
	return right;
}

static const struct {
	bool (*passes)(const struct algorithm *a);
	const char *what;
} tests[] = {
	{ exchanges, "both sides reach the same secret" },
	{ truncates, "an output with less room gets as much as fits" },
	{ wants_key, "without a key there is nothing" },
	{ refuses_keys, "keys out of range or of another length" },
	{ refuses_secret, "a secret in another form" },
	{ refuses_peers, "peers that are no points, or of another length" },
};

int main(void)
{
	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(algorithms) * ARRAY_SIZE(tests));
	if (ecdh_kpp_register())
		ksft_exit_fail_msg("the algorithms were not registered\n");
	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(tests); j++)
			ksft_test_result(tests[j].passes(&algorithms[i]), "%s: %s\n",
					 algorithms[i].name, tests[j].what);
	}
	ecdh_kpp_unregister();
	ksft_finished();
}
