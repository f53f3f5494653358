#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Floods of IKE_SA_INIT from many addresses and from one IPv6 prefix, and of exchanges
# that are never finished: an established tunnel is rekeyed when it is time and loses
# no packet, who is honest gets in, and memory stays within its bound. The figures are
# those of docs/threat-model.md.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/hostile.sh
. ./lib/half_open_flood.sh
. ./lib/test.sh

# As in userspace/ike/half_open.h
half_open_max=1000
half_open_peer_max=100
# What a half-open IKE SA may take, in KiB: docs/threat-model.md says of what
kernel_each=96
helper_each=32

# IKE_SA_INIT requests that wait for an answer at any time
flood_ahead=512

# strongSwan sends a request again after 1 s: with four of these it took 5 s.
retransmissions_max=4

# figure WORDS...: said of the test that runs
figure()
{
	echo "$*" >>"$run/figures"
}

# flood_test NAME FUNCTION [ARGUMENT]...: with its figures
flood_test()
{
	: >"$run/figures"
	row_test "$1" "$tunnel" with_tunnel "${@:2}"
	while read -r line; do
		ktap_print_msg "$line"
	done <"$run/figures"
}

# with_tunnel FUNCTION [ARGUMENT]...: beside one that is up before, and nothing else
with_tunnel()
{
	pqike_stop moon
	pqike_run moon
	helper_group
	row_up moon "$tunnel"
	"$@"
	row_end moon "$tunnel"
}

tunnel=1
known=2
anybody=3

# retransmissions: those of strongSwan since row_mark
retransmissions()
{
	tail -n "+$((sun_mark + 1))" "$run/sun/charon.log" |
		grep -c 'retransmit [0-9]* of request' || :
}

# gets_in ROW: as often as the quiet machine needs it, and what is allowed
gets_in()
{
	local begun again

	row_mark
	begun=$(uptime_ms)
	row_up sun "$1"
	again=$(retransmissions)
	figure "${row_names[$1]} came in after $(($(uptime_ms) - begun)) ms," \
		"$again requests sent again"
	echo "$again" >"$run/again"
	row_ping sun "$1"
	row_end sun "$1"
}

quiet()
{
	gets_in "$known"
	cp "$run/again" "$run/again.quiet"
	gets_in "$anybody"
	is_rekeyed
}

gets_in_soon()
{
	gets_in "$1"
	[ "$(cat "$run/again")" -le \
		$((retransmissions_max + $(cat "$run/again.quiet"))) ]
}

# is_rekeyed: by its timer, and when either side asks for it; no packet is lost
is_rekeyed()
{
	local begun

	flood_start moon "$tunnel"
	row_mark
	begun=$(uptime_ms)
	row_log moon 'child net.*rekeyed'
	figure "the tunnel was rekeyed by its timer after $(($(uptime_ms) - begun)) ms"
	begun=$(uptime_ms)
	row_rekey moon "$tunnel" ike
	figure "its IKE SA was rekeyed in $(($(uptime_ms) - begun)) ms"
	row_rekey sun "$tunnel" child
	row_log sun 'outbound CHILD_SA net\{[0-9]+\} established'
	flood_stop
}

# serves: everybody but the flood
serves()
{
	is_rekeyed
	gets_in_soon "$known"
	gets_in_soon "$anybody"
}

# remembers NUMBER: memory is that of so many half-open IKE SAs at most
remembers()
{
	local kernel=$(($(kernel_kib) - kernel_before))
	local helper=$(($(pqike_resident_kib moon) - helper_before))

	figure "half-open IKE SAs: $(pqike_ike_sas moon | grep -c keyed)," \
		"kernel +$kernel KiB, helper +$helper KiB"
	[ "$kernel" -le $((kernel_each * $1 + receive_buffers)) ]
	[ "$helper" -le $((helper_each * $1)) ]
}

memory_before()
{
	kernel_before=$(kernel_kib)
	helper_before=$(pqike_resident_kib moon)
}

# receive_buffers: KiB, of twelve sockets, as the kernel doubles it
receive_buffers=$((12 * 2 * 4096))

# stateless NETWORK DESTINATION SOURCES: a flood that never brings a cookie. Established
# tunnels have a queue of their own, whoever brings a cookie too.
stateless()
{
	local before

	memory_before
	before=$(refused cookie_required)
	flood_of ./init_flood "$2" "$1" "$3" "$flood_ahead"
	eventually has_refused cookie_required 1000
	serves
	remembers $((2 * half_open_peer_max))
	figure "cookies asked for: $(($(refused cookie_required) - before))"
	flood_over "IKE_SA_INIT requests were sent"
}

# unfinished DESTINATION NETWORK SOURCES OCTETS HALF_OPEN: a flood that does
unfinished()
{
	memory_before
	flood_of hostile/unfinished.py "$1" "$2" "$3" "$4"
	eventually half_open_are "$5"
	serves
	remembers "$half_open_max"
	flood_over "exchanges were begun"
}

row "the tunnel" moon:child.rekey_time=8s moon:child.rand_time=0s \
	moon:child.life_time=60s
row "a known peer"
row "a peer from anywhere" moon:conn.remote_addrs=%any moon:conn.local_addrs=%any

ktap_print_header
ktap_set_plan 7
pqike_modules
topology_up
trap 'mars_down; topology_down; helper_group_gone; pqike_modules_gone' EXIT
mars_up
floods_topology
PYTHONDONTWRITEBYTECODE=1 hostile/init_request.py >"$run/init_request"
rows_start

flood_test "no flood" quiet
flood_test "IKE_SA_INIT from many addresses" \
	stateless "$mars_ipv4_network" "${outer_address[moon]}" 131072
flood_test "IKE_SA_INIT from one IPv6 prefix" \
	stateless "$mars_ipv6_prefix" "$moon_ipv6" 4000000000
flood_test "IKE_SA_INIT with a cookie, never gone on with" \
	unfinished "${outer_address[moon]}" "$mars_ipv4_network" 131072 0 \
	$((half_open_max * 9 / 10))
flood_test "IKE_SA_INIT with a cookie, from one IPv6 prefix" \
	unfinished "$moon_ipv6" "$mars_ipv6_prefix" 100000 0 \
	$((half_open_peer_max * 9 / 10))
flood_test "the largest IKE_SA_INIT, and fragments that are never completed" \
	unfinished "${outer_address[moon]}" "$mars_ipv4_network" 131072 \
	16384 $((half_open_max * 9 / 10))
run_test "nothing is left of them" rows_are_gone
rows_stop
ktap_finished
