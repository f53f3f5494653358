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

static int __init kpp_test_init(void)
{
	if (hold) {
		held = crypto_alloc_kpp("mlkem768", 0, 0);
		return PTR_ERR_OR_ZERO(held);
	}
	kpp_cases();
	kpp_races();
	pr_info("1..%u\n", KPP_CASES + KPP_RACES);
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
