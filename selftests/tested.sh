#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What the last run of each test in a machine has said, kept beside what was built:
# .tested/PART/SUITE:PROGRAM has the day, the kernel's version, and how many passed, failed,
# were skipped.
#
# usage: tested.sh note PART TEST...
#        tested.sh row PART NAME
#
# note keeps what .results has of these tests. row prints the README's row of a kernel that is
# called NAME there: its version, the day of its oldest result, what PART of `make check` runs
# on it, and each suite of `make check-vm`.

set -eu

cd "$(dirname "$(realpath "$0")")/.."

# note PART TEST...: one that has no result took its machine with it
note()
{
	part=$1
	shift
	[ -f .results/kernel ] || return 0
	mkdir -p ".tested/$part"
	for test in "$@"; do
		file=.results/$(echo "$test" | tr : -)
		cat "$file.tally" "$file-kernel-log.tally" 2>/dev/null |
			awk -v when="$(date +%F) $(cat .results/kernel)" '
			{ passed += $2; failed += $3; skipped += $4 }
			END { print when, passed + 0, NR ? failed + 0 : 1, skipped + 0 }' \
				>".tested/$part/$test"
	done
}

# cell PART TEST...: what those of them that have run have said
cell()
{
	part=$1
	shift
	for test in "$@"; do
		cat ".tested/$part/$test" 2>/dev/null || :
	done | awk -v files=$# '
		{ passed += $3; failed += $4; skipped += $5 }
		END {
			printf NR ? passed : "not run"
			if (NR && NR < files)
				printf " in %d of %d files", NR, files
			if (failed)
				printf ", %d failed", failed
			if (skipped)
				printf ", %d skipped", skipped
		}'
}

# tests PART [SUITE]: those that it has, of one suite
tests()
{
	make --silent -C selftests ${2:+"SUITES=$2"} "list-$1"
}

# row PART NAME
row()
{
	part=$1
	name=$2
	find .tested -type f -exec cat {} + | sort >"$work/all"
	versions=$(cut -d ' ' -f 2 "$work/all" | sort -u)
	case $versions in
	'')		echo "tested.sh: nothing was run on $name in this tree" >&2
			exit 1 ;;
	*[[:space:]]*)	echo "tested.sh: several versions of $name were run on: $versions" >&2
			exit 1 ;;
	esac
	printf '| %s, %s | %s' "$name" "$versions" "$(head -c 10 "$work/all")"
	# shellcheck disable=SC2046 # one word for each test
	case $part in
	none)	printf ' | not in it' ;;
	*)	printf ' | %s' "$(cell "$part" $(tests "$part"))" ;;
	esac
	for suite in $(tests vm | grep -o '^[^:]*' | sort -u); do
		# shellcheck disable=SC2046 # one word for each test
		printf ' | %s' "$(cell vm $(tests vm "$suite"))"
	done
	echo ' |'
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
"$@"
