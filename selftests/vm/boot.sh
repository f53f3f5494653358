#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Boot a virtual machine on the root file system and run a command in it, in
# /src as root. Exits with the command's status, 124 when the time is up.
#
# With -n, as many machines run the same command side by side, and each line that
# they say has the machine's number before it. Exits with 1 when one of them failed.
#
# usage: boot.sh [-n MACHINES] [-t SECONDS] COMMAND [ARGUMENT]...

set -eu

here=$(dirname "$(realpath "$0")")
cache=${PQIKE_CACHE:-/var/cache/pqike}
seconds=1200
machines=1

while getopts n:t: option; do
	case $option in
	n)	machines=$OPTARG ;;
	t)	seconds=$OPTARG ;;
	*)	exit 1 ;;
	esac
done
shift $((OPTIND - 1))

# A /dev/kvm that opens may still belong to a host where guests hang.
probe_kvm()
{
	[ -w /dev/kvm ] || return
	echo "boot: trying whether a machine boots under /dev/kvm, at most 30 s" >&2
	"$here/enter.sh" selftests/vm/vng.sh 1 kvm 30 true >/dev/null 2>&1
}

if [ ! -f "$cache/accelerator" ]; then
	mkdir -p "$cache"
	if probe_kvm; then
		echo kvm >"$cache/accelerator"
	else
		echo emulation >"$cache/accelerator"
	fi
fi

accelerator=$(cat "$cache/accelerator")
if [ "$machines" -eq 1 ]; then
	exec "$here/enter.sh" selftests/vm/vng.sh 1 "$accelerator" "$seconds" "$@"
fi
exec "$here/enter.sh" selftests/vm/side_by_side.sh "$machines" "$accelerator" \
	"$seconds" "$@"
