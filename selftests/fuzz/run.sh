#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Fuzz in the root file system, as many targets at a time as there are processors.
# What is found goes to .results/fuzz/found, the sum to .results/fuzz/tally.
#
# usage: run.sh SECONDS [TARGET]...
#
# Each target has so many seconds. They start from the corpus in the tree and from
# what earlier runs found in .results/fuzz/corpus.

set -eu

here=$(dirname "$(realpath "$0")")
cd "$here"

# shellcheck source=targets.sh
. ./targets.sh

# Of what is found, the corpus' program tells more: here, time is what matters.
# Use of a stack after return is what clang's warnings and the corpus' program find, too.
export ASAN_OPTIONS=malloc_context_size=2:quarantine_size_mb=16:allocator_release_to_os_interval_ms=-1:detect_stack_use_after_return=0

results=$(realpath ../..)/.results/fuzz
every=10	# seconds between two lines of progress

# The last line of the fuzzer's own progress
progress()
{
	grep -a -o 'cov: .*exec/s: [0-9]*' "$results/$1.log" | tail -n 1
}

# Print how far a target is until process $2 has ended.
watch()
{
	begun=$(date +%s)
	while ! timeout "$every" tail --follow --pid="$2" -s 0.2 /dev/null; do
		echo "# $1: $(($(date +%s) - begun)) s: $(progress "$1")"
	done
}

fuzz()
{
	mkdir -p "$results/seeds/$1" "$results/corpus/$1"
	# shellcheck disable=SC2046
	"./$1" -x $(corpus "$1") "$results/seeds/$1" >"$results/$1.log"
	# shellcheck disable=SC2046
	"./$1.fuzzer" -max_total_time="$seconds" -timeout=60 \
		-report_slow_units=60 \
		-rss_limit_mb=2048 -print_final_stats=1 -verbosity=1 \
		-artifact_prefix="$results/found/$1-" $(options "$1") \
		"$results/corpus/$1" "$results/seeds/$1" \
		>>"$results/$1.log" 2>&1 &
	fuzzer=$!
	watch "$1" "$fuzzer"
	wait "$fuzzer"
}

# run_one TARGET: the result of one, as a line for the tally too
run_one()
{
	if "$here/run.sh" --fuzz "$seconds" "$1"; then
		echo "ok $1: $(progress "$1")"
		echo passed >>"$results/tally"
	else
		grep -a -E 'ERROR|not so|runtime error|SUMMARY|deadly|no such' \
			"$results/$1.log" | sed 's/^/# /' || :
		echo "not ok $1"
		echo failed >>"$results/tally"
	fi
}

case $1 in
--fuzz)
	seconds=$2
	fuzz "$3"
	exit
	;;
--one)
	seconds=$2
	run_one "$3"
	exit
	;;
esac

seconds=$1
shift
case $seconds in
*[!0-9]* | '' | 0)
	echo "fuzz: TIME=$seconds: expected a number of seconds" >&2
	exit 2
	;;
esac
# shellcheck disable=SC2046 # one word for each target
[ $# -gt 0 ] || set -- $(targets)
echo "fuzz: $# targets for $seconds s each, $(nproc) at a time" >&2
rm -rf "$results/found" "$results/seeds" "$results/tally"
mkdir -p "$results/found"
make --silent --jobs="$(nproc)" all fuzzers
printf '%s\n' "$@" | xargs -n 1 -P "$(nproc)" "$here/run.sh" --one "$seconds"
