# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2154 # series.sh sources it, and make expands

# export_for_kunit: the tests choose the implementation.
export_for_kunit()
{
	edit lib/crypto/mlkem/impl.c '
		s/^#include <linux\/errno\.h>$/#include <kunit\/visibility.h>\n&/
		/^const struct mlkem_impl \*const mlkem_impls\[\]/,/^};/s/^};$/&\nEXPORT_SYMBOL_IF_KUNIT(mlkem_impls);/
		/^int mlkem_impl_select/,/^}/s/^}$/&\nEXPORT_SYMBOL_IF_KUNIT(mlkem_impl_select);/'
}

# The answers are those of the module's known-answer test.
{
	cat <<-'END'
		/* SPDX-License-Identifier: GPL-2.0 */
		/*
		 * Known answers of ML-KEM
		 *
	END
	sed -n '/^ \* With d || z || m = /,/^};/p' "$sources/kat.c"
} | sed 's/vectors in selftests\/mlkem/vectors of C2SP Wycheproof and CCTV/
	s/HASH_LEN/SHA3_256_DIGEST_SIZE/' >lib/crypto/tests/mlkem-testvecs.h
add lib/crypto/tests/mlkem_kunit.c

export_for_kunit
before lib/crypto/tests/Kconfig 'config CRYPTO_LIB_NH_KUNIT_TEST' <<'END'
config CRYPTO_LIB_MLKEM_KUNIT_TEST
	tristate "KUnit tests for ML-KEM" if !KUNIT_ALL_TESTS
	depends on KUNIT && CRYPTO_LIB_MLKEM
	default KUNIT_ALL_TESTS
	select CRYPTO_LIB_BENCHMARK_VISIBLE
	help
	  KUnit tests for the ML-KEM key encapsulation mechanism: known answers,
	  accumulated hashes of many runs, ephemeral key pairs, and keys and
	  ciphertexts that have to be refused.  All of them are run with each
	  of the implementations that this CPU can run.

END
before lib/crypto/tests/Kconfig '	select CRYPTO_LIB_NH' <<'END'
	select CRYPTO_LIB_MLKEM
END
before lib/crypto/tests/Makefile 'obj-$(CONFIG_CRYPTO_LIB_NH_KUNIT_TEST)' <<'END'
obj-$(CONFIG_CRYPTO_LIB_MLKEM_KUNIT_TEST) += mlkem_kunit.o
END
before lib/crypto/.kunitconfig 'CONFIG_CRYPTO_LIB_NH_KUNIT_TEST' <<'END'
CONFIG_CRYPTO_LIB_MLKEM_KUNIT_TEST=y
END
edit MAINTAINERS 's/^F:\tlib\/crypto\/mlkem\/$/&\nF:\tlib\/crypto\/tests\/mlkem*/'
