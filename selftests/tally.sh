#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print what failed, with the first lines of what it said, and the sum of what run.sh
# counted. A machine that died has left what its console said last.

set -eu

cd "$(dirname "$(realpath "$0")")/../.results"

# A test that began and was never counted took its machine with it.
for begun in begun/*; do
	test=${begun#begun/}
	file=$(echo "$test" | tr : -)
	[ -d "$begun" ] && [ ! -f "$file.tally" ] || continue
	echo "not ok $test: its machine ended" >>"$file.log"
	echo "$test 0 1 0" >"$file.tally"
done

# say_why SUITE:PROGRAM: a test says why before its result or after it
say_why()
{
	log=$(echo "$1" | tr : -).log
	[ ! -f "$log" ] || awk '
		/^(not )?ok / {
			failed = /^not /
			for (i = said > 20 ? said - 19 : 1; failed && i <= said; i++)
				print "# | " line[i]
			told = said = 0
		}
		failed && told++ < 60 { print "# | " $0 }
		!/^(not )?ok / { line[++said] = $0 }' "$log"
}

find . -maxdepth 1 -name '*.tally' -exec awk '$3 { print $1 }' '{}' + |
	while read -r failed; do
		echo "# failed: $failed"
		say_why "$failed"
	done

find . -maxdepth 1 -name '*.tally' -exec cat '{}' + | awk '
	{ passed += $2; failed += $3; skipped += $4 }
	END {
		printf "%d passed, %d failed, %d skipped\n", passed,
			failed, skipped
	}'
