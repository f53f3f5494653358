#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run every proof of the file proofs, or those that are named, as many at a time
# as there are processors; then each fault of the file faults, whose proof must
# refute it. The last line is "N proved, N failed"; faults that are refuted are
# not counted as proved, those that are not are counted as failed.
#
# usage: prove.sh [NAME]...
#
# A proof that takes a processor for longer than PROVE_SECONDS failed.

set -eu

cd "$(dirname "$(realpath "$0")")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
export PROVE_WORK="$work" PROVE_SECONDS=600

# The rows of a table that are asked for, without comments
rows()
{
	table=$1
	column=$2
	shift 2
	sed 's/#.*//; /^[[:space:]]*$/d' "$table" |
		awk -v column="$column" -v names=" $* " \
			'names == "  " || index(names, " " $column " ")'
}

# Each row is a word of its own to xargs, and again words to judge.sh.
run()
{
	tr '\n' '\0' | xargs -0 -r -n 1 -P "$(nproc)" ./judge.sh "$1" |
		tee -a "$work/results"
}

: >"$work/results"
rows proofs 1 "$@" | run proof
rows faults 1 "$@" | run fault

count()
{
	grep -c "^$1 " "$work/results" || :
}

echo "$(count refuted) planted faults refuted"
proved=$(count proved)
failed=$(count failed)
echo "$proved proved, $failed failed"
[ "$proved" -gt 0 ] && [ "$failed" -eq 0 ]
