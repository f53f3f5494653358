# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the wire does to packets on their way to a gateway.

# impair GATEWAY NETEM...
impair()
{
	tc -n wire qdisc replace dev "$1" root netem "${@:2}"
}

# repair GATEWAY: the wire is as it was
repair()
{
	tc -n wire qdisc delete dev "$1" root
}

# reverse_fragments GATEWAY: of the fragments of a message (RFC 7383) the last
# comes first. Next Payload is 16 octets into the IKE header; the number of the
# fragment is 4 octets into its payload, after IPv4, UDP and IKE headers. Of bands
# whose time has come at once, the first goes first.
reverse_fragments()
{
	local number band

	tc -n wire qdisc replace dev "$1" root handle 1: prio bands 5 \
		priomap 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4
	for number in 1 2 3 4; do
		band=$((5 - number))
		tc -n wire qdisc add dev "$1" parent "1:$band" \
			handle "1$band:" netem delay $((30 * band))ms
		tc -n wire filter add dev "$1" parent 1: protocol ip prio 1 \
			u32 match ip protocol 17 0xff match u8 53 0xff at 44 \
			match u16 "$number" 0xffff at 60 flowid "1:$band"
	done
}

# reversed_fragments GATEWAY: how many first fragments were held back
reversed_fragments()
{
	tc -n wire -s -j qdisc show dev "$1" |
		jq '.[] | select(.handle == "14:") | .packets'
}

# lose_fragments: every second time that a second fragment passes, in one
# direction, it is lost
lose_fragments()
{
	within wire nft -f - <<-END
	table netdev lose {
		chain from_gateways {
			type filter hook ingress devices = { moon, sun } priority 1
			iifname moon udp dport 500 @th,192,8 53 @th,320,16 2 numgen inc mod 2 0 counter drop
			iifname sun udp dport 500 @th,192,8 53 @th,320,16 2 numgen inc mod 2 0 counter drop
		}
	}
	END
}

lost_fragments()
{
	within wire nft -j list table netdev lose |
		jq '[.. | .counter? | objects | .packets] | add'
}

lose_no_fragments()
{
	within wire nft delete table netdev lose
}
