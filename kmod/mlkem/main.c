// SPDX-License-Identifier: GPL-2.0
/*
 * mlkem.ko: ML-KEM of FIPS 203 in the crypto API.
 */
#include <crypto/algapi.h>
#include <linux/module.h>

#include "kat.h"
#include "kpp.h"

static int __init mlkem_init(void)
{
	int err = mlkem_known_answer_test();

	if (err)
		return err;
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
