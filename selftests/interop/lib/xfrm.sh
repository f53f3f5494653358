# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What stands in a gateway's xfrm, and how it changes.

# xfrm_watch GATEWAY: record every change from now on
xfrm_watch()
{
	: >"$run/$1/xfrm.log"
	ip -n "$1" -d xfrm monitor >"$run/$1/xfrm.log" 2>&1 &
}

# The policies that a daemon sets on its own sockets are not those of a tunnel.
xfrm_is_empty()
{
	[ "$(ip -n "$1" xfrm state count)" = "	 SAD count 0" ] &&
		[ -z "$(ip -n "$1" xfrm policy list nosock)" ]
}

# xfrm_wait_empty GATEWAY: until no state and no policy is left; xfrm_watch runs
xfrm_wait_empty()
{
	local changes follower line empty=1

	exec {changes}< <(exec timeout "$EVENT_SECONDS" \
		tail --lines=+1 --follow "$run/$1/xfrm.log")
	follower=$!
	if xfrm_is_empty "$1"; then
		empty=0
	fi
	while [ "$empty" -ne 0 ] && read -r -u "$changes" line; do
		case $line in
		*[Dd]eleted* | *[Ff]lushed* | *[Ee]xpired*)
			if xfrm_is_empty "$1"; then
				empty=0
			fi
			;;
		esac
	done
	exec {changes}<&-
	kill "$follower" 2>/dev/null || :
	if [ "$empty" -ne 0 ]; then
		echo "$1 still has:"
		ip -n "$1" xfrm state list nokeys
		ip -n "$1" xfrm policy list nosock
		return 1
	fi
}

# xfrm_packets GATEWAY: packets that its ESP SAs have seen, together
xfrm_packets()
{
	ip -n "$1" -s xfrm state list nokeys |
		sed -n '/lifetime current/{n;s/.*, *\([0-9]*\)(packets)/\1/p}' |
		awk '{ sum += $1 } END { print sum + 0 }'
}
