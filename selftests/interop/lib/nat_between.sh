# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A NAT between a private link of each gateway and the wire:
#
#	198.51.100.1 [moon] ----.
#	                        [nat] 192.0.2.3 ---- bridge in [wire]
#	203.0.113.1  [sun]  ----'
#
# and the same of IPv6: 2001:db8:1::1, 2001:db8:2::1 and 2001:db8::3.
#
# A packet takes it when it goes to an address that nat_route names.

nat_up()
{
	local gateway

	ip netns add nat
	for gateway in moon sun nat; do
		within "$gateway" sysctl -q -w \
			net.ipv6.conf.all.disable_ipv6=0 \
			net.ipv6.conf.default.disable_ipv6=0
	done
	within nat sysctl -q -w net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1
	ip -n wire link add nat type veth peer name wire netns nat
	ip -n wire link set nat master bridge up
	ip -n nat link set wire up
	ip -n nat address add 192.0.2.3/24 dev wire
	ip -n nat address add 2001:db8::3/64 dev wire nodad
	for gateway in moon sun; do
		ip -n nat link add "$gateway" type veth \
			peer name private netns "$gateway"
		ip -n nat link set "$gateway" up
		ip -n nat address add "$(private_net "$gateway").254/24" \
			dev "$gateway"
		ip -n nat address add "$(private_net6 "$gateway")fe/64" \
			dev "$gateway" nodad
		ip -n "$gateway" link set private up
		ip -n "$gateway" address add "$(private_net "$gateway").1/24" \
			dev private
		ip -n "$gateway" address add "$(private_net6 "$gateway")1/64" \
			dev private nodad
	done
	within nat nft -f - <<-END
	table inet nat {
		chain postrouting {
			type nat hook postrouting priority srcnat
			oifname wire masquerade random
		}
	}
	END
}

nat_down()
{
	ip netns delete nat
}

private_net()
{
	case $1 in
	moon) echo 198.51.100 ;;
	sun) echo 203.0.113 ;;
	esac
}

private_net6()
{
	case $1 in
	moon) echo 2001:db8:1:: ;;
	sun) echo 2001:db8:2:: ;;
	esac
}

# nat_route GATEWAY ADDRESS: its packets for an address go through the NAT
nat_route()
{
	case $2 in
	*:*) ip -n "$1" route add "$2" via "$(private_net6 "$1")fe" dev private ;;
	*) ip -n "$1" route add "$2" via "$(private_net "$1").254" dev private ;;
	esac
}

# nat_forget: every mapping is lost, and the next packet gets another port
nat_forget()
{
	within nat conntrack -F -f ipv4
	within nat conntrack -F -f ipv6
}
