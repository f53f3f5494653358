#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tunnels that come up by themselves, stay up, and come back: traps, several
# gateways of the peer, lost events, a module that goes and comes.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# child SETTINGS: the value of esp_proposals and more lines of the child
child()
{
	printf 'esp_proposals=aes256gcm16\n\t\t\t%s' "$1"
}

no_plain_packet()
{
	[ "$(capture_count "$run/wire.pcap" "$(plain_packet)")" -eq 0 ]
}

# The trap stays when the tunnel goes, and nothing passes without one.
first_packet()
{
	gateways_start pqike "$1" "moon:$(child 'start_action = trap')"
	eventually inner_ping moon 56 1
	log moon 'a packet waits for child net'
	down moon
	eventually has_no_ike_sa moon
	ip -n moon xfrm policy list nosock | grep -q 'dir out'
	eventually inner_ping moon 56 1
	no_plain_packet
	pqike_stop moon
	"${kind[sun]}_stop" sun
	no_plain_packet
	expect_nothing_left
}

starts_by_itself()
{
	gateways_start pqike "$1" "moon:$(child 'start_action = start')"
	log moon 'child net installed'
	inner_ping moon 56
	gateways_stop
}

# sun comes late, and not before the first attempt has failed.
peer_comes_late()
{
	gateways_start pqike silent 'moon:extra=keyingtries = 0' \
		"moon:$impatient" \
		"moon:$(child 'start_action = start')"
	log moon 'the next attempt'
	silent_stop sun
	kind[sun]=pqike
	pqike_start sun
	log moon 'child net installed'
	inner_ping moon 56
	gateways_stop
}

second_gateway()
{
	gateways_start pqike pqike \
		'moon:remote_address=192.0.2.77, 192.0.2.2' "moon:$impatient" \
		"moon:$(child 'start_action = trap')"
	up moon
	log moon 'the next address is 192.0.2.2'
	inner_ping moon 56
	down moon
	pqike_stop moon
	pqike_stop sun
	no_plain_packet
	expect_nothing_left
}

# The peer has a name, which does not resolve at first.
peer_by_name()
{
	local name=sun.gateway.example

	pqike_hosts moon
	gateways_start pqike "$1" "moon:remote_address=$name" \
		"moon:$(child 'start_action = trap')"
	log moon "no trap for child net yet: $name does not resolve"
	expect_failure "$run/up.out" up moon
	grep "$name does not resolve" "$run/up.out"
	pqike_on moon explain --control "$run/moon/pqike.control" gateways \
		>"$run/explain"
	grep "failure: .*$name does not" "$run/explain"
	grep 'try: .*getent' "$run/explain"
	pqike_hosts moon "192.0.2.2 $name"
	up moon
	inner_ping moon 56
	pqike_on moon show --control "$run/moon/pqike.control" >"$run/show"
	grep "remote: *192.0.2.2:[0-9]*, $name" "$run/show"
	down moon
	eventually has_no_ike_sa moon
	# The trap is there by now, between the addresses that were found.
	eventually inner_ping moon 56 1
	down moon
	eventually has_no_ike_sa moon
	rm "$run/moon/hosts"
	gateways_stop
}

encap_without_nat()
{
	gateways_start pqike "$1" 'moon:extra=encap = yes'
	up moon
	inner_ping moon 56
	inner_ping sun 1300
	[ "$(capture_count "$run/wire.pcap" esp)" -eq 0 ]
	down moon
	expect_all_gone
	gateways_stop
}

from_port_4500()
{
	gateways_start pqike "$1" 'moon:extra=remote_port = 4500'
	up moon
	inner_ping moon 56
	[ "$(capture_count "$run/wire.pcap" 'udp port 500')" -eq 0 ]
	down moon
	expect_all_gone
	gateways_stop
}

# other_policies N: policies of nobody's, to other networks
other_policies()
{
	ip -n moon route add 10.99.0.0/16 via 192.0.2.2 src 10.1.0.1
	seq "$1" | awk '{
		printf "xfrm policy add src 10.1.0.1 dst 10.99.%d.%d dir out " \
			"tmpl src 192.0.2.1 dst 192.0.2.%d proto esp reqid %d " \
			"mode tunnel\n", $1 / 250, $1 % 250, 100 + $1 % 100,
			100000 + $1
	}' | ip -n moon -batch -
}

# Each packet asks for an ESP SA of its own: that floods the helper's socket.
flood_of_events()
{
	ip netns exec moon bash -c "
		for i in \$(seq $1); do
			{ echo >/dev/udp/10.99.\$((i / 250)).\$((i % 250))/9; } \
				2>/dev/null || :
		done"
}

lost_events()
{
	local pid

	gateways_start pqike pqike
	up moon
	inner_ping moon 56
	pid=$(pqike_helper moon)
	other_policies 500
	kill -STOP "$pid"
	flood_of_events 500
	ip -n moon xfrm state flush proto esp
	kill -CONT "$pid"
	log moon 'events of the kernel were lost'
	log moon 'it is made anew'
	log moon 'compared with the kernel'
	eventually inner_ping moon 56 1
	pqike_stop moon
	pqike_stop sun
	ip -n moon route delete 10.99.0.0/16
}

module_comes_back()
{
	gateways_start pqike pqike "moon:$(child 'start_action = trap')"
	up moon
	inner_ping moon 56
	rmmod pqike
	log moon 'module pqike is gone'
	log sun 'module pqike is gone'
	expect_nothing_left
	pqike_modules
	log moon 'module pqike is there again'
	log sun 'module pqike is there again'
	eventually inner_ping moon 56 1
	gateways_stop
}

# It gets no command. The right one is taken back.
module_of_another_version()
{
	local version

	version=$(sed -n 's/.*PQIKE_GENL_VERSION[^0-9]*//p' \
		"$top/uapi/linux/pqike.h")
	gateways_start pqike pqike "moon:$(child 'start_action = trap')"
	up moon
	rmmod pqike
	log moon 'module pqike is gone'
	insmod other_version/other_version.ko
	log moon "speaks version $((version + 1)) of its interface, this pqike version $version"
	expect_failure "$run/up.out" up moon
	grep 'not there, or of another version' "$run/up.out"
	rmmod other_version
	pqike_modules
	log moon 'module pqike is there again'
	log sun 'module pqike is there again'
	eventually inner_ping moon 56 1
	gateways_stop
}

# trap_is_left heard|unheard: what a helper that was killed has left holds packets until
# the next one comes, which takes it over; where the configuration has it no more, it goes.
# Where another process hears that xfrm asks for an ESP SA, as ip(8) does, xfrm does not
# ask again for a while: the next helper finds out that it did.
trap_is_left()
{
	local action='start_action = trap'

	gateways_start pqike pqike "moon:$(child "$action")"
	eventually inner_ping moon 56 1
	down moon
	if [ "$1" = heard ]; then
		ip -n moon xfrm monitor acquire >"$run/moon/acquires" &
	fi
	pqike_kill moon
	expect_failure "$run/ping.out" within moon \
		ping -q -n -c 1 -W 1 -I 10.1.0.1 10.2.0.1
	pqike_start moon "$(child "$action")"
	if [ "$1" = heard ]; then
		log moon 'a packet waits for child net'
		log moon 'child net installed'
	else
		eventually inner_ping moon 56 1
	fi
	inner_ping moon 56
	no_plain_packet
	pqike_kill moon
	pqike_start moon "$(child '')"
	log moon 'removed the trap of reqid 1, left by a helper'
	inner_ping moon 56
	down moon
	xfrm_wait_empty moon
	gateways_stop
}

address_goes()
{
	gateways_start pqike pqike "moon:$(child 'start_action = start')"
	log moon 'child net installed'
	ip -n moon address delete 192.0.2.1/24 dev wire
	log moon 'the local address 192.0.2.1 is gone'
	ip -n moon address add 192.0.2.1/24 dev wire
	ip -n moon route add 10.2.0.0/24 via 192.0.2.2
	eventually inner_ping moon 56 1
	gateways_stop
}

# without SUN_KIND LOG_LINE TAKE_AWAY GIVE_BACK [MOON_SETTING]...: pqike starts while
# moon lacks something of its network, as at boot, which LOG_LINE says, and comes up
# when it is there. TAKE_AWAY and GIVE_BACK are arguments of ip(8).
without()
{
	local sun_kind=$1 line=$2 take_away=$3 give_back=$4

	shift 4
	# shellcheck disable=SC2086 # arguments
	ip -n moon $take_away
	gateways_start pqike "$sun_kind" \
		"moon:$(child 'start_action = start')" "$@"
	log moon "$line"
	# shellcheck disable=SC2086 # arguments
	ip -n moon $give_back
	log moon 'child net installed'
	ip -n moon route replace 10.2.0.0/24 via 192.0.2.2
	inner_ping moon 56
	gateways_stop
}

before_there_is_a_route()
{
	without "$1" 'unreachable' 'route delete 192.0.2.0/24' \
		'route add 192.0.2.0/24 dev wire src 192.0.2.1' "${@:2}"
}

before_there_is_an_address()
{
	without "$1" 'cannot send: |unreachable' 'address delete 192.0.2.1/24 dev wire' \
		'address add 192.0.2.1/24 dev wire' "${@:2}"
}

tests=(
	"first_packet pqike"
	"first_packet strongswan"
	"starts_by_itself strongswan"
	"peer_comes_late"
	"second_gateway"
	"peer_by_name pqike"
	"peer_by_name strongswan"
	"encap_without_nat pqike"
	"encap_without_nat strongswan"
	"from_port_4500 pqike"
	"from_port_4500 strongswan"
	"lost_events"
	"module_comes_back"
	"module_of_another_version"
	"trap_is_left heard"
	"trap_is_left unheard"
	"address_goes"
	"before_there_is_a_route strongswan"
	"before_there_is_a_route strongswan moon:local_address=%any"
	"before_there_is_an_address strongswan"
	"before_there_is_an_address strongswan moon:local_address=%any"
)

ktap_print_header
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT

if [ $# -gt 0 ]; then
	tests=("$@")
fi
ktap_set_plan "${#tests[@]}"
for test in "${tests[@]}"; do
	# shellcheck disable=SC2086 # a function and its arguments
	run_test "${test//_/ }" $test
done
ktap_finished
