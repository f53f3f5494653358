#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Apply the series to Debian's kernel source, build what it adds at W=1 and with sparse,
# and run its KUnit tests by kunit.py: under User Mode Linux, and in QEMU, which emulates
# a processor with AVX2. The last line is "N passed, N failed, N skipped".
#
# usage: kunit.sh
#
# The source and both builds stay in .upstream, for the next run to go on with.

set -eu

tree=$(realpath "$(dirname "$0")/../..")
config=$tree/selftests/upstream/kunitconfig
archive=$(ls /usr/src/linux-source-*.tar.xz)
kept=$tree/.upstream
series=$kept/series.new
jobs=$(nproc)
passed=0
failed=0
skipped=0

# unpack: the kernel's source, unless it is there
unpack()
{
	if [ "$(cat "$kept/unpacked" 2>/dev/null)" = "$archive" ]; then
		return
	fi
	rm -rf "$kept"
	mkdir -p "$kept/linux"
	tar -C "$kept/linux" --strip-components=1 -xf "$archive"
	echo "$archive" >"$kept/unpacked"
}

# restore: what the series of the last run changed
restore()
{
	[ -d "$kept/series" ] || return 0
	cat "$kept"/series/000[1-9]-*.patch | sed -n 's,^+++ b/,,p' | sort -u |
		(cd "$kept/linux" && xargs rm -f)
	"$tree/kmod/mlkem/upstream/unpack.sh" "$archive" "$kept/linux"
	rm -r "$kept/series"
}

# apply: the series, unless it is what the last run applied
apply()
{
	rm -rf "$series"
	mkdir "$series"
	"$tree/kmod/mlkem/upstream/series.sh" "$series"
	if diff -r --ignore-matching-lines='^Date: ' "$series" "$kept/series" \
		>/dev/null 2>&1; then
		return
	fi
	restore
	for patch in "$series"/000[1-9]-*.patch; do
		patch -d "$kept/linux" --strip=1 --fuzz=0 --batch --silent <"$patch"
	done
	mv "$series" "$kept/series"
}

# result NAME STATUS
result()
{
	if [ "$2" -eq 0 ]; then
		echo "ok $1"
		passed=$((passed + 1))
	else
		echo "not ok $1"
		failed=$((failed + 1))
	fi
}

# add_up LOG: what kunit.py counted
add_up()
{
	counts=$(sed -n 's/.*Testing complete\. Ran [0-9]* tests: //p' "$1")
	for count in passed failed crashed errors skipped; do
		n=$(echo "$counts" | sed -n "s/.*$count: \([0-9]*\).*/\1/p")
		case $count in
		passed)	passed=$((passed + ${n:-0})) ;;
		skipped)	skipped=$((skipped + ${n:-0})) ;;
		*)	failed=$((failed + ${n:-0})) ;;
		esac
	done
}

# kunit ARCHITECTURE IMPLEMENTATION [OPTION]...: which of ML-KEM's has to have run, beside
# the portable one
kunit()
{
	arch=$1
	impl=$2
	shift 2
	log=$kept/$arch.log
	status=0
	tools/testing/kunit/kunit.py run --arch="$arch" --build_dir="$kept/$arch" \
		--jobs="$jobs" --timeout=3000 --kunitconfig="$config" "$@" >"$log" 2>&1 ||
		status=$?
	sed "s/^/# $arch: /" "$log"
	add_up "$log"
	[ "$status" -eq 0 ] || result "kunit.py of $arch" "$status"
	# Every test of three parameter sets, but the benchmark, which is not built
	for name in $(printf '%s\n' portable "$impl" | sort -u); do
		[ "$(grep -c "\[PASSED\] mlkem[0-9]* $name\$" "$log")" -eq 21 ] &&
			status=0 || status=1
		result "$arch: each test of ML-KEM with $name" "$status"
	done
}

# build ARCHITECTURE: what the series adds, anew, without a complaint
build()
{
	log=$kept/$1-W1.log
	find lib/crypto/mlkem lib/crypto/x86/mlkem lib/crypto/tests/mlkem* crypto/mlkem* \
		-name '*.[ch]' -exec touch {} +
	make --silent ARCH="$1" O="$kept/$1" --jobs="$jobs" W=1 C=1 lib/crypto/ \
		crypto/mlkem.o crypto/mlkem_kpp_kunit.o >"$log" 2>&1 && status=0 ||
		status=$?
	! grep -A 4 mlkem "$log" || status=1
	result "$1: builds at W=1 and with sparse" "$status"
}

# QEMU would take KVM where it is, which hangs on some machines; a test of AVX2 needs none.
[ ! -e /dev/kvm ] || mount --bind /dev/null /dev/kvm

unpack
apply
cd "$kept/linux"
kunit x86_64 avx2 --qemu_args='-cpu max -bios bios-256k.bin'
kunit um portable
build x86_64
build um
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
