#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run handshake_bench.sh in a machine, and print medians and quartiles of what it has
# measured; each measurement goes to standard error as it comes.
#
# usage: handshake_bench_uml.sh [OPTION]... of handshake_bench.sh

set -eu -o pipefail

here=$(dirname "$(realpath "$0")")
runs=$(mktemp)
trap 'rm -f "$runs"' EXIT
trap 'exit 1' HUP INT TERM

"$here/../vm/boot.sh" -t 14400 selftests/interop/handshake_bench.sh "$@" |
	tee "$runs" >&2
awk -f "$here/handshake_bench.awk" "$runs"
