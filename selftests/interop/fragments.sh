#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fragments of IKE messages (RFC 7383) between pqike and strongSwan, in 576
# octets and in 1280: as they are and the last first; and in 576 each twice, and
# some lost at first.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/impair.sh
. ./lib/test.sh

# life INITIATOR ROW: IKE_INTERMEDIATE, CREATE_CHILD_SA and IKE_FOLLOWUP_KE of
# both sides, all with ML-KEM-1024
life()
{
	local who

	row_up "$1" "$2"
	row_ping moon "$2"
	for who in moon sun; do
		row_mark
		row_rekey "$who" "$2" child
		row_log sun 'outbound CHILD_SA net\{[0-9]+\} established'
		row_rekey "$who" "$2" ike
		row_log sun 'IKE_SA r[0-9]+\[[0-9]+\] rekeyed'
		row_ping moon "$2"
	done
	row_list "$2" | grep 'INSTALLED, TUNNEL, ESP:.*/KE1_ML_KEM_1024$'
	row_down "$1" "$2"
}

# fits SIZE: no IP packet of IKE was larger. A fragment has a number in it.
fits()
{
	local gateway

	capture_stop "$run/wire.pcap"
	for gateway in "${outer_address[moon]}" "${row_sun[1]}"; do
		[ "$(capture_count "$run/wire.pcap" \
			"src host $gateway and $(ike_fragment)")" -ge 10 ]
		[ "$(capture_count "$run/wire.pcap" "src host $gateway and
			udp port 500 and ip[2:2] > $1")" -eq 0 ]
	done
}

reversed()
{
	local gateway

	for gateway in moon sun; do
		reverse_fragments "$gateway"
	done
	life "$@"
	for gateway in moon sun; do
		[ "$(reversed_fragments "$gateway")" -ge 4 ]
		repair "$gateway"
	done
}

duplicated()
{
	local gateway

	for gateway in moon sun; do
		impair "$gateway" duplicate 100%
	done
	life "$@"
	for gateway in moon sun; do
		repair "$gateway"
	done
}

lost()
{
	lose_fragments
	life "$@"
	[ "$(lost_fragments)" -ge 4 ]
	lose_no_fragments
}

both()
{
	row_test "pqike -> strongswan fragments of $size, $1" 1 "$2" moon 1
	row_test "strongswan -> pqike fragments of $size, $1" 1 "$2" sun 1
}

all_gone()
{
	eventually has_no_ike_sa moon
	eventually has_no_ike_sa sun
	rows_are_gone
}

# What a failed test has left on the wire
wire_repaired()
{
	local gateway

	for gateway in moon sun; do
		repair "$gateway" 2>/dev/null || :
	done
	lose_no_fragments 2>/dev/null || :
}

ktap_print_header
ktap_set_plan 16
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
modprobe -a sch_netem sch_prio cls_u32
suite=aes128gcm16-prfsha256-x25519-ke1_mlkem1024

for size in 576 1280; do
	# strongSwan's is that of the IP packet
	charon_settings=("fragment_size=$size")
	row_names=('')
	row_settings=('')
	row "$size" "conn.proposals=$suite" \
		child.esp_proposals=aes128gcm16-x25519-ke1_mlkem1024 \
		"moon:conn.fragment_size=$((size - 28))"
	capture_start wire moon "$run/wire.pcap"
	rows_start
	both "as they are" life
	run_test "no message is longer than $size" fits "$size"
	conditions=("the last first:reversed")
	[ "$size" -eq 1280 ] ||
		conditions+=("each twice:duplicated" "some lost:lost")
	for condition in "${conditions[@]}"; do
		both "${condition%:*}" "${condition#*:}"
		wire_repaired
	done
	run_test "nothing is left of them" all_gone
	rows_stop
done
ktap_finished
