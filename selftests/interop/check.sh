#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What pqike check finds of a gateway whose packets go past the tunnels, or nowhere;
# and that it finds nothing where all is well.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# check_says CHECK REGEX: of the configuration that is there
check_says()
{
	{ pqike_on moon check --config "$run/moon/pqike.conf" \
		--control "$run/moon/pqike.control" || :; } >"$run/check.out"
	tr -s ' \n' ' ' <"$run/check.out" |
		sed 's/ \(ok\|nothing\|warning\|FAILED\) \([a-z-]*:\)/\n\1 \2/g' |
		grep " $1: " | tee "$run/said"
	grep -E "^$2" "$run/said"
}

# tells_use: whether the kernel says when an ESP SA was used last
tells_use()
{
	case $(uname -r) in
	6.1.*)	return 1 ;;
	esac
}

far_peer=203.0.113.2

# route COMMAND [ARGUMENT]...
route()
{
	ip -n moon route "$@"
}

# says_none_is_silent: or, once packets were sent, that this kernel cannot tell
says_none_is_silent()
{
	if tells_use; then
		check_says silence 'ok silence: none of 1 Child SA '
	else
		check_says silence 'nothing silence: this kernel does not say '
	fi
}

# The tunnel is up, and has been for long; what a system has that has no flowtable.
clean()
{
	local check

	row_up moon 1
	row_ping moon 1
	route add "$far_peer" via "${outer_address[sun]}"
	for check in addresses policies routes forwarding flowtables mtu; do
		check_says "$check" "ok $check: "
	done
	route del "$far_peer"
	says_none_is_silent
	row_down moon 1
}

default_into_own()
{
	route add default dev pq0
	check_says routes "warning routes: connection r2: .* peer $far_peer .* xfrm interface pq0 of its child net: .* try: ip route add $far_peer via "
	route add "$far_peer" via "${outer_address[sun]}"
	check_says routes 'ok routes: IKE to 3 peers '
	route del "$far_peer"
	route del default
}

no_route()
{
	check_says routes "FAILED routes: connection r2: no route to its peer $far_peer: Network is unreachable try: ip route add $far_peer via "
	check_says mtu 'ok mtu: .* 2 peers'
}

not_here()
{
	configure 's/local_addrs = .*/local_addrs = 192.0.2.77/'
	check_says addresses 'FAILED addresses: connection r1: 192.0.2.77 of local_addrs is not an address of this host; and so of 2 more '
	configure ''
}

# A rule for what comes from within is how a gateway has a default route into a
# tunnel beside that of its own.
default_in_table()
{
	route add default via "${outer_address[sun]}"
	route add default dev pq0 table 100
	ip -n moon rule add from 10.1.2.0/24 lookup 100
	check_says routes 'ok routes: '
	ip -n moon rule del from 10.1.2.0/24 lookup 100
	route del default
}

peer_into_none()
{
	ip -n moon link add stray0 type xfrm if_id 99
	ip -n moon link set stray0 up
	route add "$far_peer" dev stray0
	check_says routes 'warning routes: connection r2: .* stray0 of no child: '
	ip -n moon link del stray0
}

# r3 is within the tunnel of r2.
tunnel_in_tunnel()
{
	route add "$far_peer" via "${outer_address[sun]}"
	route add "${row_sun[3]}" dev pq0
	check_says routes 'ok routes: '
	route del "${row_sun[3]}" dev pq0
	route del "$far_peer"
}

# sets VALUE: whether moon forwards packets of IPv4
sets()
{
	within moon sysctl -q -w "net.ipv4.ip_forward=$1"
}

forwarding()
{
	sets 0
	check_says forwarding 'warning forwarding: child r1.net: net.ipv4.ip_forward is 0: .* 10.1.1.0/24 do not; and so of 2 more try: sysctl -w net.ipv4.ip_forward=1'
	configure 's,local_ts = 10.1.*,local_ts = 10.1.0.1/32,'
	check_says forwarding 'ok forwarding: '
	configure ''
	sets 1
	check_says forwarding 'ok forwarding: '
}

# flowtable DEVICES RULE
flowtable()
{
	within moon nft -f - <<-END
	table inet fast {
		flowtable lane {
			hook ingress priority 0
			$1
		}
		chain forward {
			type filter hook forward priority 0
			$2
		}
	}
	END
}

no_flowtable()
{
	within moon nft delete table inet fast
}

flowtables()
{
	flowtable 'devices = { wire }' 'meta l4proto { tcp, udp } flow add @lane'
	check_says flowtables 'warning flowtables: child r1.net: the flowtable fast lane .* and so of 1 more try: .* xfrm_interface = '
	configure 's/\(remote_ts = .*\)/\1\nxfrm_interface = pq0/'
	check_says flowtables 'ok flowtables: no child depends on '
	configure ''
	no_flowtable
	flowtable 'devices = { wire }' 'accept'
	check_says flowtables 'ok flowtables: none forwards '
	no_flowtable
	flowtable '' 'meta l4proto tcp flow add @lane'
	check_says flowtables 'ok flowtables: none forwards '
	no_flowtable
}

# configure EXPRESSION: moon's configuration as it was, but for what sed makes of it
configure()
{
	rows_configure
	sed -i "$1" "$run/moon/pqike.conf"
}

# lose_esp: what sun sends
lose_esp()
{
	within wire nft -f - <<-END
	table netdev lose {
		chain from_sun {
			type filter hook ingress device sun priority 1
			ip protocol esp drop
		}
	}
	END
}

pass_esp()
{
	within wire nft delete table netdev lose
}

# clock_set OFFSET: by seconds. The shell counts the seconds of its waits by this
# clock: they come when it is right again.
clock_set()
{
	date --set "@$(($(date +%s) + $1))"
}

# silence REGEX: ESP is lost, for two minutes by the clock, and check says so
silence()
{
	local lost=0 said=0

	lose_esp
	clock_set 120
	row_answers 1 || lost=1
	if tells_use; then
		check_says silence "warning silence: child r1.net: $1" || said=1
	else
		says_none_is_silent || said=1
	fi
	clock_set -120
	pass_esp
	[ "$lost$said" = 10 ]
	row_down moon 1
}

silent()
{
	row_up moon 1
	row_ping moon 1
	silence '.* nothing has come for 2 min .* try: let ESP '
}

# Of a Child SA by which nothing came ever
never_heard()
{
	row_up moon 1
	silence ''
}

# What is idle, and what is answered after it was, is not silent.
idle()
{
	local said=0

	row_up moon 1
	row_ping moon 1
	clock_set 120
	says_none_is_silent || said=1
	row_answers 1 || said=1
	says_none_is_silent || said=1
	clock_set -120
	[ "$said" -eq 0 ]
	row_down moon 1
}

row "policies" child.life_time=1h child.rekey_time=50m
row "interface" conn.remote_addrs="$far_peer" child.xfrm_interface=pq0 \
	sun:child.xfrm_interface= sun:conn.remote_addrs="192.0.2.1"
row "another" child.life_time=1h

ktap_print_header
ktap_set_plan 13
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start
sets 1

row_test "a gateway where all is well" 1 clean
run_test "no route to a peer" no_route
run_test "no address of local_addrs is here" not_here
run_test "a default route into the tunnel that IKE is to make" default_into_own
run_test "a default route in a table of its own" default_in_table
run_test "a route to a peer into nothing" peer_into_none
run_test "a tunnel in a tunnel" tunnel_in_tunnel
run_test "a gateway that does not forward" forwarding
run_test "flowtables" flowtables
row_test "ESP is lost after it had come" 1 silent
row_test "ESP is lost from the beginning" 1 never_heard
row_test "a tunnel that is idle" 1 idle
run_test "nothing is left" rows_are_gone
rows_stop
ktap_finished
