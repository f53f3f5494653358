# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Floods of mars against moon, and what they cost moon.

# What mars has for itself: addresses without a list of them
mars_ipv4_network=198.18.0.0
mars_ipv6_prefix=2001:db8:66::
moon_ipv6=2001:db8:1::1
mars_ipv6=2001:db8:1::66

# floods_topology: routes to and from these; mars answers nothing of its own accord
floods_topology()
{
	local space

	for space in moon mars; do
		within "$space" sysctl -q -w \
			net.ipv6.conf.all.disable_ipv6=0 \
			net.ipv6.conf.wire.disable_ipv6=0
	done
	ip -n moon address add "$moon_ipv6/64" dev wire nodad
	ip -n mars address add "$mars_ipv6/64" dev wire nodad
	ip -n moon route add "$mars_ipv4_network/15" via "$mars_address"
	ip -n moon route add "$mars_ipv6_prefix/64" via "$mars_ipv6"
	ip -n mars route add local "$mars_ipv4_network/15" dev lo
	ip -n mars route add local "$mars_ipv6_prefix/64" dev lo
	within mars nft -f - <<-END
	table inet quiet {
		chain output {
			type filter hook output priority filter
			icmp type destination-unreachable drop
			icmpv6 type destination-unreachable drop
		}
	}
	END
}

# flood_of COMMAND...: begin one
flood_of()
{
	PYTHONDONTWRITEBYTECODE=1 ip netns exec mars "$@" \
		>"$run/flood.sent" 2>"$run/flood.errors" <"$run/init_request" &
	init_flood_pid=$!
}

# flood_over: it ends, and says how much it was
flood_over()
{
	kill "$init_flood_pid"
	wait_for_exit "$init_flood_pid"
	cat "$run/flood.errors"
	figure "$(cat "$run/flood.sent") $1"
}

# refused CAUSE: so many messages, since the helper began
refused()
{
	pqike_on moon show -s -j --control "$run/moon/pqike.control" |
		jq ".messages_refused.$1"
}

# has_refused CAUSE COUNT: so many since the flood began
has_refused()
{
	[ "$(refused "$1")" -ge $((before + $2)) ]
}

half_open_are()
{
	[ "$(pqike_ike_sas moon | grep -c '"state":"keyed"')" -ge "$1" ]
}

# uptime_ms: of the machine
uptime_ms()
{
	awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime
}

# helper_group: the helper's memory is counted from now on
helper_group()
{
	[ -f /sys/fs/cgroup/cgroup.controllers ] ||
		mount -t cgroup2 none /sys/fs/cgroup
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	mkdir -p /sys/fs/cgroup/helper
	pqike_helper moon >/sys/fs/cgroup/helper/cgroup.procs
}

helper_group_gone()
{
	[ ! -d /sys/fs/cgroup/helper ] || rmdir /sys/fs/cgroup/helper
}

# kernel_kib: of the kernel, charged to the helper; those of its packets that wait too
kernel_kib()
{
	awk '$1 == "kernel" || $1 == "sock" { sum += $2 }
		END { print int(sum / 1024) }' /sys/fs/cgroup/helper/memory.stat
}
