#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What tunnels between pqike and strongSwan carry and how: address families,
# transport mode, xfrm interfaces, traffic selectors, several Child SAs, and
# Child SAs that packets ask for.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/tcp.sh
. ./lib/test.sh

# ping_from GATEWAY FROM TO [OPTION]...
ping_from()
{
	within "$1" ping -q -n -i 0.02 -c 2 -W 10 -I "$2" "${@:4}" "$3"
}

# blocked_from GATEWAY FROM TO: what no tunnel takes is lost on the wire
blocked_from()
{
	! within "$1" ping -q -n -c 1 -W 1 -I "$2" "$3"
}

# packets ROW: strongSwan's count of both directions of Child SA net
esp_packets()
{
	row_list "$1" | awk '/^ +(in|out) / {
		for (i = 2; i <= NF; i++)
			if ($i ~ /^packets/)
				sum += $(i - 1)
	}
	END { print sum + 0 }'
}

# carries INITIATOR ROW FROM TO: two pings each way in the ESP SAs
carries()
{
	row_up "$1" "$2"
	ping_from moon "$3" "$4"
	ping_from sun "$4" "$3"
	[ "$(esp_packets "$2")" -eq 8 ]
	row_down "$1" "$2"
}

transport()
{
	row_up "$1" "$2"
	row_list "$2" | grep 'INSTALLED, TRANSPORT, ESP:'
	ip -n moon xfrm state list nokeys | grep -c 'mode transport'
	ping_from moon "${outer_address[moon]}" "${row_sun[$2]}"
	[ "$(esp_packets "$2")" -eq 4 ]
	row_down "$1" "$2"
}

# Where only one side wants it both have tunnel mode (RFC 7296 section 1.3.1).
declined_transport()
{
	row_up "$1" "$2"
	row_list "$2" | grep 'INSTALLED, TUNNEL, ESP:'
	ip -n moon xfrm state list nokeys | grep -c 'mode tunnel'
	ping_from moon "${outer_address[moon]}" "${row_sun[$2]}"
	[ "$(esp_packets "$2")" -eq 4 ]
	row_down "$1" "$2"
}

# The operator's own interface and routes carry all packets.
interface()
{
	row_up "$1" "$2"
	ping_from moon "${inner_of[moon]}.$2.1" 10.3.0.1
	ping_from sun "${inner_of[sun]}.$2.1" "${inner_of[moon]}.$2.1"
	[ "$(esp_packets "$2")" -eq 8 ]
	[ "$(ip -n moon -s -j link show dev ipsec0 |
		jq '.[0].stats64.tx.packets')" -ge 4 ]
	row_down "$1" "$2"
	blocked_from moon "${inner_of[moon]}.$2.1" 10.3.0.1
}

# selectors ROW: the Child SA net's, as strongSwan sees them
selectors()
{
	row_list "$1" | sed -n 's/^ *\(local\|remote\)  *\([0-9].*\)/\1 \2/p'
}

narrowed()
{
	row_up "$1" "$2"
	selectors "$2" | diff - <(echo "local ${inner_of[sun]}.$2.0/25"
		echo "remote ${inner_of[moon]}.$2.0/24")
	ping_from moon "${inner_of[moon]}.$2.1" "${inner_of[sun]}.$2.1"
	blocked_from moon "${inner_of[moon]}.$2.1" "${inner_of[sun]}.$2.129"
	row_down "$1" "$2"
}

several_selectors()
{
	local net

	row_up "$1" "$2"
	for net in 10.2.101 10.2.102 10.2.103; do
		ping_from moon 10.1.101.1 $net.1
		ping_from sun $net.1 10.1.102.1
	done
	[ "$(esp_packets "$2")" -eq 24 ]
	row_down "$1" "$2"
}

# Each Child SA of three has a selector of its own.
several_children()
{
	local child

	row_up "$1" "$2"
	if [ "$1" = sun ]; then
		row_up sun "$2" web
		row_up sun "$2" pq
	fi
	[ "$(row_list "$2" | grep -c INSTALLED)" -eq 3 ]
	row_ping moon "$2"
	for child in 111 112; do
		ping_from moon 10.1.$child.1 10.2.$child.1
		ping_from sun 10.2.$child.1 10.1.$child.1
	done
	# CREATE_CHILD_SA with ML-KEM, and without a key exchange
	row_list "$2" |
		grep '^  pq: .*ESP:AES_GCM_16-128/CURVE_25519/KE1_ML_KEM_768$'
	row_list "$2" | grep '^  web: .*ESP:AES_GCM_16-256$'
	row_down "$1" "$2"
}

# child_packets ROW CHILD: strongSwan's count of both directions of one Child SA
child_packets()
{
	row_list "$1" | awk -v "child=$2:" '/^  [^ ]/ { wanted = $1 == child }
	wanted && /^ +(in|out) / {
		for (i = 2; i <= NF; i++)
			if ($i ~ /^packets/)
				sum += $(i - 1)
	}
	END { print sum + 0 }'
}

tmpl_mismatches()
{
	# shellcheck disable=SC2016 # awk expands them
	within "$1" awk '$1 == "XfrmInTmplMismatch" { print $2 }' \
		/proc/net/xfrm_stat
}

# halves_are_used ROW NET WEB: two pings each way in each half, after what was
# counted before
halves_are_used()
{
	local half

	for half in 1 129; do
		ping_from moon "${inner_of[moon]}.$1.1" "${inner_of[sun]}.$1.$half"
		ping_from sun "${inner_of[sun]}.$1.$half" "${inner_of[moon]}.$1.1"
	done
	[ "$(child_packets "$1" net)" -eq $(($2 + 8)) ]
	[ "$(child_packets "$1" web)" -eq $(($3 + 8)) ]
}

# strongSwan has two children for the one of pqike.
two_children_for_one()
{
	local before_moon before_sun

	before_moon=$(tmpl_mismatches moon)
	before_sun=$(tmpl_mismatches sun)
	row_up sun "$1"
	row_up sun "$1" web
	halves_are_used "$1" 0 0
	swanctl_on sun --rekey --ike "r$1" --child net
	eventually child_is_new "$1" net
	halves_are_used "$1" 0 8
	swanctl_on sun --rekey --ike "r$1" --child web
	eventually child_is_new "$1" web
	halves_are_used "$1" 8 0
	[ "$(tmpl_mismatches moon)" -eq "$before_moon" ]
	[ "$(tmpl_mismatches sun)" -eq "$before_sun" ]
	row_down sun "$1"
}

# child_is_new ROW CHILD: installed, no packet, and no other is left of it
child_is_new()
{
	[ "$(row_list "$1" | grep -c "^  $2: .*INSTALLED")" -eq 1 ] &&
		! row_list "$1" | grep -E "^  $2: .*(REKEY|DELET)" &&
		[ "$(child_packets "$1" "$2")" -eq 0 ]
}

# One protocol and port only.
port()
{
	row_up "$1" "$2"
	blocked_from moon "${inner_of[moon]}.$2.1" "${inner_of[sun]}.$2.1"
	tcp_passes moon "${inner_of[moon]}.$2.1" sun "${inner_of[sun]}.$2.1"
	row_down "$1" "$2"
}

# The first packet sets the tunnel up.
trap_takes()
{
	local gateway=$1 row=$2

	eventually within "$gateway" ping -q -n -c 1 -W 1 \
		-I "${inner_of[$gateway]}.$row.1" \
		"${inner_of[${peer_of[$gateway]}]}.$row.1"
	row_list "$row" | grep INSTALLED
	row_ping moon "$row"
	row_ping sun "$row"
	row_down "$gateway" "$row"
	# it takes the next one as well
	eventually within "$gateway" ping -q -n -c 1 -W 1 \
		-I "${inner_of[$gateway]}.$row.1" \
		"${inner_of[${peer_of[$gateway]}]}.$row.1"
	row_down "$gateway" "$row"
}

replay_window()
{
	row_up "$1" "$2"
	ip -n moon xfrm state list nokeys src "${row_sun[$2]}" \
		dst "${outer_address[moon]}" | grep -E "$3"
	row_ping moon "$2"
	row_down "$1" "$2"
}

started()
{
	row_log moon "r$1: .*established"
	row_ping moon "$1"
	row_down moon "$1"
}

all_gone()
{
	eventually has_no_ike_sa moon
	eventually has_no_ike_sa sun
	[ "$(ip -n moon xfrm state count)" = "	 SAD count 0" ]
	[ "$(ip -n sun xfrm state count)" = "	 SAD count 0" ]
}

# v6_row NAME [KEY=VALUE]...: outer IPv6
v6_row()
{
	row "$1" moon:conn.local_addrs=2001:db8::1 \
		moon:conn.remote_addrs=2001:db8::2 \
		sun:conn.local_addrs=2001:db8::2 \
		sun:conn.remote_addrs=2001:db8::1 "${@:2}"
}

# v6_inside ROW: inner IPv6
v6_inside()
{
	echo "moon:child.local_ts=fd01:$1::/64 moon:child.remote_ts=fd02:$1::/64"
	echo "sun:child.local_ts=fd02:$1::/64 sun:child.remote_ts=fd01:$1::/64"
}

both()
{
	row_test "pqike -> strongswan $1" "$2" "$3" moon "$2" "${@:4}"
	row_test "strongswan -> pqike $1" "$2" "$3" sun "$2" "${@:4}"
}

# parts NETWORK: the 64 networks that NETWORK.0/24 consists of
parts()
{
	seq -s , 0 4 252 | sed "s/[0-9][0-9]*/$1.&\/30/g"
}

# shellcheck disable=SC2046 # words
{
v6_row "IPv6 in IPv6" $(v6_inside 1)
v6_row "IPv4 in IPv6"
row "IPv6 in IPv4" $(v6_inside 3)
row "transport mode" child.mode=transport child.local_ts=dynamic \
	child.remote_ts=dynamic
row "xfrm interfaces" child.if_id_in=42 child.if_id_out=42 \
	moon:child.local_ts=0.0.0.0/0 moon:child.remote_ts=0.0.0.0/0 \
	sun:child.local_ts=0.0.0.0/0 sun:child.remote_ts=0.0.0.0/0
row "narrowed by the responder" moon:child.remote_ts=10.2.6.0/24 \
	sun:child.local_ts=10.2.6.0/25
row "three selectors and two" \
	moon:child.local_ts=10.1.101.0/24,10.1.102.0/24 \
	moon:child.remote_ts=10.2.101.0/24,10.2.102.0/24,10.2.103.0/24 \
	sun:child.remote_ts=10.1.101.0/24,10.1.102.0/24 \
	sun:child.local_ts=10.2.101.0/24,10.2.102.0/24,10.2.103.0/24
row "three Child SAs" \
	'moon:section=web {\nlocal_ts = 10.1.111.0/24\nremote_ts = 10.2.111.0/24\nesp_proposals = aes256gcm16\n}\npq {\nlocal_ts = 10.1.112.0/24\nremote_ts = 10.2.112.0/24\nesp_proposals = aes128gcm16-x25519-ke1_mlkem768\n}' \
	'sun:section=web {\nlocal_ts = 10.2.111.0/24\nremote_ts = 10.1.111.0/24\nesp_proposals = aes256gcm16\n}\npq {\nlocal_ts = 10.2.112.0/24\nremote_ts = 10.1.112.0/24\nesp_proposals = aes128gcm16-x25519-ke1_mlkem768\n}'
row "protocol and port" 'moon:child.remote_ts=10.2.9.0/24[tcp/5001]' \
	'moon:child.local_ts=10.1.9.0/24[tcp]' \
	'sun:child.local_ts=10.2.9.0/24[tcp/5001]' \
	'sun:child.remote_ts=10.1.9.0/24[tcp]'
row "trap of pqike" moon:child.start_action=trap
row "trap of strongSwan" sun:child.start_action=trap
row "no replay window" child.replay_window=0
row "replay window of 2048" child.replay_window=2048
row "started with the daemon" moon:child.start_action=start
row "transport mode of pqike only" moon:child.mode=transport \
	child.local_ts=dynamic child.remote_ts=dynamic
row "transport mode of strongSwan only" sun:child.mode=transport \
	child.local_ts=dynamic child.remote_ts=dynamic
row "two children for one" sun:child.local_ts=10.2.17.0/25 \
	'sun:section=web {\nlocal_ts = 10.2.17.128/25\nremote_ts = 10.1.17.0/24\nesp_proposals = aes128gcm16\n}'
row "64 selectors" moon:child.local_ts="$(parts 10.1.18)" \
	sun:child.remote_ts="$(parts 10.1.18)"
}

ktap_print_header
ktap_set_plan 32
pqike_modules
modprobe -a esp6 xfrm_interface
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
for gateway in moon sun; do
	within "$gateway" sysctl -q -w \
		net.ipv6.conf.all.disable_ipv6=0 \
		net.ipv6.conf.wire.disable_ipv6=0 \
		net.ipv6.conf.lo.disable_ipv6=0
done
ip -n moon address add 2001:db8::1/64 dev wire nodad
ip -n sun address add 2001:db8::2/64 dev wire nodad
for number in 1 3; do
	ip -n moon address add fd01:$number::1/128 dev lo nodad
	ip -n sun address add fd02:$number::1/128 dev lo nodad
done
ip -n moon route add fd02::/16 via 2001:db8::2
ip -n sun route add fd01::/16 via 2001:db8::1
ip -n moon link add ipsec0 type xfrm dev wire if_id 42
ip -n sun link add ipsec0 type xfrm dev wire if_id 42
ip -n moon link set ipsec0 up
ip -n sun link set ipsec0 up
ip -n sun route add local 10.3.0.0/24 dev lo
rows_start
ip -n moon route add 10.3.0.0/24 dev ipsec0
ip -n moon route add 10.2.5.0/24 dev ipsec0
ip -n sun route add 10.1.5.0/24 dev ipsec0

run_test "start_action start, pqike" started 14
both "IPv6 in IPv6" 1 carries fd01:1::1 fd02:1::1
both "IPv4 in IPv6" 2 carries 10.1.2.1 10.2.2.1
both "IPv6 in IPv4" 3 carries fd01:3::1 fd02:3::1
both "64 selectors" 18 carries 10.1.18.1 10.2.18.1
both "transport mode" 4 transport
both "${row_names[15]}" 15 declined_transport
both "${row_names[16]}" 16 declined_transport
both "xfrm interfaces" 5 interface
both "${row_names[6]}" 6 narrowed
both "${row_names[7]}" 7 several_selectors
both "${row_names[8]}" 8 several_children
both "${row_names[9]}" 9 port
row_test "a packet sets up a tunnel, pqike -> strongswan" 10 trap_takes moon 10
row_test "a packet sets up a tunnel, strongswan -> pqike" 11 trap_takes sun 11
row_test "pqike -> strongswan no replay window" 12 replay_window moon 12 \
	'replay-window 0( |\$)'
row_test "pqike -> strongswan replay window of 2048" 13 \
	replay_window moon 13 'replay_window 2048,'
row_test "strongswan -> pqike two children for one" 17 two_children_for_one 17
run_test "no SA is left of them" all_gone
run_test "nothing at all when the daemons have ended" rows_leave_nothing
ktap_finished
