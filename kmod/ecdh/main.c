// SPDX-License-Identifier: GPL-2.0
/*
 * ecdh.ko: ECDH with P-256 and P-384 in the crypto API.
 */
#include <crypto/algapi.h>
#include <linux/module.h>

#include "kat.h"
#include "kpp.h"

static int __init ecdh_init(void)
{
	return ecdh_known_answer_test() ?: ecdh_kpp_register();
}

static void __exit ecdh_exit(void)
{
	ecdh_kpp_unregister();
}

module_init(ecdh_init);
module_exit(ecdh_exit);

MODULE_DESCRIPTION("ECDH with P-256 and P-384 in constant time");
MODULE_LICENSE("GPL");
MODULE_ALIAS_CRYPTO("ecdh-nist-p256");
MODULE_ALIAS_CRYPTO("ecdh-nist-p384");
