#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# All memory that the kernel gives out, seen from outside: while a tunnel lives, its ESP keys are
# in their ciphers and nowhere else; when it has been deleted, none of its secrets is
# anywhere.
#
# Under User Mode Linux, whose memory is a file to who runs it. The peer is one of the
# tests' own make, so that no kernel has its keys but that of the gateway; it is killed
# before each search, and free memory overwritten. What is found then is the gateway's:
# freed and not wiped, or in use.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/hostile.sh
. ./lib/test.sh

SEARCH_SECONDS=300
machine=$(sed -n 's/.*machine=\([0-9]*\).*/\1/p' /proc/cmdline)
outside=/src/.vm/$machine

# overwrite_free: what killed processes and files had
overwrite_free()
{
	local mib

	sync
	echo 3 >/proc/sys/vm/drop_caches
	mib=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) - 64 }' /proc/meminfo)
	mkdir "$run/free"
	mount -t tmpfs -o size=100% tmpfs "$run/free"
	dd if=/dev/zero of="$run/free/zeros" bs=1M count="$mib" status=none
	umount "$run/free"
	rmdir "$run/free"
}

# search FILE: each place where the memory has a secret
search()
{
	local begun=$SECONDS

	overwrite_free
	rm -f "$outside/answer"
	: >"$outside/ask"
	while [ ! -f "$outside/answer" ]; do
		[ $((SECONDS - begun)) -lt "$SEARCH_SECONDS" ]
		sleep 0.2
	done
	cat "$outside/answer"
	# It could be searched
	grep -q 'octets searched' "$outside/answer"
	cp "$outside/found" "$run/$1"
}

tunnel_lives()
{
	hostile_configure
	pqike_run moon
	rm -f "$outside/complements"
	PYTHONDONTWRITEBYTECODE=1 hostile/teller.py mars "$mars_address" \
		"${outer_address[moon]}" "$run/moon/psk" "$outside/complements" &
	eventually test -f "$outside/complements"
	kill -KILL "$!"
	wait "$!" || :
	[ "$(ip -n moon xfrm state | grep -c 'proto esp')" -eq 2 ]
	search living
	cat "$run/living"
}

# places FILE NAME: offsets of its octets
places()
{
	awk -v name="$2" '$1 == name && $2 == "raw" { print $3 }' "$run/$1"
}

# object_at OFFSET: what the kernel allocated there, and where from
object_at()
{
	local start

	start=$(awk '$3 == "__binary_start" { print $1 }' /proc/kallsyms)
	echo "place $1" >/dev/kmsg
	echo "dump=$(printf '%#x' $(((16#$start & ~0xfff) + $1)))" \
		>/sys/kernel/debug/kmemleak
	dmesg --notime | sed "1,/^place $1\$/d"
}

# in_one_cipher NAME: its places are all within one object of the crypto API
in_one_cipher()
{
	local place objects=

	[ -n "$(places living "$1")" ]
	for place in $(places living "$1"); do
		object_at "$place" >"$run/object"
		cat "$run/object"
		grep -Eq 'crypto_(create_tfm|clone_tfm|alloc_tfm)' "$run/object"
		objects+="$(sed -n 's/.*[Oo]bject.* \(0x[0-9a-f]*\) (size.*/\1/p' \
			"$run/object")"$'\n'
	done
	[ "$(printf '%s' "$objects" | sort -u | wc -l)" -eq 1 ]
}

# nowhere FILE NAME...
nowhere()
{
	local file=$1 name found

	shift
	[ -s "$run/$file" ]
	for name in "$@"; do
		grep -q "^$name " "$outside/complements"
		found=$(awk -v name="$name" '$1 == name' "$run/$file")
		echo "$found"
		[ -z "$found" ]
	done
}

no_state()
{
	[ -z "$(ip -n moon xfrm state)" ]
}

delete_all()
{
	# shellcheck disable=SC2016
	ip netns exec moon python3 -B -c '
import sys
sys.path.append("../uapi")
from ynl_client import SCHEMA, SPEC, YnlFamily
family = YnlFamily(SPEC, SCHEMA)
for sa in family.dump("ike-sa-get", {}):
    family.do("ike-sa-del", {"id": sa["id"]})
'
	eventually no_state
	search deleted
	cat "$run/deleted"
	[ ! -s "$run/deleted" ]
}

# A process has a copy of one
planted_is_found()
{
	python3 -c '
import signal, sys
kept = bytes(255 - octet for octet in bytes.fromhex(next(
    line.split()[1] for line in open(sys.argv[1]) if line.startswith("SK_d.1 "))))
open(sys.argv[2], "w").close()
signal.pause()' "$outside/complements" "$run/planted" &
	planter=$!
	trap 'kill -KILL "$planter"' EXIT
	eventually test -f "$run/planted"
	search planting
	[ "$(cut -d ' ' -f 1,2 "$run/planting" | sort -u)" = "SK_d.1 raw" ]
}

if ! grep -q 'User Mode Linux' /proc/cpuinfo; then
	ktap_print_header
	echo "1..0 # SKIP the memory is seen from outside under User Mode Linux only"
	exit 4
fi
ktap_print_header
ktap_set_plan 6
pqike_modules
topology_up
trap 'mars_down; topology_down; pqike_modules_gone' EXIT
mars_up

run_test "a tunnel lives, and its peer is gone" tunnel_lives
for key in ESP-i ESP-r; do
	run_test "$key is in its cipher and nowhere else" in_one_cipher "$key"
done
run_test "what keys were made from is nowhere" nowhere living shared.0 SKEYSEED.0 \
	SK_d.0 SK_pi.0 SK_pr.0 SK_ei.0 SK_er.0 shared.1 SKEYSEED.1
run_test "when it has been deleted, no secret is anywhere" delete_all
run_test "control: a copy that is planted is found" planted_is_found
pqike_stop moon
ktap_finished
