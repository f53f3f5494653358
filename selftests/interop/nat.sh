#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A gateway behind a NAT that moves it to other ports and to another address.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh
. ./lib/nat.sh

# Length 9: the UDP header and one octet (RFC 3948 section 2.3)
keepalive="udp port 4500 and udp[4:2] = 9 and udp[8] = 0xff"

sees_keepalive()
{
	[ "$(capture_count "$run/wire.pcap" "$keepalive")" -gt 0 ]
}

esp_only_in_udp()
{
	[ "$(capture_count "$run/wire.pcap" esp)" -eq 0 ]
	[ "$(capture_count "$run/wire.pcap" "$(esp_packet)")" -gt 0 ]
	[ "$(capture_count "$run/wire.pcap" "$(plain_packet)")" -eq 0 ]
}

# through_nat SUN_KIND: up, both ways, kept alive
through_nat()
{
	gateways_start pqike "$1"
	up moon
	log moon 'this side is behind a NAT'
	inner_ping moon 56
	inner_ping sun 56
	inner_ping moon 1300
	eventually sees_keepalive
	esp_only_in_udp
	down moon
	expect_all_gone
	gateways_stop
}

# ESP from the new port is what tells sun.
port_changes()
{
	nat_masquerade 20000-20099
	gateways_start pqike pqike
	up moon
	log sun 'the peer is behind a NAT'
	inner_ping moon 56
	nat_masquerade 30000-30099
	inner_ping moon 56
	log sun 'moved it from 192.0.2.1:200[0-9]+ to 192.0.2.1:300[0-9]+'
	inner_ping sun 56
	down moon
	expect_all_gone
	gateways_stop
}

# A message of IKE from the new port is what tells sun.
port_changes_without_esp()
{
	nat_masquerade 20000-20099
	gateways_start pqike pqike
	up moon
	nat_masquerade 30000-30099
	down moon
	log sun 'moved it from 192.0.2.1:200[0-9]+ to 192.0.2.1:300[0-9]+'
	expect_all_gone
	gateways_stop
}

address_changes()
{
	nat_masquerade 20000-20099
	# The kernel holds a tunnel to the addresses of its connection.
	gateways_start pqike pqike sun:remote_address=192.0.2.0/24
	up moon
	inner_ping moon 56
	nat_move_to 192.0.2.3 40000-40099
	inner_ping moon 56 1 || :
	log sun 'moved it from 192.0.2.1:200[0-9]+ to 192.0.2.3:400[0-9]+'
	eventually inner_ping sun 56 1
	inner_ping moon 56
	down moon
	expect_all_gone
	gateways_stop
	nat_move_to 192.0.2.1 20000-20099
}

ktap_print_header
ktap_set_plan 5
pqike_modules
topology_up
nat_up
trap 'nat_down; topology_down; pqike_modules_gone' EXIT

run_test "pqike and strongSwan through a NAT" through_nat strongswan
run_test "pqike and pqike through a NAT" through_nat pqike
run_test "the port changes: ESP tells" port_changes
run_test "the port changes: IKE tells" port_changes_without_esp
run_test "the address changes" address_changes
ktap_finished
