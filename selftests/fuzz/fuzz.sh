#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Fuzz, in the root file system. The last line is "N targets, N failed"; before it
# stand the inputs that were found, which are left outside the tree.
#
# usage: fuzz.sh SECONDS [TARGET]...

set -eu

here=$(dirname "$(realpath "$0")")

in_root()
{
	"$here/../vm/enter.sh" "$@"
}

in_root selftests/fuzz/run.sh "$@" || {
	status=$?
	[ "$status" -eq 123 ] || exit "$status"	# xargs: a target failed
}

found=$(mktemp --directory "${TMPDIR:-/tmp}/pqike-fuzz.XXXXXX")
in_root tar --create --directory .results/fuzz tally found |
	tar --extract --directory "$found"
find "$found/found" -type f -printf 'input: %p\n'
awk '
	{ targets++ }
	/^failed/ { failed++ }
	END {
		printf "%d targets, %d failed\n", targets, failed
		exit !targets || failed
	}' "$found/tally" || exit 1
rm -r "$found"
