#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print the tests in the order in which they are to begin: each suite's together, since
# memory is searched after each, and what took longest when it ran last first, so that
# none goes on when all others have ended. It ran last in this tree or in another one.
#
# usage: order.sh SUITE:PROGRAM...

set -eu

seconds=$(realpath "$(dirname "$0")/..")/.seconds
others=/var/cache/pqike/seconds
unknown=3600

for test in "$@"; do
	took=$(cat "$seconds/$test" 2>/dev/null || cat "$others/$test" 2>/dev/null) ||
		took=$unknown
	echo "${test%%:*} $test $took"
done | awk '
	$3 > longest[$1] { longest[$1] = $3 }
	{ line[NR] = $0 }
	END {
		for (i = 1; i <= NR; i++) {
			split(line[i], field)
			print longest[field[1]], line[i]
		}
	}' | sort --stable -k 1,1nr -k 2,2 -k 4,4nr | cut -d ' ' -f 3
