#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run a command in several virtual machines at a time. Exits with 1 when it failed
# in one of them.
#
# usage: side_by_side.sh MACHINES kvm|emulation SECONDS COMMAND [ARGUMENT]...

set -euo pipefail

machines=$1
shift

here=$(dirname "$(realpath "$0")")
running=()
status=0

for ((machine = 1; machine <= machines; machine++)); do
	"$here/vng.sh" "$machine" "$@" 2>&1 | sed -u "s/^/$machine| /" &
	running+=("$!")
done
for machine in "${running[@]}"; do
	wait "$machine" || status=1
done
exit "$status"
