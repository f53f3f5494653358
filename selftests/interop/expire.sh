#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Lifetimes between pqike and strongSwan by packets, octets and time: at the soft
# limit pqike rekeys, at the hard one nothing more is sent.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# rekeyed_after INITIATOR ROW PINGS SIZE: the Child SA, once, by pqike
rekeyed_after()
{
	row_up "$1" "$2"
	row_ping moon "$2" "$3" "$4"
	row_log moon "r$2: child net rekeyed with"
	row_ping moon "$2"
	row_ping sun "$2"
	row_list "$2" | grep 'INSTALLED, TUNNEL, ESP:.*/KE1_ML_KEM_768$'
	row_down moon "$2"
}

ike_rekeyed()
{
	row_up "$1" "$2"
	row_log moon "r$2: rekeyed with"
	row_ping moon "$2"
	row_down moon "$2"
}

# The peer hears no IKE: the soft limit leads to nothing, and at the hard one xfrm
# sends no more, until the peer is there again.
nothing_sent()
{
	local received

	row_up moon "$1"
	silent_start sun input 'udp dport 500 drop'
	within moon ping -q -n -i 0.02 -c 60 -W 1 \
		-I "${inner_of[moon]}.$1.1" "${inner_of[sun]}.$1.1" |
		tee "$run/pings" || :
	silent_stop sun
	# of the rekey that the soft limit asked for, or because it is wanted
	eventually row_answers "$1"
	received=$(awk '/received/ { print $4 }' "$run/pings")
	[ "$received" -ge 35 ]
	[ "$received" -le 40 ]
	row_down moon "$1"
}

# Both meet the limit with the same packet and rekey: in the end one Child SA comes of
# it, five times over, and no packet is lost.
same_limits()
{
	row_up "$1" "$2"
	flood_start moon "$2" -s "$3"
	wait_for_lines 5 "$run/moon/pqike.log" "r$2: child net rekeyed with" \
		"$(cat "$run/moon/pqike.pid")" $((moon_mark + 1))
	flood_stop
	eventually row_has_one_child "$2"
	row_ping moon "$2"
	row_ping sun "$2"
	row_down moon "$2"
}

rekeys=child.esp_proposals=aes128gcm16-x25519-ke1_mlkem768
row "packets" "$rekeys" moon:child.rekey_packets=20 \
	moon:child.life_packets=10000 moon:child.rand_packets=0
row "octets" "$rekeys" moon:child.rekey_bytes=20000 \
	moon:child.life_bytes=10000000 moon:child.rand_bytes=0
row "time" "$rekeys" moon:child.rekey_time=3s moon:child.life_time=1h \
	moon:child.rand_time=0s
row "time of the IKE SA" moon:conn.rekey_time=3s moon:conn.over_time=1h \
	moon:conn.rand_time=0s
row "hard limit" "$rekeys" moon:child.rekey_packets=20 \
	moon:child.life_packets=40 moon:child.rand_packets=0
row "packets on both sides" "$rekeys" child.rekey_packets=40 \
	child.life_packets=10000 child.rand_packets=0
row "octets on both sides" "$rekeys" child.rekey_bytes=40000 \
	child.life_bytes=10000000 child.rand_bytes=0

ktap_print_header
ktap_set_plan 14
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

for who in moon:pqike sun:strongSwan; do
	row_test "begun by ${who#*:}: rekeyed after 20 packets" 1 \
		rekeyed_after "${who%:*}" 1 30 56
	row_test "begun by ${who#*:}: rekeyed after 20000 octets" 2 \
		rekeyed_after "${who%:*}" 2 30 1200
	row_test "begun by ${who#*:}: rekeyed after 3 s" 3 \
		rekeyed_after "${who%:*}" 3 1 56
	row_test "begun by ${who#*:}: the IKE SA is rekeyed after 3 s" 4 \
		ike_rekeyed "${who%:*}" 4
	row_test "begun by ${who#*:}: both rekey after the same 40 packets" 6 \
		same_limits "${who%:*}" 6 56
	row_test "begun by ${who#*:}: both rekey after the same 40000 octets" 7 \
		same_limits "${who%:*}" 7 1000
done
row_test "after 40 packets none is sent, and then again" 5 nothing_sent 5
run_test "nothing is left of them" rows_are_gone
rows_stop
ktap_finished
