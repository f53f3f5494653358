# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh

for file in impl_x86.c impl_x86.h keccak_avx512.c; do
	take_x86 "$file"
done
take_impl

edit lib/crypto/Makefile '
	s,^(\t      )x86/mlkem/keccak_avx2\.o \\$,&\n\1x86/mlkem/keccak_avx512.o \\,
	s,^CFLAGS_x86/mlkem/keccak_avx2\.o := -mavx2 (.*)$,&\nCFLAGS_x86/mlkem/keccak_avx512.o := -mavx512f -mavx512vl \1,
	s,^(\$\(obj\)/x86/mlkem/%_avx)2\.o: CHECK := :$,&\n\1512.o: CHECK := :,'
