#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run a command in several machines at a time. Exits with 1 when it failed in one of
# them.
#
# usage: side_by_side.sh MACHINES PROGRAM ARGUMENT...
#
# PROGRAM, vng.sh or machine.sh of uml, starts one, and has its number as its first
# argument.

set -euo pipefail

machines=$1
program=$2
shift 2

running=()
status=0

for ((machine = 1; machine <= machines; machine++)); do
	"$program" "$machine" "$@" 2>&1 | sed -u "s/^/$machine| /" &
	running+=("$!")
done
for machine in "${running[@]}"; do
	wait "$machine" || status=1
done
exit "$status"
