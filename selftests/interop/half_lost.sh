#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A wire that loses one kind of packet only: the requests for a rekey that pqike
# sends while strongSwan rekeys too, or ESP while IKE passes.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# An IKE header has the exchange type in octet 18 and the flags in octet 19, of which
# 0x20 says that the message is a response.
lose_requests_of_moon()
{
	within wire nft -f - <<-END
	table netdev half {
		chain from_gateways {
			type filter hook ingress devices = { moon, sun } priority 1
			iifname moon udp dport 500 @th,208,8 36 @th,216,8 & 0x20 == 0 counter drop
		}
	}
	END
}

lose_esp()
{
	within wire nft -f - <<-END
	table netdev half {
		chain from_gateways {
			type filter hook ingress devices = { moon, sun } priority 1
			ip protocol esp counter drop
		}
	}
	END
}

lose_nothing()
{
	within wire nft delete table netdev half
}

# lost COUNT: so many, or more, of what is to be lost
lost()
{
	[ "$(within wire nft -j list table netdev half |
		jq '[.. | .counter? | objects | .packets] | add')" -ge "$1" ]
}

# The third loss is that of 3 s after the first: it was sent again after 1 and 2 s.
own_rekey_lost()
{
	local rekey

	row_up "$1" 1
	row_ping moon 1
	flood_start moon 1
	lose_requests_of_moon
	row_rekey moon 1 child &
	rekey=$!
	eventually lost 1
	row_rekey sun 1 child
	row_log moon 'child net rekeyed with'
	flood_advance
	eventually lost 3
	lose_nothing
	# either outcome, as long as there is one Child SA in the end
	wait "$rekey" || :
	eventually row_has_one_child 1
	flood_stop
	row_ping sun 1
	row_end moon 1
	eventually rows_are_gone
}

# Liveness checks are answered, both sides rekey, nothing is sent in the clear.
esp_lost()
{
	local who

	row_up moon 2
	row_ping moon 2
	lose_esp
	for who in moon sun; do
		expect_failure "$run/pings" row_answers 2
		row_mark
		row_rekey "$who" 2 child
		row_log sun 'outbound CHILD_SA net\{[0-9]+\} established'
		row_rekey "$who" 2 ike
		row_log sun 'IKE_SA r2\[[0-9]+\] rekeyed'
	done
	lost 2
	lose_nothing
	row_ping moon 2
	row_ping sun 2
	eventually row_has_one_child 2
	row_end moon 2
	eventually rows_are_gone
}

row "CREATE_CHILD_SA requests are lost" \
	child.esp_proposals=aes128gcm16-x25519-ke1_mlkem768
row "ESP is lost" moon:conn.dpd_delay=1s moon:child.dpd_action=clear

ktap_print_header
ktap_set_plan 3
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

row_test "pqike -> strongSwan, own CREATE_CHILD_SA lost for 3 s while the peer rekeys" \
	1 own_rekey_lost moon
row_test "strongSwan -> pqike, own CREATE_CHILD_SA lost for 3 s while the peer rekeys" \
	1 own_rekey_lost sun
row_test "ESP is lost while IKE passes" 2 esp_lost
rows_stop
ktap_finished
