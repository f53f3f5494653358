#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Faults planted in the sources are found: by the corpus of a target; by changes that
# its mutator makes to the inputs written by hand, where these do not find it as they
# are; or with an argument by the fuzzer, without the corpus.
#
# usage: power.sh [SECONDS]

set -eu

cd "$(dirname "$(realpath "$0")")"

KSELFTEST=${KSELFTEST:-/usr/src/linux/tools/testing/selftests}
# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"

# shellcheck source=targets.sh
. ./targets.sh

seconds=${1:-}
findings=': not so: |ERROR: |runtime error: '
changes=20000	# how many runs the mutator has to find a fault

# Else nothing would tell why, when a target aborts without a word.
export ASAN_OPTIONS=handle_abort=1
export UBSAN_OPTIONS=abort_on_error=1

# shellcheck source=faults.sh
. ./faults.sh

# The tree with one fault, and what was built of it without any
plant()
{
	rsync --archive --delete --exclude='/.*/' --exclude='*.ko' ../../ \
		"$work/tree"
	sed "$2" "../../$1" >"$work/tree/$1"
	! cmp --silent "../../$1" "$work/tree/$1"
}

# Whether the target ends in an error on its corpus
found_by_corpus()
{
	make --silent "$PWD/$1" || return
	# shellcheck disable=SC2046 # names of files in this tree have no spaces
	! "./$1" $(corpus "$1")
}

# Whether the target ends in an error on changed inputs, and on no other
found_by_changes()
{
	make --silent "$PWD/$1" || return
	# shellcheck disable=SC2046 # names of files in this tree have no spaces
	"./$1" $(written "$1") || return
	# shellcheck disable=SC2046
	! "./$1" -m "$changes" $(written "$1")
}

# Whether the fuzzer ends in an error before the time is over, with nothing to begin
# with or what is in the directory that is named
found_by_fuzzer()
{
	make --silent "$PWD/$1.fuzzer" || return
	# shellcheck disable=SC2046
	! "./$1.fuzzer" -max_total_time="$seconds" -print_final_stats=1 \
		$(options "$1") ${2+"$2"}
}

found_by_fuzzer_from_written()
{
	make --silent "$PWD/$1" || return
	rm -rf "$work/written"
	mkdir "$work/written"
	# shellcheck disable=SC2046
	"./$1" -x $(written "$1") "$work/written" || return
	found_by_fuzzer "$1" "$work/written"
}

# find_fault HOW TARGET FILE CHANGE
find_fault()
{
	plant "$3" "$4" || return
	(
		cd "$work/tree/selftests/fuzz"
		"$1" "$2"
	)
}

# How many runs it took, and what was found in them
say_effort()
{
	awk -v seconds="$(($(date +%s) - begun))" '
		/number_of_executed_units/ { runs = $2 }
		/^after [0-9]+ runs/ { runs = $2 }
		END { if (runs) print "# after " seconds " s, " runs " runs" }
		' "$work/log"
	grep -a -m 1 -E "$findings" "$work/log" | sed 's/^/# /' || :
}

# find_faults HOW, of the table on standard input
find_faults()
{
	while IFS=@ read -r target file change what; do
		begun=$(date +%s)
		if find_fault "$1" "$target" "$file" "$change" \
			>"$work/log" 2>&1 &&
			grep -q -E "$findings" "$work/log"; then
			ktap_test_pass "$target: $what"
		else
			tail -n 20 "$work/log" | sed 's/^/# /'
			ktap_test_fail "$target: $what"
		fi
		say_effort
	done
}

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

[ -z "$seconds" ] || make --silent --jobs="$(nproc)" fuzzers
ktap_print_header
faults >"$work/faults"
faults_of_many >"$work/faults-of-many"
ktap_set_plan "$(cat "$work/faults" "$work/faults-of-many" | wc -l)"
if [ "$seconds" ]; then
	find_faults found_by_fuzzer <"$work/faults"
	find_faults found_by_fuzzer_from_written <"$work/faults-of-many"
else
	find_faults found_by_corpus <"$work/faults"
	find_faults found_by_changes <"$work/faults-of-many"
fi
ktap_finished
