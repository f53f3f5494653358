#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tunnels between pqike and strongSwan with a NAT between them that either is
# behind, and that changes its mind about ports; and tunnels at port 4500 from
# their first message on.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/nat_between.sh
. ./lib/tcp.sh
. ./lib/test.sh

# nat_port WHO: the port of the NAT that this gateway sends ESP to
nat_port()
{
	ip -n "$1" xfrm state list nokeys |
		awk '
		/^src / { to = $4 == "192.0.2.3" || $4 == "2001:db8::3" }
		to && /encap type espinudp / { print $7 }'
}

# behind WHO ROW: the one behind the NAT begins; packets go both ways
behind()
{
	row_up "$1" "$2"
	row_ping moon "$2"
	row_ping sun "$2"
	[ "$(nat_port "${peer_of[$1]}")" -ge 1 ]
}

# rekeys WHO ROW: both SAs, begun by this gateway, and packets go on
rekeys()
{
	row_rekey "$1" "$2" child
	[ "$1" = moon ] || row_log sun 'outbound CHILD_SA net\{[0-9]+\} established'
	row_ping moon "$2"
	row_rekey "$1" "$2" ike
	[ "$1" = moon ] || row_log sun 'IKE_SA r[0-9]+\[[0-9]+\] rekeyed'
	row_ping sun "$2"
	row_ping moon "$2"
}

port_is_not()
{
	local port

	port=$(nat_port "$1" | sort -u)
	[ -n "$port" ] && ! grep -q -x "$2" <<<"$port"
}

# The one behind it sends; the other goes on to where it came from.
port_changes()
{
	local outside port

	outside=${peer_of[$1]}
	port=$(nat_port "$outside" | sort -u)
	nat_forget
	eventually row_ping "$1" "$2" 1
	port_is_not "$outside" "$port"
	row_ping "$outside" "$2"
	row_rekey "$outside" "$2" child
	row_ping "$1" "$2"
	row_ping "$outside" "$2"
}

# in_transport_mode WHO ROW FROM TO: the one behind the NAT begins; checksums are of other addresses than those that the peer sees
in_transport_mode()
{
	local outside

	outside=${peer_of[$1]}
	row_up "$1" "$2"
	row_list "$2" | grep 'INSTALLED, TRANSPORT-in-UDP, ESP:'
	tcp_passes "$1" "$3" "$outside" "$4"
	row_rekey "$outside" "$2" child
	tcp_passes "$1" "$3" "$outside" "$4"
	row_rekey "$1" "$2" child
	tcp_passes "$1" "$3" "$outside" "$4"
	row_list "$2" | grep -E '^ +in .* [1-9][0-9]* packets'
	row_down "$1" "$2"
}

# A packet of one octet keeps the mapping alive (RFC 3948 section 2.3).
keepalive()
{
	within wire timeout "$EVENT_SECONDS" tcpdump -i nat -n -c 1 \
		--immediate-mode -Q in "udp port 4500 and udp[4:2] = 9 and
		udp[8] = 0xff" 2>&1
}

# No message of these two is at port 500.
at_4500()
{
	capture_start wire sun "$run/4500.pcap"
	row_up "$1" "$2"
	row_ping moon "$2"
	row_down "$1" "$2"
	capture_stop "$run/4500.pcap"
	[ "$(capture_count "$run/4500.pcap" "udp port 4500 and host $3 and
		($(ike_exchange 34))")" -eq 2 ]
	[ "$(capture_count "$run/4500.pcap" "host $3 and udp port 500")" -eq 0 ]
}

# ESP is in UDP on both sides, where nothing but the configuration asks for it.
at_4500_esp()
{
	local gateway

	row_up "$1" "$2"
	row_ping moon "$2"
	for gateway in moon sun; do
		[ "$(ip -n "$gateway" xfrm state list nokeys |
			grep -c 'encap type espinudp sport 4500 dport 4500')" -eq 2 ]
	done
	row_down "$1" "$2"
}

all_gone()
{
	rows_are_gone
	eventually has_no_ike_sa moon
	eventually has_no_ike_sa sun
}

row "NAT before pqike" moon:conn.local_addrs=198.51.100.1 \
	sun:conn.remote_addrs=%any
row "NAT before strongSwan" sun:conn.local_addrs=203.0.113.1 \
	sun:conn.remote_addrs=192.0.2.4 \
	moon:conn.local_addrs=192.0.2.4 moon:conn.remote_addrs=%any
row "port 4500 at once" conn.remote_port=4500 sun:conn.local_port=4500 \
	moon:conn.local_port=4500
row "UDP encapsulation without a NAT" conn.encap=yes
row "IPv6 NAT before pqike" moon:conn.local_addrs=2001:db8:1::1 \
	conn.remote_addrs=2001:db8::15 sun:conn.local_addrs=2001:db8::15 \
	sun:conn.remote_addrs=%any
row "IPv6 NAT before strongSwan" sun:conn.local_addrs=2001:db8:2::1 \
	conn.remote_addrs=2001:db8::4 moon:conn.local_addrs=2001:db8::4 \
	moon:conn.remote_addrs=%any

row "transport mode, NAT before pqike" moon:conn.local_addrs=198.51.100.1 \
	sun:conn.remote_addrs=%any child.mode=transport \
	child.local_ts=dynamic child.remote_ts=dynamic
row "transport mode, NAT before strongSwan" sun:conn.local_addrs=203.0.113.1 \
	sun:conn.remote_addrs=192.0.2.4 child.mode=transport \
	moon:conn.local_addrs=192.0.2.4 moon:conn.remote_addrs=%any \
	child.local_ts=dynamic child.remote_ts=dynamic

ktap_print_header
ktap_set_plan 28
pqike_modules
topology_up
nat_up
trap 'topology_down; nat_down; pqike_modules_gone' EXIT
ip -n moon address add 192.0.2.4/24 dev wire
nat_route moon "${row_sun[1]}"
nat_route moon "${row_sun[7]}"
nat_route sun 192.0.2.4
ip -n moon address add 2001:db8::4/64 dev wire nodad
ip -n sun address add 2001:db8::15/64 dev wire nodad
nat_route moon 2001:db8::15
nat_route sun 2001:db8::4
rows_start

row_test "pqike behind a NAT" 1 behind moon 1
row_test "strongSwan behind a NAT" 2 behind sun 2
row_test "pqike behind a NAT, rekeys by pqike" 1 rekeys moon 1
row_test "pqike behind a NAT, rekeys by strongSwan" 1 rekeys sun 1
row_test "strongSwan behind a NAT, rekeys by pqike" 2 rekeys moon 2
row_test "strongSwan behind a NAT, rekeys by strongSwan" 2 rekeys sun 2
row_test "pqike behind a NAT that changes the port" 1 port_changes moon 1
row_test "strongSwan behind a NAT that changes the port" 2 port_changes sun 2
row_test "pqike behind a NAT keeps the mapping alive" 1 keepalive
row_test "pqike behind a NAT, taken down" 1 row_end moon 1
row_test "strongSwan behind a NAT, taken down" 2 row_end sun 2
row_test "pqike -> strongswan at port 4500 from the first message on" 3 \
	at_4500 moon 3 "${row_sun[3]}"
row_test "strongswan -> pqike at port 4500 from the first message on" 3 \
	at_4500 sun 3 "${row_sun[3]}"
row_test "pqike -> strongswan UDP encapsulation without a NAT" 4 \
	at_4500_esp moon 4
row_test "strongswan -> pqike UDP encapsulation without a NAT" 4 \
	at_4500_esp sun 4
row_test "IPv6: pqike behind a NAT" 5 behind moon 5
row_test "IPv6: strongSwan behind a NAT" 6 behind sun 6
row_test "IPv6: pqike behind a NAT, rekeys by pqike" 5 rekeys moon 5
row_test "IPv6: pqike behind a NAT, rekeys by strongSwan" 5 rekeys sun 5
row_test "IPv6: strongSwan behind a NAT, rekeys by pqike" 6 rekeys moon 6
row_test "IPv6: strongSwan behind a NAT, rekeys by strongSwan" 6 rekeys sun 6
row_test "IPv6: pqike behind a NAT that changes the port" 5 port_changes moon 5
row_test "IPv6: strongSwan behind a NAT that changes the port" 6 port_changes sun 6
row_test "IPv6: pqike behind a NAT, taken down" 5 row_end moon 5
row_test "IPv6: strongSwan behind a NAT, taken down" 6 row_end sun 6
row_test "transport mode, pqike behind a NAT" 7 in_transport_mode moon 7 \
	198.51.100.1 "${row_sun[7]}"
row_test "transport mode, strongSwan behind a NAT" 8 in_transport_mode sun 8 \
	203.0.113.1 192.0.2.4
run_test "nothing is left of them" all_gone
rows_stop
ktap_finished
