# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2154 # series.sh sources it, and make expands

take kpp.c crypto/mlkem.c
edit crypto/mlkem.c '/^#include "kpp\.h"$/d'
edit crypto/mlkem.c 's/^int mlkem_kpp_register\(void\)$/static int __init mlkem_init(void)/'
edit crypto/mlkem.c 's/^void mlkem_kpp_unregister\(void\)$/static void __exit mlkem_exit(void)/'
cat >>crypto/mlkem.c <<'END'

module_init(mlkem_init);
module_exit(mlkem_exit);

MODULE_DESCRIPTION("Crypto API support for ML-KEM");
MODULE_LICENSE("GPL");
MODULE_ALIAS_CRYPTO("mlkem512");
MODULE_ALIAS_CRYPTO("mlkem768");
MODULE_ALIAS_CRYPTO("mlkem1024");
END
add crypto/mlkem_kpp_kunit.c

before crypto/Kconfig 'config CRYPTO_ECDSA' <<'END'
config CRYPTO_MLKEM
	tristate "ML-KEM (Module-Lattice-Based Key-Encapsulation Mechanism)"
	select CRYPTO_KPP
	select CRYPTO_LIB_MLKEM
	help
	  ML-KEM (Module-Lattice-Based Key-Encapsulation Mechanism) (FIPS 203)

	  The algorithms are mlkem512, mlkem768 and mlkem1024, of the type kpp.
	  The initiator's public key is the encapsulation key, the responder's
	  is the ciphertext.

config CRYPTO_MLKEM_KUNIT_TEST
	tristate "KUnit tests for ML-KEM in the crypto API" if !KUNIT_ALL_TESTS
	depends on KUNIT && CRYPTO_MLKEM
	default KUNIT_ALL_TESTS
	help
	  KUnit tests for the kpp algorithms mlkem512, mlkem768 and mlkem1024:
	  an exchange with given and one with fresh randomness, the order of
	  calls, the lengths of inputs and outputs, and keys that have to be
	  refused.

END
before crypto/Makefile 'obj-$(CONFIG_CRYPTO_MLDSA)' <<'END'
obj-$(CONFIG_CRYPTO_MLKEM) += mlkem.o
obj-$(CONFIG_CRYPTO_MLKEM_KUNIT_TEST) += mlkem_kpp_kunit.o
END
cat >>Documentation/crypto/api-kpp.rst <<'END'

ML-KEM
------

.. kernel-doc:: crypto/mlkem.c
   :doc: ML-KEM in the call order of kpp
END
edit MAINTAINERS '/^ML-KEM KEY/,/^$/s/^F:\tinclude\/crypto\/mlkem\.h$/F:\tcrypto\/mlkem*\n&/'
