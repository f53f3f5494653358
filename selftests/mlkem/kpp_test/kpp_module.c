// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the tests of the kpp algorithms when loaded, and writes the results to
 * the log in the form of TAP; or, with hold=1, only keeps a tfm while loaded.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <crypto/kpp.h>
#include <linux/module.h>

#include "kpp_cases.h"
#include "kpp_races.h"

#define FLAGS_CASES	3

static bool hold;
module_param(hold, bool, 0444);
MODULE_PARM_DESC(hold, "only hold a tfm of mlkem768 while loaded");

static struct crypto_kpp *held;
static unsigned int reported;

void report(bool passed, const char *algorithm, const char *test)
{
	pr_info("%sok %u %s, %s\n", passed ? "" : "not ", ++reported, algorithm,
		test);
}

/* For users that free memory, such as file systems: requests must allocate none. */
static bool without_allocations(const char *algorithm)
{
	struct crypto_kpp *tfm =
		crypto_alloc_kpp(algorithm, 0, CRYPTO_ALG_ALLOCATES_MEMORY);

	if (IS_ERR(tfm))
		return false;
	crypto_free_kpp(tfm);
	return true;
}

static void test_flags(void)
{
	static const char * const names[FLAGS_CASES] = {
		"mlkem512", "mlkem768", "mlkem1024"
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		report(!without_allocations(names[i]), names[i],
		       "who wants requests without allocations does not get it");
}

static int __init kpp_test_init(void)
{
	if (hold) {
		held = crypto_alloc_kpp("mlkem768", 0, 0);
		return PTR_ERR_OR_ZERO(held);
	}
	kpp_cases();
	kpp_races();
	test_flags();
	pr_info("1..%u\n", KPP_CASES + KPP_RACES + FLAGS_CASES);
	return 0;
}

static void __exit kpp_test_exit(void)
{
	if (held)
		crypto_free_kpp(held);
}

module_init(kpp_test_init);
module_exit(kpp_test_exit);

MODULE_DESCRIPTION("Tests of the ML-KEM kpp algorithms");
MODULE_LICENSE("GPL");
