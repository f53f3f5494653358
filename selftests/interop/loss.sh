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

# Which packets are lost depends on the seed alone: with these, several of the
# first twenty are.
wire_is_bad()
{
	impair moon delay 20ms 15ms loss 20% seed 2
	impair sun delay 20ms 15ms loss 20% seed 4
}

# lost GATEWAY COUNT: more packets than that on their way to it were lost
lost()
{
	tc -n wire -s -j qdisc show dev "$1" | jq -e ".[0].drops > $2"
}

# wire_was_bad: packets were lost in both directions; from now on none are.
# strongSwan that has answered a Delete forgets that it did.
wire_was_bad()
{
	local gateway

	for gateway in moon sun; do
		lost "$gateway" 2
		repair "$gateway"
	done
}

# life INITIATOR ROW: up, both SAs rekeyed by both sides
life()
{
	local who

	wire_is_bad
	begin "$1" "$2"
	for who in moon sun; do
		row_mark
		row_rekey "$who" "$2" child
		row_log sun 'outbound CHILD_SA net\{[0-9]+\} established'
		eventually row_answers "$2"
		row_rekey "$who" "$2" ike
		row_log sun 'IKE_SA r[0-9]+\[[0-9]+\] rekeyed'
		eventually row_answers "$2"
	done
	wire_was_bad
	row_down "$1" "$2"
}

# Eight tunnels at once, begun by both
together()
{
	local row tunnels=()

	wire_is_bad
	for row in 2 4 6 8; do
		begin moon "$row" &
		tunnels+=("$!")
		begin sun $((row + 1)) &
		tunnels+=("$!")
	done
	wait_for_all "${tunnels[@]}"
	wire_was_bad
	for row in 2 3 4 5 6 7 8 9; do
		row_down moon "$row"
	done
}

begin()
{
	eventually row_up "$@"
	eventually row_answers "$2"
}

# RFC 7296 section 2.1: pqike has no keys any more, and answers once more.
answer_to_delete_lost()
{
	local deletion

	row_up sun 1
	impair sun loss 100%
	row_down sun 1 &
	deletion=$!
	row_log moon 'r1: deleted'
	eventually lost sun 0
	repair sun
	wait "$deletion"
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
ktap_set_plan 5
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
row_test "strongSwan deletes, the answer is lost" 1 answer_to_delete_lost
run_test "eight tunnels begun by both sides, 20 % lost" together
run_test "nothing is left of them" all_gone
rows_stop
ktap_finished
