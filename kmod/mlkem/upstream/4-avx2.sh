# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2154 # series.sh sources it, and make expands

# take_x86 FILE: beside the folder of what it includes
take_x86()
{
	take "$1" "lib/crypto/x86/mlkem/$1"
	sed -i -E 's,^#include "((impl|poly|keccak)\.h)",#include "../../mlkem/\1",' \
		"lib/crypto/x86/mlkem/$1"
}

# take_impl: with what it has for x86, and what KUnit needs of it
take_impl()
{
	take impl.c lib/crypto/mlkem/impl.c
	edit lib/crypto/mlkem/impl.c 's/CONFIG_X86_64/CONFIG_CRYPTO_LIB_MLKEM_ARCH/
		s,"impl_x86\.h","../x86/mlkem/impl_x86.h",'
	export_for_kunit
}

# without_avx512: which is of the next patch
without_avx512()
{
	edit lib/crypto/mlkem/impl.c '/^\t&mlkem_avx512,$/d'
	edit lib/crypto/x86/mlkem/impl_x86.c '
		s/^\/\* What both have in common \*\/$/\/* Whatever has AVX2 *\//
		s/The implementations for AVX2 and AVX-512VL, and which CPUs have what\./The implementation for AVX2, and which CPUs have what./
		/^static bool has_avx512/,/^}/d
		/^const struct mlkem_impl mlkem_avx512/,/^};/d'
	edit lib/crypto/x86/mlkem/impl_x86.h '
		s/The implementations for AVX2 and AVX-512VL, on/The implementation for AVX2, on/
		/^extern const struct mlkem_impl mlkem_avx512;/d
		/^\/\*\*$/{N;/avx512\(\)/{:more;N;/;$/!b more;d}}'
}

for file in impl_x86.c impl_x86.h keccak_avx2.c keccak_x4_rounds.h ntt_avx2.c \
	poly_avx2.c residue.h vector.h; do
	take_x86 "$file"
done
take_impl
without_avx512

# Of keccak.c the vectors need the constants only.
before lib/crypto/x86/mlkem/keccak_x4_rounds.h 'static __always_inline vu64 rol(' <<END
/*
$(sed -n '/^ \* FIPS 202, section 3.2.5.  In Python/,/^};/p' "$sources/keccak.c" |
	sed 's/^const u64/static &/')

END

before lib/crypto/Kconfig 'config CRYPTO_LIB_NH' <<'END'
config CRYPTO_LIB_MLKEM_ARCH
	bool
	depends on CRYPTO_LIB_MLKEM && !UML && !KMSAN
	# __builtin_shufflevector()
	default y if X86_64 && (CC_IS_CLANG || GCC_VERSION >= 120000)

END
before lib/crypto/Makefile 'obj-$(CONFIG_CRYPTO_LIB_NH) ' <<'END'
ifeq ($(CONFIG_CRYPTO_LIB_MLKEM_ARCH),y)
libmlkem-y += x86/mlkem/impl_x86.o \
	      x86/mlkem/keccak_avx2.o \
	      x86/mlkem/ntt_avx2.o \
	      x86/mlkem/poly_avx2.o
CFLAGS_x86/mlkem/ntt_avx2.o := -mavx2
CFLAGS_x86/mlkem/poly_avx2.o := -mavx2
# For four states at once, it is expressions merged early that make it spill.
CFLAGS_x86/mlkem/keccak_avx2.o := -mavx2 $(call cc-option,-fno-tree-ter)
# sparse has neither vectors nor their builtins.
$(obj)/x86/mlkem/%_avx2.o: CHECK := :
endif # CONFIG_CRYPTO_LIB_MLKEM_ARCH

################################################################################

END
# What was the end of the library's part is now within it.
edit lib/crypto/Makefile '/^libmlkem-y := /,/^ifeq/{/^#+$/d}'
edit MAINTAINERS 's/^F:\tlib\/crypto\/tests\/mlkem\*$/&\nF:\tlib\/crypto\/x86\/mlkem\//'
