#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print the sum of what run.sh counted; fail if a test failed or none passed.

set -eu

results=$(dirname "$(realpath "$0")")/../.results

# A test that began and was never counted took its machine with it.
if [ -f "$results/running" ]; then
	echo "$(cat "$results/running") 0 1 0" >>"$results/tally"
fi

touch "$results/tally"
awk '
	$3 { print "# failed: " $1 }
	{ passed += $2; failed += $3; skipped += $4 }
	END {
		printf "%d passed, %d failed", passed, failed
		if (skipped)
			printf ", %d skipped", skipped
		print ""
		exit !passed || failed
	}' "$results/tally"
