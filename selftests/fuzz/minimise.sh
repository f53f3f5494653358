#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print the corpus of a target anew: of its inputs, and of those that run.sh has
# found, as few and short ones as reach what those written by hand do not.
#
# usage: minimise.sh TARGET, in the root file system

set -eu

target=$1
here=$(dirname "$(realpath "$0")")
results=$here/../../.results/fuzz
cd "$here"

# shellcheck source=targets.sh
. ./targets.sh

make --silent --jobs="$(nproc)" all fuzzers >&2
few=$(mktemp --directory)
trap 'rm -r "$few"' EXIT
mkdir -p "$results/seeds/$target" "$results/corpus/$target"
# shellcheck disable=SC2046
"./$target" -x $(corpus "$target") "$results/seeds/$target" >&2
# shellcheck disable=SC2046
"./$target" -x $(written "$target") "$few" >&2
# shellcheck disable=SC2046
"./$target.fuzzer" -set_cover_merge=1 -use_counters=0 $(options "$target") \
	"$few" "$results/seeds/$target" "$results/corpus/$target" >&2

echo '# SPDX-License-Identifier: GPL-2.0'
find "$few" -type f ! -name 'seed-*' | while read -r input; do
	od --address-radix=n --format=x1 --output-duplicates "$input" |
		tr -d ' \n'
	echo
done | sort
