#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# FRR on both sides of a route-based tunnel to strongSwan, as docs/guides/bgp.md has it:
# the BGP session goes on through rekeys of both SAs by either side.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh
. ./lib/console.sh

guide=../../docs/guides/bgp.md
declare -A neighbor=([moon]=169.254.10.2 [sun]=169.254.10.1)
declare -A side=([moon]=this-side [sun]=peer)

# frr_start GATEWAY: zebra and bgpd, as their own user, with what the guide has for it
frr_start()
{
	local daemon dir=/run/frr/$1
	local -a config

	mkdir -p "$dir"
	touch "$dir/vtysh.conf"
	block "$guide" frr "${side[$1]}" >"$dir/frr.conf"
	echo 'debug bgp keepalives' >>"$dir/frr.conf"
	chown -R frr:frr "$dir"
	printf '#!/bin/sh\nexec /usr/bin/vtysh --vty_socket %s --config_dir %s "$@"\n' \
		"$dir" "$dir" >"$run/$1/bin/vtysh"
	chmod +x "$run/$1/bin/vtysh"
	for daemon in zebra bgpd; do
		config=()
		[ "$daemon" = zebra ] || config=(-f "$dir/frr.conf")
		ip netns exec "$1" "/usr/lib/frr/$daemon" -N "$1" --log stdout --log-level debugging \
			"${config[@]}" >"$run/$1/$daemon.log" 2>&1 &
		disown "$!" # its end is no job of the shell
		eventually test -S "$dir/$daemon.vty"
	done
}

# neighbor GATEWAY FILTER: what its bgpd says of the other one
neighbor()
{
	console_on "$1" "vtysh -c 'show bgp neighbors ${neighbor[$1]} json'" |
		jq ".\"${neighbor[$1]}\"$2"
}

is_established()
{
	[ "$(neighbor "$1" .bgpState)" = '"Established"' ]
}

# sessions: how many there were, and how many were dropped, on either side
sessions()
{
	local gateway

	for gateway in moon sun; do
		neighbor "$gateway" '| "\(.connectionsEstablished) \(.connectionsDropped)"'
	done | tr -d '"' | xargs
}

# both_hear: for longer than the hold time
both_hear()
{
	local gateway
	local -a lines

	for gateway in moon sun; do
		mapfile lines <"$run/$gateway/bgpd.log"
		wait_for_lines 4 "$run/$gateway/bgpd.log" 'KEEPALIVE rcvd' '' \
			$((${#lines[@]} + 1))
	done
}

comes_up()
{
	eventually is_established moon
	eventually is_established sun
	eventually carries
	console "$guide" routes
}

# rekey GATEWAY ike|child: and it is done
rekey()
{
	case $1 in
	moon) console_on moon "pqike rekey --$2 site-b" ;;
	sun)
		row_mark
		case $2 in
		ike) swanctl_on sun --rekey --ike site-a ;;
		child) swanctl_on sun --rekey --ike site-a --child all ;;
		esac
		row_log moon 'site-b: (child all )?rekeyed'
		;;
	esac
}

goes_on()
{
	local who what

	for who in moon sun; do
		for what in child ike; do
			rekey "$who" "$what"
			both_hear
		done
	done
	[ "$(sessions)" = "1 0 1 0" ]
	carries
	console "$guide" routes
}

# notices: that the tunnel is gone for longer than the hold time is no rekey
notices()
{
	console_on moon 'pqike down site-b'
	eventually eval '! is_established moon'
	console_on moon 'pqike up site-b'
	eventually is_established moon
	sessions
	[ "$(neighbor moon .connectionsDropped)" -ge 1 ]
}

# ends: and what zebra and bgpd leave behind
ends()
{
	local gateway

	for gateway in moon sun; do
		ip netns pids "$gateway" | xargs -r ps -o pid=,comm= -p |
			awk '$2 == "zebra" || $2 == "bgpd" { print $1 }' | xargs -r kill
	done
	rows_leave_nothing
}

ktap_print_header
ktap_set_plan 4
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
declare -A kind=([moon]=pqike [sun]=strongswan)
ip -n sun address add 198.51.100.1/32 dev wire
ip -n moon route add 198.51.100.1 dev wire
ip -n moon route replace local 10.1.0.0/16 dev lo
ip -n sun route replace local 10.2.0.0/16 dev lo
ip -n moon route del 10.2.0.0/24
ip -n sun route del 10.1.0.0/24
wire_refuses_plain
ip -n sun link add ipsec0 type xfrm dev wire if_id 1
ip -n sun link set ipsec0 up
ip -n sun address add 169.254.10.2/30 dev ipsec0
console_start
console_configure "$guide"
strongswan_run sun 1
pqike_run moon "$run/moon/etc"
commands "$guide" address
frr_start moon
frr_start sun
console_test "a session comes up, with routes" comes_up
console_test "it goes on through rekeys" goes_on
console_test "a tunnel that is down is noticed" notices
console_test "nothing is left when the daemons have ended" ends
ktap_finished
