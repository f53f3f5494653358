#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print the sum of what run.sh counted; fail if a test failed or none passed.

set -eu

cd "$(dirname "$(realpath "$0")")/../.results"

# A test that began and was never counted took its machine with it.
for begun in begun/*; do
	test=${begun#begun/}
	tally=$(echo "$test" | tr : -).tally
	[ ! -d "$begun" ] || [ -f "$tally" ] || echo "$test 0 1 0" >"$tally"
done

find . -maxdepth 1 -name '*.tally' -exec cat '{}' + | awk '
	$3 { print "# failed: " $1 }
	{ passed += $2; failed += $3; skipped += $4 }
	END {
		printf "%d passed, %d failed", passed, failed
		if (skipped)
			printf ", %d skipped", skipped
		print ""
		exit !passed || failed
	}'
