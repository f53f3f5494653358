#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Many rekeys in a row under a flood of pings that loses none.
#
# PQIKE_ENDURANCE=full makes them as many as are promised, which takes long where
# the machine is emulated.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

case ${PQIKE_ENDURANCE:-short} in
full)
	child_rekeys=200
	ike_rekeys=50
	;;
*)
	child_rekeys=20
	ike_rekeys=6
	;;
esac

# rekeys ike|child COUNT REGEX: by either side in turn; the regex is for the line
# of strongSwan's log that ends one
rekeys()
{
	local what=$1 count=$2 regex=$3 number line log follower

	flood_start moon 1 -A
	exec {log}< <(exec tail --lines=0 --follow --sleep-interval=0.1 \
		"$run/sun/charon.log")
	follower=$!
	for ((number = 1; number <= count; number++)); do
		case $((number % 2)) in
		0) row_rekey moon 1 "$what" ;;
		1) row_rekey sun 1 "$what" ;;
		esac >/dev/null
		while read -r -t "$EVENT_SECONDS" -u "$log" line; do
			[[ ! $line =~ $regex ]] || break
		done
		[[ $line =~ $regex ]]
	done
	exec {log}<&-
	kill "$follower"
	flood_stop
	[ "$(row_list 1 | grep -c INSTALLED)" -eq 1 ]
	[ "$(row_list 1 | grep -c ESTABLISHED)" -eq 1 ]
}

# A flood that loses one packet is one that failed.
planted_loss()
{
	flood_start moon 1
	within wire nft -f - <<-END
	table netdev one {
		chain from_gateways {
			type filter hook ingress device moon priority 1
			ip protocol esp numgen inc mod 100 50 counter drop
		}
	}
	END
	flood_advance
	flood_advance
	flood_advance
	flood_advance
	flood_advance
	flood_advance
	within wire nft delete table netdev one
	! flood_stop
}

row "rekeys" child.esp_proposals=aes128gcm16-x25519-ke1_mlkem768

ktap_print_header
ktap_set_plan 3
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start
row_up moon 1 >/dev/null

row_test "control: a flood that loses a packet fails" 1 planted_loss
row_test "$child_rekeys Child rekeys (200 if full) with ML-KEM under a flood of pings, none lost" \
	1 rekeys child "$child_rekeys" 'outbound CHILD_SA net.* established'
flood_say
row_test "$ike_rekeys IKE rekeys (50 if full) with ML-KEM under a flood of pings, none lost" \
	1 rekeys ike "$ike_rekeys" 'IKE_SA r1.* rekeyed between'
flood_say
row_end moon 1 >/dev/null
rows_stop
ktap_finished
