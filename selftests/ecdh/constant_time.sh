#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What each compiler makes of the sources at each level has the right answers, and
# no branch and no memory index in it depends on a private key, as far as valgrind sees.
# That it sees one is shown by one that is planted, in what each compiler makes at -O2.
#
# usage: constant_time.sh [BUILD answers|clean|branch|index]
#
# With arguments it does only that, and prints TAP without numbers.

set -eu

levels='gcc_O0 gcc_O1 gcc_O2 gcc_O3 clang_O0 clang_O1 clang_O2 clang_O3'
# With x86's carries, and with those of any other CPU
builds="$levels $(for level in $levels; do echo "${level}_portable"; done)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

run_program()
{
	case $2 in
	answers)	"./constant_time_$1" ;;
	clean)	valgrind --quiet --error-limit=no --log-file="$work/log" \
			"./constant_time_$1" "$2" ;;
	*)	valgrind --quiet --error-limit=no --log-file="$work/log" \
			"./planted_$1" "$2" ;;
	esac
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

planned=0
for build in $builds; do
	case $build in
	*_O2)	runs='answers clean branch index' ;;
	*)	runs='answers clean' ;;
	esac
	for run in $runs; do
		echo "$build $run"
		planned=$((planned + 1))
	done
	echo "1..$planned" >"$work/plan"
done | run_side_by_side | tee "$work/all"
cat "$work/plan"
! grep -q '^not ok' "$work/all"
