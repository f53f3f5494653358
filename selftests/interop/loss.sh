#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tunnels between pqike and strongSwan over a wire that loses a fifth of all
# packets and delivers the rest in another order.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/impair.sh
. ./lib/test.sh

answers()
{
	ip netns exec moon ping -q -n -c 1 -W 1 -I "$(inner_of moon "$1").1" \
		"$(inner_of sun "$1").1"
}

wire_is_bad()
{
	local gateway

	for gateway in moon sun; do
		impair "$gateway" delay 20ms 15ms loss 20%
	done
}

# wire_was_bad: packets were lost in both directions; from now on none are. A
# peer that has answered a Delete may forget that it did.
wire_was_bad()
{
	local gateway

	for gateway in moon sun; do
		tc -n wire -s -j qdisc show dev "$gateway" |
			jq -e '.[0].drops > 2'
		repair "$gateway"
	done
}

# life INITIATOR ROW: up, both SAs rekeyed by both sides
life()
{
	local who

	wire_is_bad
	eventually row_up "$1" "$2"
	eventually answers "$2"
	for who in moon sun; do
		row_mark
		row_rekey "$who" "$2" child
		row_log sun 'outbound CHILD_SA net{[0-9]+} established'
		eventually answers "$2"
		row_rekey "$who" "$2" ike
		row_log sun 'IKE_SA r[0-9]+\[[0-9]+\] rekeyed'
		eventually answers "$2"
	done
	wire_was_bad
	row_down "$1" "$2"
}

# Eight tunnels at once, begun by both
together()
{
	local row attempts=()

	wire_is_bad
	for row in 2 3 4 5 6 7 8 9; do
		if [ $((row % 2)) -eq 0 ]; then
			eventually row_up moon "$row" &
		else
			eventually row_up sun "$row" &
		fi
		attempts+=("$!")
	done
	wait_for_all "${attempts[@]}"
	for row in 2 3 4 5 6 7 8 9; do
		eventually answers "$row"
	done
	wire_was_bad
	for row in 2 3 4 5 6 7 8 9; do
		row_down moon "$row"
	done
}

wait_for_all()
{
	local attempt

	for attempt in "$@"; do
		wait "$attempt"
	done
}

all_gone()
{
	eventually has_no_ike_sa moon
	eventually has_no_ike_sa sun
	rows_are_gone
}

ktap_print_header
ktap_set_plan 4
pqike_modules
modprobe sch_netem
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
for number in 1 2 3 4 5 6 7 8 9; do
	row "$number" child.esp_proposals=aes128gcm16-x25519-ke1_mlkem768
done
rows_start

row_test "pqike -> strongswan 20 % lost, the rest out of order" 1 life moon 1
row_test "strongswan -> pqike 20 % lost, the rest out of order" 1 life sun 1
run_test "eight tunnels begun by both sides, 20 % lost" together
run_test "nothing is left of them" all_gone
rows_stop
ktap_finished
