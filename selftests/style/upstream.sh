#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The series of patches that make upstream writes applies to Debian's kernel source,
# checkpatch --strict finds nothing in it, MAINTAINERS names what it adds, and its library
# builds at W=1 without a complaint of gcc or sparse. ../upstream boots a kernel with it.

set -eu

programs="$PWD/upstream.sh $PWD/passed.sh"

. ./lib.sh

# small_archive: of the kernel source, what the patches change
small_archive()
{
	mkdir "$work/base"
	kmod/mlkem/upstream/unpack.sh "$(echo /usr/src/linux-source-*.tar.xz)" "$work/base"
	tar -C "$work" -cf "$work/linux-source.tar" base
}

# write_series: to series/, what it says to complaints
write_series()
{
	rm -rf "$work/series"
	mkdir "$work/series"
	LINUX_SOURCE=$work/linux-source.tar kmod/mlkem/upstream/series.sh "$work/series" \
		>"$work/complaints" 2>&1
}

# apply_series: to linux/; git am(1), too, takes no fuzz
apply_series()
{
	rm -rf "$work/linux"
	mkdir "$work/linux"
	tar -C "$work/linux" --strip-components=1 -xf "$work/linux-source.tar"
	for patch in "$work"/series/000[1-9]-*.patch; do
		patch -d "$work/linux" --strip=1 --fuzz=0 --batch --silent <"$patch" ||
			return
	done >"$work/complaints" 2>&1
}

# That a file is added is a question, which unnamed() answers.
checkpatch()
{
	find "$work/series" -name '000[1-9]-*' | sort |
		xargs perl "$linux/scripts/checkpatch.pl" --no-tree --strict --terse \
			--show-types --no-summary --ignore=FILE_PATH_CHANGES \
			>"$work/complaints" 2>&1 || :
}

# The files that are added of which no entry of MAINTAINERS is
unnamed()
{
	sed -n '/^ML-KEM KEY/,/^$/s/^F:\t//p' "$work/linux/MAINTAINERS" >"$work/named"
	sed -n 'N;s,^--- /dev/null\n+++ b/,,p;D' "$work"/series/000[1-9]-*.patch |
		while read -r file; do
			while read -r pattern; do
				[ "${pattern%/}" = "$pattern" ] || pattern="$pattern*"
				# shellcheck disable=SC2254 # it is a pattern
				case $file in
				$pattern)	continue 2 ;;
				esac
			done <"$work/named"
			echo "$file"
		done
}

# The library as a module, by its part of the kernel's Makefile, with the headers of
# Debian's kernel behind its own; that SHA-3's function is missing there is no error
build()
{
	# shellcheck disable=SC2016 # make expands it
	{
		echo "LINUXINCLUDE := -I$work/linux/include \$(LINUXINCLUDE)"
		sed -n '/^obj-$(CONFIG_CRYPTO_LIB_MLKEM)/,/^####/p' \
			"$work/linux/lib/crypto/Makefile"
		echo 'ccflags-y += -DCONFIG_CRYPTO_LIB_MLKEM_ARCH=1'
	} >"$work/linux/lib/crypto/Kbuild"
	make --silent --jobs="$(nproc)" -C /lib/modules/*/build M="$work/linux/lib/crypto" \
		W=1 KBUILD_CHECKSRC=2 KBUILD_MODPOST_WARN=1 CONFIG_CRYPTO_LIB_MLKEM=m \
		CONFIG_CRYPTO_LIB_MLKEM_ARCH=y modules >"$work/log" 2>&1 || :
	grep -E -A 4 '^[^ ]*lib/crypto/[^ ]*: |ERROR|error:' "$work/log" \
		>"$work/complaints" || :
	[ -f "$work/linux/lib/crypto/libmlkem.ko" ] || tail -n 5 "$work/log" \
		>>"$work/complaints"
}

digest()
{
	{
		# shellcheck disable=SC2086 # two files
		tools_digest $programs
		find kmod/mlkem -type f | sort | xargs sha256sum
	} | sha256sum | cut -d ' ' -f 1
}

# passes_or_complains NAME COMMAND...: passes when it does, and says nothing
passes_or_complains()
{
	name=$1
	shift
	"$@" || echo "it fails" >>"$work/complaints"
	[ ! -s "$work/complaints" ] || good=false
	report "$name"
}

# looks_at: what has not passed as it is
look_at()
{
	if has_passed "$(digest)"; then
		ktap_print_msg "these sources have passed"
		: >"$work/complaints"
		report "checkpatch"
		report "the library builds at W=1 and with sparse"
		return
	fi
	passes_or_complains "checkpatch" checkpatch
	passes_or_complains "the library builds at W=1 and with sparse" build
	! $good || passes "$(digest)"
}

# planted FILE CHANGE CHECK: it finds the change, in a series that applies
planted()
{
	cp "kmod/mlkem/$1" "$work/kept"
	sed -i "$2" "kmod/mlkem/$1"
	name="$3 finds a fault that is planted in $1"
	if write_series && apply_series && $3 && [ -s "$work/complaints" ]; then
		ktap_test_pass "$name"
	else
		ktap_test_fail "$name"
	fi
	cp "$work/kept" "kmod/mlkem/$1"
}

# says_what_is_lost: of an edit that does not find its place
says_what_is_lost()
{
	sed -i 's/^int mlkem_kpp_register(void)/int mlkem_kpp_add(void)/' kmod/mlkem/kpp.c
	! write_series && grep -q '^series: nothing changes in crypto/mlkem.c' \
		"$work/complaints"
}

ktap_print_header
ktap_set_plan 8
enter_clean_tree
forget_old_marks
small_archive
good=true

passes_or_complains "the series is written" write_series
passes_or_complains "it applies" apply_series
unnamed >"$work/complaints"
[ ! -s "$work/complaints" ] || good=false
report "MAINTAINERS names what it adds"
look_at

planted kpke.c 's/^\t\(const struct mlkem_impl\)/    \1/' checkpatch
# A function that the kernel's lacks
planted hash.c 's/keccak_f1600(lane)/keccak_f1601(lane)/' build
ktap_test_result "an edit that does not find its place is an error" says_what_is_lost
ktap_finished
