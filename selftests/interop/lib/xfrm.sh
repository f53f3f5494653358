# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What stands in a gateway's xfrm.

# The policies that a daemon sets on its own sockets are not those of a tunnel.
xfrm_is_empty()
{
	[ "$(ip -n "$1" -batch - <<<$'xfrm state count\nxfrm policy list nosock')" = \
		$'\t SAD count 0' ]
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

# xfrm_packets GATEWAY: packets is how many its ESP SAs have seen, together
xfrm_packets()
{
	local line is_next=''

	packets=0
	while IFS= read -r line; do
		if [[ -n $is_next && $line =~ \ ([0-9]+)\(packets\) ]]; then
			packets=$((packets + BASH_REMATCH[1]))
		fi
		[[ $line == *'lifetime current:' ]] && is_next=y || is_next=
	done < <(ip -n "$1" -s xfrm state list nokeys)
}
