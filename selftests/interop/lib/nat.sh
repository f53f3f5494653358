# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# moon behind a NAT, which has the outer address that it had itself:
#
#	198.51.100.2 [moon] ---- 198.51.100.1 [nat] 192.0.2.1 ---- [wire] ---- [sun]

# nat_up: between topology_up and the daemons
nat_up()
{
	ip netns add nat
	ip -n moon link delete wire
	ip -n wire link add moon type veth peer name wire netns nat
	ip -n wire link set moon master bridge up
	ip -n nat link set lo up
	ip -n nat link set wire up
	ip -n nat address add 192.0.2.1/24 dev wire
	ip -n nat link add inside type veth peer name wire netns moon
	ip -n nat link set inside up
	ip -n nat address add 198.51.100.1/24 dev inside
	ip -n moon link set wire up
	ip -n moon address add 198.51.100.2/24 dev wire
	ip -n moon route add default via 198.51.100.1
	within nat sysctl -q -w net.ipv4.ip_forward=1
	nat_masquerade 20000-20099
}

nat_down()
{
	ip netns delete nat
}

# nat_masquerade PORTS: from now on everything leaves from one of these ports
nat_masquerade()
{
	within nat nft -f - <<-END
	flush ruleset
	table ip nat {
		chain postrouting {
			type nat hook postrouting priority srcnat
			oifname "wire" ip protocol udp masquerade to :$1
			oifname "wire" masquerade
		}
	}
	END
	within nat conntrack -F >/dev/null 2>&1
}

# nat_move_to ADDRESS PORTS: the provider has given the NAT another address
nat_move_to()
{
	ip -n nat address flush dev wire
	ip -n nat address add "$1/24" dev wire
	nat_masquerade "$2"
}

# Seen from outside, moon has the address of the NAT.
eval "outer_$(declare -f connection)"
connection()
{
	outer_connection "$@" |
		sed 's/local_addrs = 192\.0\.2\.1$/local_addrs = 198.51.100.2/'
}
