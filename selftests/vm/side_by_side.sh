#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run a command in several machines at a time. Exits with 1 when it failed in one of
# them.
#
# usage: side_by_side.sh FIRST MACHINES PROGRAM ARGUMENT...
#
# PROGRAM, vng.sh or machine.sh of uml, starts one, and has its number, from FIRST on, as
# its first argument.

set -euo pipefail

first=$1
machines=$2
program=$3
shift 3

running=()
status=0

for ((machine = first; machine < first + machines; machine++)); do
	"$program" "$machine" "$@" 2>&1 | sed -u "s/^/$machine| /" &
	running+=("$!")
done
for machine in "${running[@]}"; do
	wait "$machine" || status=1
done
exit "$status"
