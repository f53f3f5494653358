#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Route-based tunnels through xfrm interfaces that pqike makes: there before the
# tunnels and after them, whatever happens to these, and gone with their last user.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# link NAME FILTER: what `ip -d link` says of an interface of moon
link()
{
	ip -n moon -d -j link show dev "$1" | jq -r ".[0]$2"
}

has_no_link()
{
	! ip -n moon link show dev "$1" 2>/dev/null
}

# shellcheck disable=SC2317 # eventually runs it
has_link()
{
	ip -n moon link show dev "$1" >"$run/link" 2>&1
}

# route_into NAME ROW: what is for the peer's network of ROW goes into NAME
route_into()
{
	ip -n moon route replace "${inner_of[sun]}.$2.0/24" dev "$1"
}

made()
{
	[ "$(link pq1 .linkinfo.info_data.if_id)" = 0x2a ]
	[ "$(link pq0 .linkinfo.info_data.if_id)" != 0x2a ]
	for name in pq0 pq1 pq3; do
		link "$name" .flags | grep '"UP"'
		[ "$(link "$name" .ifalias)" = "made by pqike" ]
		[ "$(link "$name" .mtu)" -eq 1400 ]
	done
	[ "$(link own0 .ifindex)" -eq "$own_index" ]
	[ "$(link own0 .ifalias)" = null ]
	[ "$(link own0 .mtu)" -eq 1500 ]
}

# ping_out ROW: moon pings sun, and all is answered
ping_out()
{
	within moon ping -q -n -i 0.02 -c 4 -W 10 \
		-I "${inner_of[moon]}.$1.1" "${inner_of[sun]}.$1.1"
}

blocked()
{
	! within moon ping -q -n -c 1 -W 1 \
		-I "${inner_of[moon]}.$1.1" "${inner_of[sun]}.$1.1"
}

# The route alone says what goes in.
carries()
{
	local name=$3 sent

	route_into "$name" "$2"
	blocked "$2"
	row_up "$1" "$2"
	sent=$(ip -n moon -s -j link show dev "$name" |
		jq '.[0].stats64.tx.packets')
	ping_out "$2"
	row_ping sun "$2"
	[ "$(ip -n moon -s -j link show dev "$name" |
		jq '.[0].stats64.tx.packets')" -eq $((sent + 6)) ]
	ip -n moon route del "${inner_of[sun]}.$2.0/24" dev "$name"
	blocked "$2"
	route_into "$name" "$2"
	ping_out "$2"
	row_down "$1" "$2"
	blocked "$2"
}

# Each with a rekeying of the IKE SA and of the child, by both sides.
rekeyed()
{
	local index who what

	index=$(link pq0 .ifindex)
	row_up moon 1
	flood_start moon 1
	for who in moon sun; do
		for what in ike child; do
			row_mark
			row_rekey "$who" 1 "$what"
			case $what in
			ike) row_log sun 'IKE_SA .*rekeyed between|IKE_SA [a-z0-9]+\[[0-9]+\] rekeyed' ;;
			child) row_log moon 'r1: child net rekeyed' ;;
			esac
			flood_advance
		done
	done
	flood_stop
	[ "$(link pq0 .ifindex)" -eq "$index" ]
	row_down moon 1
}

# A packet is enough, over a route that was there before.
trapped()
{
	route_into pq3 4
	eventually within moon ping -q -n -c 1 -W 1 \
		-I "${inner_of[moon]}.4.1" "${inner_of[sun]}.4.1"
	ping_out 4
	row_down moon 4
}

# The largest packet that goes in whole; and a connection over a path that is
# smaller than this side believes.
sizes()
{
	row_up moon 1
	within moon ping -q -n -c 2 -i 0.02 -W 10 -M 'do' -s 1372 \
		-I 10.1.1.1 10.2.1.1
	expect_failure "$run/too-long" within moon \
		ping -n -c 1 -W 1 -M 'do' -s 1373 -I 10.1.1.1 10.2.1.1
	grep 'Message too long' "$run/too-long"
	ip -n moon link set wire mtu 1300
	within sun timeout "$EVENT_SECONDS" \
		perl -MIO::Socket::INET -e 'print length(join("",
			IO::Socket::INET->new(LocalAddr => "10.2.1.1:5001",
			Listen => 1, ReuseAddr => 1)->accept->getlines))' \
		>"$run/length" &
	eventually listens
	within moon timeout "$EVENT_SECONDS" \
		perl -MIO::Socket::INET -e 'IO::Socket::INET->new(
			LocalAddr => "10.1.1.1", PeerAddr => "10.2.1.1:5001"
			)->print("line of 16 byte\n" x 20000)'
	wait "$!"
	ip -n moon route get 10.2.1.1 from 10.1.1.1 | grep -E ' mtu 12[0-9]{2}'
	ip -n moon link set wire mtu 1500
	[ "$(cat "$run/length")" -eq 320000 ]
	row_down moon 1
}

# shellcheck disable=SC2317 # eventually runs it
listens()
{
	[ -n "$(within sun ss -H -l -t -n "sport = :5001")" ]
}

# check_says WORDS: what pqike check finds of the configuration that is there
check_says()
{
	{ pqike_on moon check --config "$run/moon/pqike.conf" || :; } |
		grep -A 3 ' interfaces: ' | tr -s ' \n' ' ' | tee "$run/said"
	grep -E "$1" "$run/said"
}

# A helper that is not to run with these settings is not told of them.
shown()
{
	local if_id

	if_id=$(($(link pq0 .linkinfo.info_data.if_id)))
	row_up moon 1
	row_ike_sa 1 | jq -e --argjson if_id "$if_id" '.child_sas[0] |
		.interface == "pq0" and .if_id_in == $if_id and
		.if_id_out == $if_id'
	pqike_on moon show r1 | grep -x "  *interface: *pq0, if_id $if_id"
	row_down moon 1
	check_says '^ok interfaces: the xfrm interfaces of 4 children '
	configure 's/xfrm_interface = pq0/xfrm_interface = wire/'
	check_says '^FAILED interfaces: child net: wire .* of kind veth try: '
	configure '/^r3 {/,/^}/s/xfrm_interface = .*/&\nif_id_in = 78\nif_id_out = 78/'
	check_says '^FAILED interfaces: child net: own0 has if_id 77, not 78 try: '
	configure '/^r3 {/,/^}/s/xfrm_interface = .*/if_id_in = 78\nif_id_out = 78/'
	check_says '^warning interfaces: child net: no interface has if_id 78 try: '
	configure ''
}

reload()
{
	pqike_on moon reload --control "$run/moon/pqike.control"
}

# configure EXPRESSION: moon's configuration as it was, but for what sed makes of it
configure()
{
	rows_configure
	sed -i "$1" "$run/moon/pqike.conf"
}

# Others come, change and go; r2 goes and comes back. The tunnel of r1 stands.
reloaded()
{
	local index spi

	index=$(link pq0 .ifindex)
	row_up moon 1
	spi=$(row_ike_sa 1 | jq -r .spi_i)
	configure 's/^r3 {/&\ndpd_delay = 20s/; /^r2 {/,/^}/d'
	reload
	eventually has_no_link pq1
	[ "$(link own0 .ifindex)" -eq "$own_index" ]
	configure ''
	reload
	[ "$(link pq1 .linkinfo.info_data.if_id)" = 0x2a ]
	# the route went with the other one
	route_into pq1 2
	[ "$(link pq0 .ifindex)" -eq "$index" ]
	[ "$(row_ike_sa 1 | jq -r .spi_i)" = "$spi" ]
	ping_out 1
	row_down moon 1
}

# Its tunnel is deleted first, which the peer has to answer.
unloaded()
{
	row_up moon 2
	ping_out 2
	configure '/^r2 {/,/^}/d'
	reload
	eventually has_no_link pq1
	eventually row_is_gone 2
	configure ''
	reload
	route_into pq1 2
}

# Another number: the interface with its routes stays, the tunnel is made anew.
renumbered()
{
	local index

	index=$(link pq1 .ifindex)
	row_up moon 2
	configure '/^r2 {/,/^}/s/if_id_\(in\|out\) = 42/if_id_\1 = 43/'
	reload
	[ "$(link pq1 .ifindex)" -eq "$index" ]
	[ "$(link pq1 .linkinfo.info_data.if_id)" = 0x2b ]
	eventually no_child 2
	row_up moon 2
	ping_out 2
	configure ''
	reload
	eventually no_child 2
	row_down moon 2
}

# shellcheck disable=SC2317 # eventually runs it
no_child()
{
	[ "$(row_ike_sa "$1" | jq '.child_sas | length')" -eq 0 ]
}

# refused WORDS: the reload is, and every interface is as it was
refused()
{
	local before

	before=$(ip -n moon -d -j link | jq -c '[.[] |
		{ifindex, ifname, ifalias, linkinfo}] | sort')
	expect_failure "$run/refused" reload
	grep "$1" "$run/refused"
	[ "$(ip -n moon -d -j link | jq -c '[.[] |
		{ifindex, ifname, ifalias, linkinfo}] | sort')" = "$before" ]
}

# r1 comes before: it would have another interface by then.
refusals()
{
	configure 's/xfrm_interface = pq0/xfrm_interface = new0/
		s/xfrm_interface = pq1/xfrm_interface = wire/'
	refused 'xfrm interface wire: .* of kind veth'
	ip -n moon link add other type xfrm if_id 99
	configure 's/xfrm_interface = pq0/xfrm_interface = new0/
		s/\(if_id_.*\) = 42/\1 = 99/'
	refused 'xfrm interface pq1: if_id 99 is that of interface other'
	configure 's/xfrm_interface = pq1/xfrm_interface = other/'
	refused 'xfrm interface other: .*with if_id 99, not made by pqike'
	configure 's/xfrm_interface = pq1/xfrm_interface = pq2/'
	refused 'if_id 42 is that of interface pq1, which a reload without it'
	# what is refused no more is done
	ip -n moon link del other
	configure 's/xfrm_interface = pq0/xfrm_interface = new0/'
	reload
	has_link new0
	eventually has_no_link pq0
	configure ''
	reload
	route_into pq0 1
}

# Under a tunnel: it goes on in the new one, once that has a route.
deleted()
{
	local index

	index=$(link pq0 .ifindex)
	row_up moon 1
	ping_out 1
	ip -n moon link del pq0
	row_log moon 'the xfrm interface pq0 was gone'
	[ "$(link pq0 .ifindex)" -ne "$index" ]
	blocked 1
	route_into pq0 1
	ping_out 1
	row_down moon 1
}

killed()
{
	local name indexes

	indexes=$(for name in pq0 pq1 pq3 own0; do link "$name" .ifindex; done)
	row_up moon 1
	pqike_kill moon
	ping_out 1 # tunnels go on without a helper
	# nobody needs what was made for r4 any more, and r2 its number alone
	configure '/^r4 {/,/^}/d; s/xfrm_interface = pq1/xfrm_interface = pq2/'
	pqike_run moon
	moon_mark=0
	eventually has_no_link pq3
	eventually has_no_link pq1
	[ "$(link pq2 .linkinfo.info_data.if_id)" = 0x2a ]
	[ "$(for name in pq0 own0; do link "$name" .ifindex; done)" = \
		"$(sed -n '1p;4p' <<<"$indexes")" ]
	row_log moon 'took over the xfrm interface pq0'
	row_up moon 1
	ping_out 1
	row_down moon 1
}

ended()
{
	rows_stop
	has_no_link pq0
	[ "$(link own0 .ifindex)" -eq "$own_index" ]
	link own0 .flags | grep '"UP"'
	[ "$(ip -n moon -j link show type xfrm | jq length)" -eq 1 ]
	xfrm_is_empty moon
	xfrm_is_empty sun
}

# through NAME ROW [KEY=VALUE]...: everything may pass, on both sides
through()
{
	row "$1" moon:child.xfrm_interface="$1" \
		sun:child.if_id_in="10$2" sun:child.if_id_out="10$2" \
		child.local_ts=0.0.0.0/0 child.remote_ts=0.0.0.0/0 "${@:3}"
}

through pq0 1
through pq1 2 moon:child.if_id_in=42 moon:child.if_id_out=42
through own0 3
through pq3 4 moon:child.start_action=trap

ktap_print_header
ktap_set_plan 17
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
ip -n moon link add own0 type xfrm if_id 77
ip -n moon link set own0 up
own_index=$(link own0 .ifindex)
for number in 1 2 3 4; do
	ip -n sun link add "s$number" type xfrm dev wire if_id "10$number"
	ip -n sun link set "s$number" up
done
rows_start
for number in 1 2 3 4; do
	ip -n sun route add "${inner_of[moon]}.$number.0/24" dev "s$number"
done

run_test "interfaces are there before tunnels are" made
row_test "pqike -> strongswan" 1 carries moon 1 pq0
row_test "strongswan -> pqike" 1 carries sun 1 pq0
row_test "pqike -> strongswan, a given if_id" 2 carries moon 2 pq1
row_test "pqike -> strongswan, the operator's interface" 3 carries moon 3 own0
row_test "strongswan -> pqike, the operator's interface" 3 carries sun 3 own0
row_test "rekeyed by both sides under a flood ping" 1 rekeyed
row_test "a packet on a route sets the tunnel up" 4 trapped
row_test "large packets, and a small path" 1 sizes
row_test "shown by name, and checked" 1 shown
row_test "a reload leaves what has not changed" 1 reloaded
row_test "unloaded while its tunnel is up" 2 unloaded
row_test "another if_id" 2 renumbered
row_test "a reload that is refused leaves all as it was" 1 refusals
row_test "deleted by somebody, and made anew" 1 deleted
row_test "the helper is killed, and the next one takes it over" 1 killed
run_test "removed with the helper, but not the operator's" ended
ktap_finished
