#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Time ML-KEM beside OpenSSL in the root file system, print the outcome, and plot
# it into docs/bench.svg.
#
# usage: bench.sh [-j] [-n ROUNDS]
#
# With -j the outcome is JSON, and nothing is plotted.

set -eu

top=$(realpath "$(dirname "$0")/../..")
outcome=$(mktemp)
plot=$(mktemp)
trap 'rm -f "$outcome" "$plot"' EXIT
trap 'exit 1' HUP INT TERM

in_root()
{
	"$top/selftests/vm/enter.sh" "$@"
}

in_root selftests/mlkem/bench "$@" >"$outcome"
cat "$outcome"
grep -q '^bench ' "$outcome" || exit 0

grep '^bench ' "$outcome" | in_root sh -euc '
	cat >/tmp/lines
	gnuplot -e "lines = \"/tmp/lines\"" selftests/mlkem/bench.gnuplot' \
	>"$plot"
sed '1a <!-- SPDX-License-Identifier: GPL-2.0 -->' "$plot" \
	>"$top/docs/bench.svg"
