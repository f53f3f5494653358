# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2154 # series.sh sources it, and make expands

take mlkem.h include/crypto/mlkem.h
for file in declassify.h ephemeral.c hash.c hash.h impl.c impl.h kem.c kem.h kpke.c \
	kpke.h ntt.c poly.c poly.h random.c workspace.c workspace.h; do
	take "$file" "lib/crypto/mlkem/$file"
done
add lib/crypto/mlkem/keccak.h
add lib/crypto/mlkem/main.c
without_x86 lib/crypto/mlkem/impl.c
edit include/crypto/mlkem.h 's/^ \* Return: "avx512", "avx2" or "portable"\./ * Return: its name, "portable" for the one in C./'
# The test of constant time is not in the kernel.
edit lib/crypto/mlkem/declassify.h '/^#ifdef CONSTANT_TIME_TEST/,/^#endif/d
	s/In the test of constant time branches/In tests of constant time branches/'
before lib/crypto/Kconfig 'config CRYPTO_LIB_NH' <<'END'
config CRYPTO_LIB_MLKEM
	tristate
	select CRYPTO_LIB_SHA3
	help
	  The ML-KEM library functions.  Select this if your module uses any of
	  the functions from <crypto/mlkem.h>.

END
before lib/crypto/Makefile 'obj-$(CONFIG_CRYPTO_LIB_NH) ' <<'END'
obj-$(CONFIG_CRYPTO_LIB_MLKEM) += libmlkem.o
libmlkem-y := mlkem/ephemeral.o \
	      mlkem/hash.o \
	      mlkem/impl.o \
	      mlkem/kem.o \
	      mlkem/kpke.o \
	      mlkem/main.o \
	      mlkem/ntt.o \
	      mlkem/poly.o \
	      mlkem/random.o \
	      mlkem/workspace.o

################################################################################

END
before MAINTAINERS 'MMP SUPPORT' <<END
ML-KEM KEY ENCAPSULATION
M:	$author
L:	linux-crypto@vger.kernel.org
S:	Maintained
F:	include/crypto/mlkem.h
F:	lib/crypto/mlkem/

END
