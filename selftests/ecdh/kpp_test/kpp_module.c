// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the kpp algorithms, run when loaded; the results go to the log in the form
 * of TAP.  With hold=1 it only keeps a tfm while loaded.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <crypto/internal/kpp.h>
#include <crypto/kpp.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/string.h>

#include "exchange.h"

#define EXCHANGES	20

static bool hold;
module_param(hold, bool, 0444);
MODULE_PARM_DESC(hold, "only hold a tfm of ecdh-nist-p256 while loaded");

static const struct algorithm {
	const char *name;
	const char *ours;
	const char *generic;
	unsigned int octets;
} algorithms[] = {
	{
		.name = "ecdh-nist-p256",
		.ours = "ecdh-nist-p256-montgomery",
		.generic = "ecdh-nist-p256-generic",
		.octets = 32,
	},
	{
		.name = "ecdh-nist-p384",
		.ours = "ecdh-nist-p384-montgomery",
		.generic = "ecdh-nist-p384-generic",
		.octets = 48,
	},
};

static struct crypto_kpp *held;

/* Who asks for the algorithm gets ours. */
static bool is_preferred(const struct algorithm *a)
{
	struct crypto_kpp *tfm = crypto_alloc_kpp(a->name, 0, 0);
	bool ours;

	if (IS_ERR(tfm))
		return false;
	ours = !strcmp(crypto_tfm_alg_driver_name(crypto_kpp_tfm(tfm)), a->ours);
	crypto_free_kpp(tfm);
	return ours;
}

static bool complete_both(const struct algorithm *a, struct side *one,
			  struct side *other)
{
	const unsigned int len = 2 * a->octets;

	return !side_complete(one, other->public, len, a->octets) &&
	       !side_complete(other, one->public, len, a->octets) &&
	       !memcmp(one->secret, other->secret, a->octets);
}

static bool exchange(const struct algorithm *a, const char *one_driver,
		     const char *other_driver)
{
	struct side *one, *other;
	bool same = false;

	one = side_new(one_driver, NULL, a->octets);
	if (IS_ERR(one))
		return false;
	other = side_new(other_driver, NULL, a->octets);
	if (!IS_ERR(other)) {
		same = complete_both(a, one, other);
		side_free(other);
	}
	side_free(one);
	return same;
}

static bool agrees(const struct algorithm *a, const char *driver)
{
	for (int i = 0; i < EXCHANGES; i++) {
		if (!exchange(a, a->ours, driver))
			return false;
	}
	return true;
}

static bool agrees_with_itself(const struct algorithm *a)
{
	return agrees(a, a->ours);
}

static bool agrees_with_generic(const struct algorithm *a)
{
	return agrees(a, a->generic);
}

/* The same key has the same public key in both. */
static bool has_same_public_key(const struct algorithm *a)
{
	u8 key[MAX_OCTETS] = { 1, 2, 3 };
	struct side *ours, *generic;
	bool same = false;

	ours = side_new(a->ours, key, a->octets);
	if (IS_ERR(ours))
		return false;
	generic = side_new(a->generic, key, a->octets);
	if (!IS_ERR(generic)) {
		same = !memcmp(ours->public, generic->public, 2 * a->octets);
		side_free(generic);
	}
	side_free(ours);
	return same;
}

static bool refuses_key(const struct algorithm *a, int octet)
{
	u8 key[MAX_OCTETS];
	struct side *side;

	memset(key, octet, sizeof(key));
	side = side_new(a->ours, key, a->octets);
	if (!IS_ERR(side)) {
		side_free(side);
		return false;
	}
	return PTR_ERR(side) == -EINVAL;
}

static bool refuses_keys(const struct algorithm *a)
{
	return refuses_key(a, 0) && refuses_key(a, 0xff);
}

static bool refuses_points(const struct algorithm *a)
{
	struct side *side = side_new(a->ours, NULL, a->octets);
	bool refused;

	if (IS_ERR(side))
		return false;
	side->public[0] ^= 1;
	refused = side_complete(side, side->public, 2 * a->octets,
				a->octets) == -EINVAL &&
		  side_complete(side, side->public, 2 * a->octets - 1,
				a->octets) == -EINVAL;
	side_free(side);
	return refused;
}

static const struct {
	bool (*passes)(const struct algorithm *a);
	const char *what;
} tests[] = {
	{ is_preferred, "is what the crypto API finds" },
	{ agrees_with_itself, "both sides reach the same secret" },
	{ agrees_with_generic, "with the kernel's too" },
	{ has_same_public_key, "a key has the public key of the kernel's" },
	{ refuses_keys, "keys out of range are refused" },
	{ refuses_points, "what is no point is refused" },
};

static void run_tests(void)
{
	unsigned int number = 0;

	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(tests); j++) {
			const bool passed = tests[j].passes(&algorithms[i]);

			pr_info("%sok %u %s, %s\n", passed ? "" : "not ", ++number,
				algorithms[i].name, tests[j].what);
		}
	}
	pr_info("1..%u\n", number);
}

static int __init kpp_test_init(void)
{
	if (hold) {
		held = crypto_alloc_kpp("ecdh-nist-p256", 0, 0);
		return PTR_ERR_OR_ZERO(held);
	}
	run_tests();
	return 0;
}

static void __exit kpp_test_exit(void)
{
	if (held)
		crypto_free_kpp(held);
}

module_init(kpp_test_init);
module_exit(kpp_test_exit);

MODULE_DESCRIPTION("Tests of the ECDH kpp algorithms");
MODULE_LICENSE("GPL");
