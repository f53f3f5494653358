#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build everything, run the tests, sum up what they said. The last line is
# "N passed, N failed", with ", N skipped" if any were.
#
# usage: check.sh host|vm...
#
# SUITES, when set, names the only suites to build and run, and TESTS the only tests
# of them. PQIKE_ENDURANCE=full makes those that are repeated as many as are promised.

set -eu

here=$(dirname "$(realpath "$0")")

in_root()
{
	"$here/vm/enter.sh" "$@"
}

count_failure()
{
	# shellcheck disable=SC2016 # the inner shell expands it
	in_root sh -c 'echo "$1 0 1 0" >".results/$1.tally"' sh "$1"
}

# machines TEST...: as many as have a processor and a test, and memory: each has 2 GB
machines()
{
	printf '%s\n' "$#" "$(nproc)" 4 | sort -n | head -n 1
}

# What fails to come up, or dies before it runs the first test, has failed too.
run_tests()
{
	tests=${TESTS:-$(in_root make --silent -C selftests \
		${SUITES:+"SUITES=$SUITES"} "list-$1")}
	# shellcheck disable=SC2086 # one word for each test
	case $1 in
	host)	in_root selftests/run.sh host $tests ;;
	vm)	"$here/vm/boot.sh" -n "$(machines $tests)" -t 10800 \
			env PQIKE_ENDURANCE="${PQIKE_ENDURANCE:-short}" \
			selftests/run.sh vm $tests ;;
	esac || count_failure "run-$1"
}

in_root sh -c 'rm -rf .results && mkdir .results'
if "$here/build.sh"; then
	for where in "$@"; do
		run_tests "$where"
	done
else
	count_failure build
fi

in_root selftests/tally.sh
