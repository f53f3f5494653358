# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A gateway of many tunnels: pqike on moon has one to each of the sites, which
# strongSwan plays on sun. Tunnel N is connection tN, to an address of its site's
# own, between one inner address of either side.

# tunnels_topology: sun has the addresses of all sites, and both sides have all
# inner addresses, without a list of them
tunnels_topology()
{
	ip -n moon route replace 198.18.0.0/16 via "${outer_address[sun]}"
	ip -n sun route replace local 198.18.0.0/16 dev lo
	ip -n moon route replace local 10.1.0.0/16 dev lo
	ip -n sun route replace local 10.2.0.0/16 dev lo
	ip -n moon route replace 10.2.0.0/16 via "${outer_address[sun]}"
	ip -n sun route replace 10.1.0.0/16 via "${outer_address[moon]}"
}

# Of all tunnels
tunnels_proposal=aes128gcm16-prfsha256-x25519-ke1_mlkem768

# tunnels_connections GATEWAY COUNT [BEGINNER [nobody]]: sections of connections, of all
# or of those that BEGINNER begins: moon those with an even number, their site the
# others; or nobody does of itself. One process writes them all: a machine that is
# emulated forks slowly.
tunnels_connections()
{
	awk -v gateway="$1" -v count="$2" -v only="${3:-}" -v nobody="${4:-}" \
		-v kind="${kind[$1]}" -v proposal="$tunnels_proposal" '
	function address(base) {
		return base "." int(number / 250) "." number % 250 + 1
	}
	BEGIN {
		is_moon = gateway == "moon"
		peer = is_moon ? "sun" : "moon"
		outer["moon"] = "192.0.2.1"
		print "connections {"
		for (number = 1; number <= count; number++) {
			begins = number % 2 ? "sun" : "moon"
			if (only && begins != only)
				continue
			outer["sun"] = address("198.18")
			inner["moon"] = address("10.1")
			inner["sun"] = address("10.2")
			print "t" number " {"
			print "	version = 2"
			print "	keyingtries = " (nobody ? 1 : 0)
			if (kind == "pqike" && nobody)
				print "	retransmit_tries = 3"
			if (kind == "pqike" && proposal !~ /mlkem/)
				print "	require_pq = no"
			if (kind == "pqike")
				print "	retransmit_timeout = 1"
			else
				print "	mobike = no"
			print "	local_addrs = " outer[gateway]
			print "	remote_addrs = " outer[peer]
			print "	proposals = " proposal
			print "	local {"
			print "		auth = psk"
			print "		id = t" number "." gateway ".example"
			print "	}"
			print "	remote {"
			print "		auth = psk"
			print "		id = t" number "." peer ".example"
			print "	}"
			print "	children {"
			print "		net {"
			print "			local_ts = " inner[gateway] "/32"
			print "			remote_ts = " inner[peer] "/32"
			print "			esp_proposals = aes128gcm16"
			print "			start_action = " \
				(begins == gateway && !nobody ? "start" : "none")
			print "		}"
			print "	}"
			print "}"
		}
		print "}"
	}'
}

# tunnels_read_moon COUNT: pqike reads that there are so many
tunnels_read_moon()
{
	tunnels_write_moon "$1"
	pqike_on moon reload --control "$run/moon/pqike.control"
}

tunnels_write_moon()
{
	{
		tunnels_connections moon "$1"
		echo "secrets {"
		echo "	ike {"
		echo "		file = $run/moon/psk"
		echo "	}"
		echo "}"
	} >"$run/moon/pqike.conf"
}

# tunnels_read_sun COUNT [moon]: strongSwan does, or of those that moon begins only
tunnels_read_sun()
{
	tunnels_write_sun "$@"
	swanctl_on sun --load-conns --file "$run/sun/swanctl.conf" \
		>"$run/sun/charon.load" ||
		{ tail -n 20 "$run/sun/charon.load"; return 1; }
}

tunnels_write_sun()
{
	{
		tunnels_connections sun "$@"
		echo "secrets {"
		echo "	ike { secret = \"$PSK\" }"
		echo "}"
	} >"$run/sun/swanctl.conf"
}

# tunnels_start: both daemons without a tunnel. To strongSwan moon is one peer,
# however many sites it plays, and one that begins more than a few IKE SAs at once is
# not answered (block_threshold): that is off. pqike has its own bounds as they are.
# An attempt ends when pqike forgets it, and both sides try again (keyingtries), as
# sites do: on a slow machine the last of many wait long.
tunnels_start()
{
	tunnels_topology
	(umask 077 && printf '%s' "$PSK" >"$run/moon/psk")
	tunnels_write_moon 0
	tunnels_write_sun 0
	strongswan_run sun 1 dos_protection=no retransmit_tries=30
	pqike_run moon
}

# tunnels_up COUNT: both sides have one IKE SA and two ESP SAs of each. Whoever
# answers knows of a tunnel before it is begun.
tunnels_up()
{
	tunnels_read_sun "$1" moon
	tunnels_read_moon "$1"
	tunnels_read_sun "$1"
	eventually states_are moon $((2 * $1))
	eventually states_are sun $((2 * $1))
	eventually ike_sas_are moon "$1"
	eventually ike_sas_are sun "$1"
}

# tunnels_down: nothing of them is left
tunnels_down()
{
	tunnels_read_sun 0
	tunnels_read_moon 0
	eventually tunnels_are_gone
}

tunnels_are_gone()
{
	xfrm_is_empty moon && xfrm_is_empty sun && has_no_ike_sa moon &&
		has_no_ike_sa sun
}

# pqike has a line for each, strongSwan a first line
ike_sas_are()
{
	case $1 in
	moon) [ "$(pqike_ike_sas moon | wc -l)" -eq "$2" ] ;;
	sun) [ "$(strongswan_ike_sas sun | grep -c '^t[0-9]*: .*ESTABLISHED')" \
		-eq "$2" ] ;;
	esac
}

states_are()
{
	[ "$(ip -n "$1" xfrm state count)" = "	 SAD count $2" ]
}

# tunnel_ping NUMBER: both directions of one are of use
tunnel_ping()
{
	local host=$(($1 / 250)).$(($1 % 250 + 1))

	within moon ping -q -n -c 2 -W 10 -I "10.1.$host" "10.2.$host"
}

# tunnels_idle KIND COUNT [KEY=VALUE]...: so many between pqike on moon and KIND on sun,
# of which none is begun. The keys are those of strongswan_run.
tunnels_idle()
{
	declare -gA kind=([moon]=pqike [sun]="$1")
	tunnels_topology
	tunnels_idle_pqike moon "$2"
	if [ "$1" = pqike ]; then
		tunnels_idle_pqike sun "$2"
		pqike_run sun
	else
		{
			tunnels_connections sun "$2" '' nobody
			echo "secrets {"
			echo "	ike { secret = \"${tunnels_psk_of_sun:-$PSK}\" }"
			echo "}"
		} >"$run/sun/swanctl.conf"
		strongswan_run sun "${tunnels_log_level:-1}" dos_protection=no "${@:3}"
	fi
	pqike_run moon
}

tunnels_idle_pqike()
{
	local psk=$PSK

	[ "$1" = moon ] || psk=${tunnels_psk_of_sun:-$PSK}
	(umask 077 && printf '%s' "$psk" >"$run/$1/psk")
	{
		tunnels_connections "$1" "$2" '' nobody
		echo "secrets {"
		echo "	ike-$1 {"
		echo "		file = $run/$1/psk"
		echo "	}"
		echo "}"
	} >"$run/$1/pqike.conf"
}
