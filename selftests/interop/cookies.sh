#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Cookies (RFC 7296 section 2.6) that pqike asks of strongSwan while many IKE SAs
# are half-open, and those that strongSwan asks of pqike.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# From so many half-open IKE SAs on pqike asks for cookies.
half_open=32

# wire_drops_intermediate: no IKE_SA_INIT is followed by anything
wire_drops_intermediate()
{
	within wire nft -f - <<-END
	table netdev intermediate {
		chain from_gateways {
			type filter hook ingress devices = { moon, sun } priority 1
			udp dport 500 @th,208,8 43 drop
		}
	}
	END
}

wire_drops_nothing()
{
	within wire nft delete table netdev intermediate
}

# initiate ROW: strongSwan begins, and nobody waits
initiate()
{
	swanctl_on sun --initiate --ike "r$1" --child net --timeout -1
}

# The last of them gets a cookie, and comes up with it like the others.
pqike_asks()
{
	local row

	wire_drops_intermediate
	for ((row = 1; row <= half_open; row++)); do
		initiate "$row"
	done
	wait_for_lines "$half_open" "$run/sun/charon.log" \
		'parsed IKE_SA_INIT response 0 \[ SA KE' \
		"$(cat "$run/sun/charon.pid")" 1
	initiate "$row"
	row_log moon "$half_open IKE SAs are half-open: initiators must bring"
	row_log sun 'parsed IKE_SA_INIT response 0 \[ N\(COOKIE\) \]'
	wire_drops_nothing
	for ((row = 1; row <= half_open + 1; row++)); do
		eventually row_ping moon "$row" 1
	done
	row_log moon 'half-open: no more cookies are needed'
}

# strongSwan asks from the second half-open IKE SA of an address on.
strongswan_asks()
{
	local first=$((half_open + 2)) second=$((half_open + 3)) up=()

	wire_drops_intermediate
	row_up moon "$first" &
	up+=("$!")
	row_log sun 'generating IKE_SA_INIT response 0 \[ SA KE'
	row_up moon "$second" &
	up+=("$!")
	row_log sun 'generating IKE_SA_INIT response 0 \[ N\(COOKIE\) \]'
	wire_drops_nothing
	wait "${up[0]}"
	wait "${up[1]}"
	row_ping moon "$first"
	row_ping moon "$second"
}

ktap_print_header
ktap_set_plan 2
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
for ((number = 1; number <= half_open + 3; number++)); do
	row "$number"
done
charon_settings=(cookie_threshold_ip=1)
rows_start

row_test "strongSwan brings the cookie that pqike asks for" 1 pqike_asks
row_test "pqike brings the cookie that strongSwan asks for" 1 strongswan_asks
rows_stop
ktap_finished
