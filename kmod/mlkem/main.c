// SPDX-License-Identifier: GPL-2.0
/*
 * mlkem.ko: ML-KEM of FIPS 203 in the crypto API.
 */
#define pr_fmt(fmt) "mlkem: " fmt

#include <crypto/algapi.h>
#include <linux/module.h>

#include "impl.h"
#include "kat.h"
#include "kpp.h"

static char *impl;
module_param(impl, charp, 0444);
MODULE_PARM_DESC(impl, "implementation: avx512, avx2 or portable (default: the first that the CPU has)");

/* Select @name, or without one the fastest, and test it. */
static int select_tested(const char *name)
{
	int err = mlkem_impl_select(name);

	if (err) {
		pr_err("implementation %s: %s\n", name, err == -EINVAL ?
		       "there is none" : "this CPU does not have what it needs");
		return err;
	}
	return mlkem_known_answer_test();
}

static int __init mlkem_init(void)
{
	int err;

	/* The portable one is used where the FPU may not be. */
	err = select_tested("portable") ?: select_tested(impl);
	if (err)
		return err;
	if (!impl)
		impl = (char *)mlkem_impl_selected()->name;
	pr_info("implementation: %s\n", impl);
	return mlkem_kpp_register();
}

static void __exit mlkem_exit(void)
{
	mlkem_kpp_unregister();
}

module_init(mlkem_init);
module_exit(mlkem_exit);

MODULE_DESCRIPTION("ML-KEM, FIPS 203");
MODULE_LICENSE("GPL");
MODULE_ALIAS_CRYPTO("mlkem512");
MODULE_ALIAS_CRYPTO("mlkem768");
MODULE_ALIAS_CRYPTO("mlkem1024");
