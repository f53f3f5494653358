# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What stands in a gateway's xfrm.

# The policies that a daemon sets on its own sockets are not those of a tunnel.
xfrm_is_empty()
{
	[ "$(ip -n "$1" xfrm state count)" = "	 SAD count 0" ] &&
		[ -z "$(ip -n "$1" xfrm policy list nosock)" ]
}

# xfrm_wait_empty GATEWAY: until no state and no policy is left
xfrm_wait_empty()
{
	if ! eventually xfrm_is_empty "$1"; then
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
