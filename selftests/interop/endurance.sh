#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Many rekeys under a flood of pings that loses none, and many tunnels that leave
# no memory and no state.
#
# PQIKE_ENDURANCE=full makes them as many as are promised, which takes long where
# the machine is emulated.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

case ${PQIKE_ENDURANCE:-short} in
full)
	child_rekeys=200
	ike_rekeys=50
	tunnels=500
	;;
*)
	child_rekeys=40
	ike_rekeys=10
	tunnels=100
	;;
esac

# rekeys ike|child COUNT REGEX: by either side in turn; the regex is for the line
# of strongSwan's log that ends one
rekeys()
{
	local what=$1 count=$2 regex=$3 number line log follower

	flood_start moon 1 -A
	exec {log}< <(exec tail --lines=0 --follow --sleep-interval=0.1 \
		"$run/sun/charon.log")
	follower=$!
	for ((number = 1; number <= count; number++)); do
		case $((number % 2)) in
		0) row_rekey moon 1 "$what" ;;
		1) row_rekey sun 1 "$what" ;;
		esac >/dev/null
		while read -r -t "$EVENT_SECONDS" -u "$log" line; do
			[[ ! $line =~ $regex ]] || break
		done
		[[ $line =~ $regex ]]
	done
	exec {log}<&-
	kill "$follower"
	flood_stop
	[ "$(row_list 1 | grep -c INSTALLED)" -eq 1 ]
	[ "$(row_list 1 | grep -c ESTABLISHED)" -eq 1 ]
}

# A flood that loses one packet is one that failed.
planted_loss()
{
	flood_start moon 1
	ip netns exec wire nft -f - <<-END
	table netdev one {
		chain from_gateways {
			type filter hook ingress device moon priority 1
			ip protocol esp numgen inc mod 100 50 counter drop
		}
	}
	END
	flood_advance
	flood_advance
	flood_advance
	flood_advance
	flood_advance
	flood_advance
	ip netns exec wire nft delete table netdev one
	! flood_stop
}

# tunnel GATEWAY NUMBER: those with an even number are begun by moon
tunnel()
{
	local gateway=$1 number=$2 peer action=none
	local host=$((number / 250)).$((number % 250 + 1))

	peer=$(other "$gateway")
	case $gateway,$((number % 2)) in
	moon,0 | sun,1) action=start ;;
	esac
	cat <<-END
	t$number {
		version = 2
		local_addrs = $(outer_address "$gateway")
		remote_addrs = $(outer_address "$peer")
		proposals = aes128gcm16-prfsha256-x25519-ke1_mlkem768
		local {
			auth = psk
			id = t$number.$gateway.example
		}
		remote {
			auth = psk
			id = t$number.$peer.example
		}
		children {
			net {
				local_ts = $(inner_base "$gateway").$host/32
				remote_ts = $(inner_base "$peer").$host/32
				esp_proposals = aes128gcm16
				start_action = $action
			}
		}
	}
	END
}

inner_base()
{
	case $1 in
	moon) echo 10.1 ;;
	sun) echo 10.2 ;;
	esac
}

# rows_connections GATEWAY: instead of the table of rows
tunnels_configure()
{
	local gateway number

	for gateway in moon sun; do
		{
			echo "connections {"
			for ((number = 1; number <= $1; number++)); do
				tunnel "$gateway" "$number"
			done
			echo "}"
		} >"$run/$gateway/connections"
	done
	{
		cat "$run/moon/connections"
		echo "secrets {"
		echo "	ike {"
		echo "		file = $run/moon/psk"
		echo "	}"
		echo "}"
	} >"$run/moon/pqike.conf"
	{
		cat "$run/sun/connections"
		echo "secrets {"
		echo "	ike { secret = \"$PSK\" }"
		echo "}"
	} >"$run/sun/swanctl.conf"
}

# Objects of the kernel that a tunnel needs, and what they are made of
slab_objects()
{
	local cache

	for cache in /sys/kernel/slab/*/shrink; do
		echo 1 >"$cache" 2>/dev/null || :
	done
	awk '/^(kmalloc|xfrm|pqike|key_jar|skbuff|sock_inode|UDP)/ {
		print $1, $2 }' /proc/slabinfo
}

states_are()
{
	[ "$(ip -n "$1" xfrm state count)" = "	 SAD count $2" ]
}

# up_and_down COUNT: all of them at once, and then none
up_and_down()
{
	local gateway

	tunnels_configure "$1"
	charon_settings=(cookie_threshold=0 cookie_threshold_ip=0 block_threshold=0
		init_limit_half_open=0)
	strongswan_run sun 1 "${charon_settings[@]}"
	pqike_run moon
	for gateway in moon sun; do
		EVENT_SECONDS=600 eventually states_are "$gateway" $((2 * $1))
	done
	swanctl_on sun --terminate --child net --timeout "$EVENT_SECONDS" \
		>/dev/null
	for gateway in moon sun; do
		eventually states_are "$gateway" 0
	done
	rows_stop
	xfrm_is_empty moon
	xfrm_is_empty sun
	[ -z "$(pqike_on moon show)" ]
}

# Less than one object in two tunnels is more than before.
no_memory_left()
{
	join "$run/slab-before" "$run/slab-after" | awk -v bound="$1" '
		{ grown = $3 - $2 }
		grown { print $1, grown }
		grown > bound / 2 { failed = 1 }
		END { exit failed }'
}

warmed_up()
{
	up_and_down 50
	slab_objects | sort >"$run/slab-before"
}

all_up_and_down()
{
	up_and_down "$tunnels"
	slab_objects | sort >"$run/slab-after"
}

row "rekeys" child.esp_proposals=aes128gcm16-x25519-ke1_mlkem768

ktap_print_header
ktap_set_plan 6
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start
row_up moon 1 >/dev/null

row_test "control: a flood that loses a packet fails" 1 planted_loss
row_test "$child_rekeys Child rekeys (200 if full) with ML-KEM under a flood of pings, none lost" \
	1 rekeys child "$child_rekeys" 'outbound CHILD_SA net.* established'
row_test "$ike_rekeys IKE rekeys (50 if full) with ML-KEM under a flood of pings, none lost" \
	1 rekeys ike "$ike_rekeys" 'IKE_SA r1.* rekeyed between'
row_end moon 1 >/dev/null
rows_stop

run_test "50 tunnels up and down" warmed_up
run_test "$tunnels tunnels (500 if full) up and down, no state left" all_up_and_down
run_test "$tunnels tunnels (500 if full) left no memory" no_memory_left "$tunnels"
ktap_finished
