#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Each test finds the faults that are planted for it, in copies of the sources, and fails.
# Without a fault it passes.
#
# usage: faults.sh [TEST FILE CHANGE WHAT]
#
# With arguments it plants only that, and prints TAP without numbers.

set -eu

here=$PWD
module=../../kmod/ecdh
parts='p256.c p384.c key_agreement.c stack.c random.c'
flags="-std=gnu11 -O1 -w -I. -I$here/../include -I$here/include -I$here/../mlkem/include \
	-I$here -isystem $KSELFTEST"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# compile SOURCE...: by names that are the same each time, of which ccache(1) has the object
compile()
{
	for source; do
		# shellcheck disable=SC2086 # words
		gcc $flags $carries -c "$source" -o "$(echo "$source" | tr / _).o"
	done
}

# build TEST: with the sources in $work
build()
(
	cd "$work"
	wrapped=
	# shellcheck disable=SC2086 # words
	case $1 in
	arithmetic)	compile "$here/arithmetic.c" "$here/arithmetic_p256.c" \
		"$here/arithmetic_p384.c" ;;
	agreement)	compile $parts "$here/agreement.c" "$here/openssl.c" ;;
	known_answer)	compile $parts "$here/known_answer.c" kat.c ;;
	leftovers)	compile $parts "$here/leftovers.c"
		wrapped=-Wl,--wrap=aligned_alloc,--wrap=free,--wrap=malloc_usable_size ;;
	kpp)	compile $parts "$here/kpp.c" "$here/kpp_client.c" \
		"$here/../mlkem/crypto_kpp.c" kpp.c ;;
	esac
	gcc ${wrapped:+"$wrapped"} ./*.o -lcrypto -o test
)

# result NAME COMMAND...
result()
{
	name=$1
	shift
	if "$@"; then
		echo "ok $name"
	else
		echo "not ok $name"
	fi
}

# finds TEST: it fails as a test, of which no more has to run
finds()
{
	build "$1" && ECDH_PAIRS=200 stdbuf -oL "$work/test" 2>&1 | grep -q '^not ok'
}

passes()
{
	build "$1" && ECDH_PAIRS=200 "$work/test" >"$work/log" 2>&1
}

carries=
if [ $# -eq 4 ]; then
	cp "$module"/*.[ch] "$work"
	[ "$2" != limb.h ] || carries=-DECDH_PORTABLE_CARRIES
	if [ "$2" = none ]; then
		result "$1 passes without a fault" passes "$1"
	else
		sed -i "$3" "$work/$2"
		result "$1: $4" finds "$1"
	fi
	exit
fi

# Side by side, each result as a whole, and numbered
{
	for test in arithmetic agreement known_answer kpp leftovers; do
		echo "$test@none@@"
	done
	grep '^[^#]' faults
} >"$work/faults"
echo "TAP version 13"
echo "1..$(wc -l <"$work/faults")"
# shellcheck disable=SC2016 # the inner shell expands it
tr '@\n' '\0\0' <"$work/faults" | xargs -0 -n 4 -P "$(nproc)" sh -c '
	shown=$("$1" "$2" "$3" "$4" "$5" 2>&1) || :
	flock "$0" printf "%s\n" "$shown"' "$work" "$0" |
	awk '/^(not )?ok / { sub(/ok/, "& " ++n) } { print; fflush() }' | tee "$work/all"
! grep -q '^not ok' "$work/all"
