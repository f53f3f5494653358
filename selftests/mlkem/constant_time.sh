#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What each compiler makes of the sources at each level has the right answers, and
# no branch and no memory index in it depends on a secret, as far as valgrind sees.
#
# usage: constant_time.sh [BUILD answers|IMPLEMENTATION]
#
# With arguments it does only that, and prints TAP without numbers.

set -eu

builds='gcc_O0 gcc_O1 gcc_O2 gcc_O3 clang_O0 clang_O1 clang_O2 clang_O3'
# Valgrind does not know AVX-512.
case $(uname -m) in
x86_64)	implementations='portable avx2 followed_avx512' ;;
*)	implementations=portable ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

run_program()
{
	if [ "$2" = answers ]; then
		"./constant_time_$1"
	else
		valgrind --quiet --error-limit=no --log-file="$work/log" \
			"./constant_time_$1" "$2"
	fi
}

# shellcheck source=selftests/follow.sh
. ../follow.sh

if [ $# -eq 2 ]; then
	run_one "$@"
	exit
fi
echo "TAP version 13"
if ! command -v valgrind >/dev/null; then
	echo "1..0 # SKIP valgrind is not installed"
	exit 4
fi

# For each implementation there are its answers, and three results of valgrind.
planned=0
for build in $builds; do
	echo "$build answers"
	for implementation in $implementations; do
		echo "$build $implementation"
		planned=$((planned + 4))
	done
	echo "1..$planned" >"$work/plan"
done | run_side_by_side | tee "$work/all"
cat "$work/plan"
! grep -q '^not ok' "$work/all"
