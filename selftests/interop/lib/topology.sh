# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Two gateways and the wire between them, each a network namespace:
#
#	10.1.0.1 [moon] 192.0.2.1 ---- bridge in [wire] ---- 192.0.2.2 [sun] 10.2.0.1
#
# What passes the wire is seen in its own namespace, where no packet is ever
# seen decrypted. The routes stand without a tunnel too: a packet that misses
# its policy goes out in the clear and is seen.

# The directory of everything that is written, from topology_up on
run=

declare -A peer_of=([moon]=sun [sun]=moon)
declare -A outer_address=([moon]=192.0.2.1 [sun]=192.0.2.2)
declare -A inner_address=([moon]=10.1.0.1 [sun]=10.2.0.1)
declare -A inner_net=([moon]=10.1.0.0/24 [sun]=10.2.0.0/24)

# within SPACE COMMAND...: as ip-netns(8) runs it, but with the mounts that there are: a
# namespace of those costs more than most commands
within()
{
	nsenter --net="/run/netns/$1" "${@:2}"
}

# signal_all SPACE SIGNAL: to all processes that are in it, whose numbers are in signalled
signal_all()
{
	local pid

	signalled=()
	for pid in $(ip netns pids "$1" 2>/dev/null); do
		! kill "-$2" "$pid" 2>/dev/null || signalled+=("$pid")
	done
}

topology_up()
{
	local space gateway

	run=$(mktemp -d)
	for space in wire moon sun; do
		ip netns add "$space"
		# No discovery of neighbours and routers on the wire.
		within "$space" sysctl -q -w \
			net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
		ip -n "$space" link set lo up
	done
	ip -n wire link add bridge type bridge mcast_snooping 0
	ip -n wire link set bridge up
	for gateway in moon sun; do
		mkdir "$run/$gateway"
		ip -n wire link add "$gateway" type veth \
			peer name wire netns "$gateway"
		ip -n wire link set "$gateway" master bridge up
		ip -n "$gateway" link set wire up
		ip -n "$gateway" address add "${outer_address[$gateway]}/24" dev wire
		ip -n "$gateway" address add "${inner_address[$gateway]}/32" dev lo
		ip -n "$gateway" route add "${inner_net[${peer_of[$gateway]}]}" \
			via "${outer_address[${peer_of[$gateway]}]}"
	done
}

# Who still runs would write to what is removed: a helper makes its control socket
# anew.
topology_down()
{
	local space pid

	for space in moon sun wire; do
		signal_all "$space" TERM
		for pid in "${signalled[@]}"; do
			wait_for_exit "$pid" || kill -KILL "$pid"
		done
		ip netns delete "$space" 2>/dev/null || :
	done
	rm -rf "${run:?}"
}

# inner_ping GATEWAY SIZE [COUNT]: ping the other side's inner address
inner_ping()
{
	within "$1" ping -q -n -i 0.2 -c "${3:-2}" -w "$EVENT_SECONDS" \
		-s "$2" -I "${inner_address[$1]}" \
		"${inner_address[${peer_of[$1]}]}"
}
