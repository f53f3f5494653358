#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Boot a virtual machine on the root file system and run a command in it, in
# /src as root. Exits with the command's status, 124 when the time is up.
#
# usage: boot.sh [-t SECONDS] COMMAND [ARGUMENT]...

set -eu

here=$(dirname "$(realpath "$0")")
cache=${PQIKE_CACHE:-/var/cache/pqike}
seconds=1200

if [ "${1:-}" = -t ]; then
	seconds=$2
	shift 2
fi

# A /dev/kvm that opens may still belong to a host where guests hang.
probe_kvm()
{
	[ -w /dev/kvm ] || return
	echo "boot: trying whether a machine boots under /dev/kvm, at most 30 s" >&2
	"$here/enter.sh" selftests/vm/vng.sh kvm 30 true >/dev/null 2>&1
}

if [ ! -f "$cache/accelerator" ]; then
	mkdir -p "$cache"
	if probe_kvm; then
		echo kvm >"$cache/accelerator"
	else
		echo emulation >"$cache/accelerator"
	fi
fi

exec "$here/enter.sh" selftests/vm/vng.sh "$(cat "$cache/accelerator")" \
	"$seconds" "$@"
