#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print what lines of the helper and of the modules the inputs of all targets reach:
# those in the tree, and those that run.sh has found. Each line of the table is
# "reached lines percent file".
#
# usage: coverage.sh [TARGET]..., in the root file system

set -eu

here=$(dirname "$(realpath "$0")")
found=$here/../../.results/fuzz/corpus
cd "$here"

# shellcheck source=targets.sh
. ./targets.sh

# Files that no target has anything of were not run, and have only notes.
count_lines()
{
	gcov --no-output ./*.gcno 2>/dev/null | awk -F "[':% ]+" '
		/^File/ { file = $2 }
		/^Lines executed/ && file ~ /(userspace|kmod)\/.*\.c$/ {
			sub(/^(\.\.\/)*/, "", file)
			reached = int($3 * $5 / 100 + 0.5)
			if (!(file in lines) || reached > most[file])
				most[file] = reached
			lines[file] = $5
			file = ""	# the last figure is the sum
		}
		END {
			for (file in lines) {
				printf "%6d %6d %5.1f %% %s\n", most[file],
					lines[file],
					100 * most[file] / lines[file], file
			}
		}' | sort -k 5
}

# shellcheck disable=SC2046 # one word for each target
[ $# -gt 0 ] || set -- $(targets)
# shellcheck disable=SC2046
make --silent --jobs="$(nproc)" $(printf "$PWD/%s.coverage " "$@")
rm -f ./*.gcda
for target in "$@"; do
	# shellcheck disable=SC2046 # names of files in this tree have no spaces
	"./$target.coverage" $(corpus "$target") \
		$(find "$found/$target" -type f 2>/dev/null) >/dev/null
done
count_lines | awk '
	{ print; reached += $1; lines += $2 }
	END {
		if (!lines)
			exit 1
		printf "%6d %6d %5.1f %% of the lines of %d files\n", reached,
			lines, 100 * reached / lines, NR
	}'
