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

module=../../kmod/ecdh
parts='p256.c p384.c key_agreement.c stack.c random.c'
flags="-std=gnu11 -O1 -w -I../include -Iinclude -I../mlkem/include -isystem $KSELFTEST"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# build TEST: with the sources in $work
build()
{
	sources=
	for part in $parts; do
		sources="$sources $work/$part"
	done
	case $1 in
	arithmetic)	set -- arithmetic.c arithmetic_p256.c arithmetic_p384.c -lcrypto
		sources= ;;
	agreement)	set -- agreement.c openssl.c -lcrypto ;;
	known_answer)	set -- known_answer.c "$work/kat.c" ;;
	kpp)	set -- kpp.c kpp_client.c ../mlkem/crypto_kpp.c "$work/kpp.c" ;;
	esac
	# shellcheck disable=SC2086 # words
	gcc $flags $carries "-I$work" $sources "$@" -o "$work/test"
}

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

# finds TEST: it fails, and does so as a test
finds()
{
	build "$1" && ! ECDH_PAIRS=200 "$work/test" >"$work/log" 2>&1 &&
		grep -q '^not ok' "$work/log"
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
	for test in arithmetic agreement known_answer kpp; do
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
