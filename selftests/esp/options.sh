#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What else xfrm is told of a Child SA does what it says; Child SAs replace each
# other without loss; traps ask for them; many go at once.

# shellcheck disable=SC2329 # the tests are named, and called by run

set -u

cd "$(dirname "$0")" || exit 1

# shellcheck source-path=SCRIPTDIR source=common.sh
. ./common.sh

# one_ping [OPTION]... ADDRESS: from west
one_ping()
{
	in_west ping -n -q -c 1 -W 5 "$@"
}

# no_ping [OPTION]... ADDRESS
no_ping()
{
	if in_west ping -n -q -c 1 -W 1 "$@"; then
		fail "a ping of $* arrives"
	fi
}

# counted PACKETS_IN PACKETS_OUT: by the Child SA that the parameters name
counted()
{
	act west counters
	[[ $(result) =~ ^[0-9]+\ $1\ [0-9]+\ $2$ ]] ||
		fail "counters are $(result), not $1 and $2 packets"
}

# shown WORDS: in the states of west
shown()
{
	ip -n "$west" -d xfrm state list | grep -q -e "$1" ||
		fail "no '$1' in $(ip -n "$west" -d xfrm state list)"
}

test_windows()
{
	local window

	for window in 0 1 32 33 64 4096; do
		install_both "replay_window=$window"
		# A bitmap of its own is where the window does not fit beside.
		shown "replay[-_]window ${window}[ ,]"
		one_ping 10.2.0.1
		remove_both
	done
}

# duplicates REPLIES [OPTION=NUMBER]...: of two pings, each sent twice
duplicates()
{
	install_both "${@:2}"
	in_west ping -n -c 2 -i 0.5 -W 5 10.2.0.1 >"$work/ping"
	expect "the number of replies with ${*:2}" \
		"$(grep -c 'bytes from' "$work/ping")" "$1"
	remove_both
}

# Every request comes twice; with a window one of them is taken.
test_replays()
{
	modprobe sch_netem || exit "$KSFT_SKIP"
	work=$(mktemp -d)
	in_west tc qdisc add dev wire root netem duplicate 100%
	duplicates 2 replay_window=1
	duplicates 2 replay_window=32
	duplicates 2 replay_window=1024
	duplicates 2 replay_window=64 esn=1
	duplicates 3 replay_window=0
	in_west tc qdisc del dev wire root
	rm -r "$work"
}

# hosts LOCAL REMOTE BITS: addresses, and nothing behind them
hosts()
{
	parameter "local=$1" "remote=$2" "local_ts=$1/$3" "remote_ts=$2/$3"
}

# install_hosts_of WEST EAST BITS [OPTION=NUMBER]...
install_hosts_of()
{
	east_side "${@:4}"
	hosts "$2" "$1" "$3"
	act east install
	west_side "${@:4}"
	hosts "$1" "$2" "$3"
	act west install
}

test_transport()
{
	install_hosts_of 192.0.2.1 192.0.2.2 32 transport=1
	shown 'mode transport'
	expect "the number of policies" "$(policies west)" 2
	pings 192.0.2.2
	counted 6 6
	forget_all
	# ICMPv6 is also how neighbours are found: not protected here.
	east_side transport=1
	hosts 2001:db8::2 2001:db8::1 128
	parameter local_ts=2001:db8::2/128/17 remote_ts=2001:db8::1/128/17
	act east install
	west_side transport=1
	hosts 2001:db8::1 2001:db8::2 128
	parameter local_ts=2001:db8::1/128/17 remote_ts=2001:db8::2/128/17
	act west install
	in_west bash -c 'echo one >/dev/udp/2001:db8::2/9'
	act west counters
	[[ $(result) =~ ^[0-9]+\ [0-9]+\ [0-9]+\ 1$ ]] ||
		fail "counters are $(result) after one packet"
}

sockets=
work=
close_sockets()
{
	# shellcheck disable=SC2086 # one word for each process
	kill $sockets $monitors
}

# open_socket west|east PORT
open_socket()
{
	local ready=$work/ready-$1-$2

	nsenter --net="/run/netns/pqike-$1" ./udp_encap "$2" >"$ready" &
	sockets="$sockets $!"
	trap close_sockets EXIT
	wait_for ready "$ready"
}

test_encap()
{
	local ports="encap_local_port=4500 encap_remote_port=4500"

	work=$(mktemp -d)
	open_socket west 4500
	open_socket east 4500
	# shellcheck disable=SC2086 # one word for each option
	install_both $ports
	shown 'encap type espinudp sport 4500 dport 4500'
	pings 10.2.0.1
	counted 6 6
	remove_both
	# shellcheck disable=SC2086
	install_both $ports encr=12 integ=12 esn=1
	pings 10.2.0.1
	remove_both
	# shellcheck disable=SC2086
	install_hosts_of 192.0.2.1 192.0.2.2 32 $ports transport=1
	one_ping 192.0.2.2
	remove_both
	# shellcheck disable=SC2086
	east_side $ports
	parameter local=2001:db8::2 remote=2001:db8::1
	act east install
	# shellcheck disable=SC2086
	west_side $ports
	parameter local=2001:db8::1 remote=2001:db8::2
	act west install
	one_ping 10.2.0.1
	counted 1 1
	rm -r "$work"
}

# East is behind a NAT that has given it another port.
test_port_change()
{
	work=$(mktemp -d)
	open_socket west 4500
	open_socket east 4501
	monitor_to "$work"
	trap close_sockets EXIT
	east_side encap_local_port=4501 encap_remote_port=4500
	act east install
	west_side encap_local_port=4500 encap_remote_port=4500
	act west install
	no_ping 10.2.0.1
	in_east ping -n -q -c 3 -i 0.2 -W 1 10.1.0.1 || :
	wait_for 'Mapping change' "$work/monitor"
	wait_for '4500 -> 192.0.2.2:4501' "$work/monitor"
	# A second has one event of one port.
	[ "$(grep -c 'Mapping change' "$work/monitor")" -lt 3 ] ||
		fail "each packet has its event: $(cat "$work/monitor")"
	west_side encap_remote_port=4501
	act west set_port
	shown 'encap type espinudp sport 4501 dport 4500'
	shown 'encap type espinudp sport 4500 dport 4501'
	one_ping 10.2.0.1
	west_side encap_remote_port=0
	refused west set_port "port 0"
	rm -r "$work"
}

# add_interface west|east NUMBER OTHER
add_interface()
{
	ip -n "pqike-$1" link add ipsec0 type xfrm dev lo if_id 42
	ip -n "pqike-$1" link set ipsec0 up
	ip -n "pqike-$1" route replace "10.$3.0.0/16" dev ipsec0 src "10.$2.0.1"
}

test_interface()
{
	modprobe xfrm_interface || exit "$KSFT_SKIP"
	add_interface west 1 2
	add_interface east 2 1
	east_side if_id_in=42 if_id_out=42
	parameter local_ts=0.0.0.0/0 remote_ts=0.0.0.0/0
	act east install
	west_side if_id_in=42 if_id_out=42
	parameter local_ts=0.0.0.0/0 remote_ts=0.0.0.0/0
	act west install
	shown 'if_id 0x2a'
	pings 10.2.0.1
	counted 6 6
	# Not by the interface: not protected.
	one_ping 192.0.2.2
	counted 6 6
	remove_both
	expect_nothing_in west
	for name in west east; do
		ip -n "pqike-$name" link del ipsec0
	done
	ip -n "$west" route replace 10.2.0.0/16 via 192.0.2.2 src 10.1.0.1
	ip -n "$east" route replace 10.1.0.0/16 via 192.0.2.1 src 10.2.0.1
}

# Two Child SAs of the same selectors: marks tell them apart.
test_marks()
{
	local marks="mark_in.v=5 mark_in.m=0xff mark_out.v=5 mark_out.m=0xff"

	east_side
	act east install
	# shellcheck disable=SC2086 # one word for each option
	west_side $marks set_mark_in.v=5 set_mark_in.m=0xff \
		set_mark_out.v=7 set_mark_out.m=0xff
	act west install
	shown 'mark 0x5/0xff'
	shown 'output-mark 0x7/0xff'
	one_ping -m 5 10.2.0.1
	counted 1 1
	no_ping -m 6 10.2.0.1
	counted 1 1
	west_side mark_in.v=6 mark_in.m=0xff mark_out.v=6 mark_out.m=0xff
	parameter slot=3 spi_in=0xc1000003 spi_out=0xc2000004
	act west install
	expect "the number of policies" "$(policies west)" 6
	act west remove
	west_side
	act west remove
	expect_nothing_in west
}

# flags SPI: what xfrm has of the state
flags()
{
	ip -n "$west" -s xfrm state list spi "$1" |
		grep -o -e 'flag [^(]*' |
		sed -e 's/ *extra_flag/ extra_flag/' -e 's/ *$//'
}

test_flags()
{
	install_both dont_encap_dscp=1 decap_dscp=1 nopmtudisc=1 noecn=1
	expect "the inbound flags" "$(flags 0xc1000001)" \
		'flag noecn decap-dscp af-unspec'
	expect "the outbound flags" "$(flags 0xc2000002)" \
		'flag noecn nopmtudisc af-unspec extra_flag dont-encap-dscp'
	pings 10.2.0.1
}

# expired COUNT HARD: that many events of one kind are in the monitor
expired()
{
	wait_for "hard $2" "$work/monitor"
	expect "the number of expire events with hard $2" \
		"$(grep -c "hard $2" "$work/monitor")" "$1"
}

test_lifetime_packets()
{
	work=$(mktemp -d)
	monitor_to "$work"
	install_both lifetime.soft_packets=2 lifetime.hard_packets=4
	in_west ping -n -q -c 3 -i 0.2 -W 5 10.2.0.1
	expired 2 0
	in_west ping -n -q -c 3 -i 0.2 -W 1 10.2.0.1 || :
	wait_for 'hard 1' "$work/monitor"
	if has_key "$work/monitor"; then
		fail "a key is in $(cat "$work/monitor")"
	fi
	expect "the outbound state" \
		"$(ip -n "$west" xfrm state list spi 0xc2000002)" ''
	remove_both
	expect "the number of policies" "$(policies west)" 0
	rm -r "$work"
}

test_lifetime_bytes()
{
	work=$(mktemp -d)
	monitor_to "$work"
	install_both lifetime.soft_bytes=1000 lifetime.hard_bytes=1000000
	one_ping -s 1200 10.2.0.1
	one_ping -s 1200 10.2.0.1
	expired 2 0
	rm -r "$work"
}

test_lifetime_seconds()
{
	work=$(mktemp -d)
	monitor_to "$work"
	install_both lifetime.soft_seconds=2 lifetime.hard_seconds=4
	expired 2 0
	wait_for 'hard 1' "$work/monitor"
	until [ "$(states west)" -eq 0 ]; do
		sleep 0.1
	done
	expired 2 1
	if has_key "$work/monitor"; then
		fail "a key is in $(cat "$work/monitor")"
	fi
	rm -r "$work"
}

test_trap()
{
	work=$(mktemp -d)
	monitor_to "$work"
	west_side
	act west trap_set
	act west trap_set
	expect "the number of policies" "$(policies west)" 3
	no_ping 10.2.0.1
	wait_for '^acquire proto esp' "$work/monitor"
	wait_for 'tmpl src 192.0.2.1 dst 192.0.2.2' "$work/monitor"
	wait_for 'proto esp reqid 7 ' "$work/monitor"

	install_both
	expect "the number of states" "$(states west)" 2
	expect "the number of policies" "$(policies west)" 3
	one_ping 10.2.0.1
	remove_both
	expect "the number of policies" "$(policies west)" 3
	no_ping 10.2.0.1

	install_both
	west_side
	act west trap_del
	refused west trap_del "has no trap"
	expect "the number of policies" "$(policies west)" 3
	one_ping 10.2.0.1
	remove_both
	expect "the number of policies" "$(policies west)" 0
	rm -r "$work"
}

test_shared_policies()
{
	west_side
	act west install
	parameter slot=3 spi_in=0xc1000003 spi_out=0xc2000004
	act west install
	expect "the number of states" "$(states west)" 4
	expect "the number of policies" "$(policies west)" 3
	ip -n "$west" xfrm policy flush
	parameter slot=5 spi_in=0xc1000005 spi_out=0xc2000006
	act west install
	expect "the number of policies" "$(policies west)" 3
	act west remove
	west_side
	act west remove
	expect "the number of policies" "$(policies west)" 3
	parameter slot=3
	act west remove
	expect_nothing_in west
}

# A trap for echo requests (type 8) alone, then one for ports 1024 to 2047.
test_port_masks()
{
	west_side
	parameter remote_ts=10.2.0.0/16/1/0x0800/0xff00
	act west trap_set
	ip -n "$west" xfrm policy list dir out | grep -q 'proto icmp type 8'
	no_ping 10.2.0.1
	act west trap_del
	parameter remote_ts=10.2.0.0/16/1/0x0d00/0xff00
	act west trap_set
	one_ping 10.2.0.1
	act west trap_del
	parameter remote_ts=10.2.0.0/16/17/1024/0xfc00
	act west trap_set
	ip -n "$west" xfrm policy list dir out | grep -q 'proto udp dport 1024'
	act west trap_del
	expect_nothing_in west
}

test_pending()
{
	west_side
	act west install_in
	expect "the number of states" "$(states west)" 1
	expect "the number of policies" "$(policies west)" 3
	act west install_out
	expect "the number of states" "$(states west)" 2
	refused west install_out "no outbound ESP SA waits"
	act west remove_out
	wait_for_states west 1
	act west remove
	expect_nothing_in west

	# One that was superseded goes at the latest with the Child SA.
	act west install
	act west remove_out
	act west remove
	expect_nothing_in west

	# One that is never installed goes with the Child SA.
	act west install_in
	act west remove
	expect_nothing_in west
}

# generation N: the parameters of the N-th of a row of Child SAs
generation()
{
	local number

	number=$(printf '%08x' "$2")
	# A processor that has drawn a sequence number may not run for long, while the other
	# one sends on.
	"$1_side" replay_window=4096
	if [ "$1" = west ]; then
		parameter "slot=$((2 * $2 + 1))" \
			"spi_in=0xc1${number:2}" "spi_out=0xc2${number:2}"
	else
		parameter "slot=$((2 * $2 + 2))" \
			"spi_in=0xc2${number:2}" "spi_out=0xc1${number:2}"
	fi
}

# rekey N: west replaces the Child SA before, as RFC 7296 section 2.8 has it
rekey()
{
	generation east "$1"
	act east install_in
	generation west "$1"
	act west install
	generation west $(($1 - 1))
	act west remove_out
	generation east "$1"
	act east install_out
	generation east $(($1 - 1))
	act east remove_out
	# What was sent before these has come when they come.
	one_ping 10.2.0.1
	in_east ping -n -q -c 1 -W 5 10.1.0.1 || {
		in_west cat /proc/net/xfrm_stat
		in_east cat /proc/net/xfrm_stat
		fail "a ping is lost"
	}
	generation east $(($1 - 1))
	act east remove
	generation west $(($1 - 1))
	act west remove
}

test_make_before_break()
{
	local generation flood

	generation east 0
	act east install
	generation west 0
	act west install
	# Not in_west, whose shell would get the signal in its place.
	nsenter --net="/run/netns/$west" \
		ping -n -q -i 0.002 10.2.0.1 >"$work/flood" &
	flood=$!
	for generation in {1..12}; do
		rekey "$generation"
	done
	kill -INT "$flood"
	wait "$flood" || :
	cat "$work/flood"
	grep -q ' 0% packet loss' "$work/flood" || {
		in_west cat /proc/net/xfrm_stat
		in_east cat /proc/net/xfrm_stat
		fail "packets are lost"
	}
	expect "the number of states" "$(states west)" 2
	expect "the number of policies" "$(policies west)" 3
}

test_many()
{
	local began

	west_side
	parameter slot=1000 count=500 remote_ts=10.2.0.1/32
	act west install_many
	expect "the number of states" "$(states west)" 1000
	expect "the number of policies" "$(policies west)" 1500
	began=$SECONDS
	act west remove_many
	act west retire_flush
	[ $((SECONDS - began)) -le 10 ] ||
		fail "500 tunnels take $((SECONDS - began)) seconds to go"
	expect_nothing_in west
}

# Selectors that differ in a port alone are not all in one bucket: rhashtable has up to 16
# in one, and may refuse the next.
test_ports()
{
	west_side
	parameter slot=1000 count=300 local_ts=10.1.0.1/32/17 remote_ts=10.2.0.1/32/17/1000
	act west install_ports
	act west chain
	[ "$(result)" -le 16 ] || fail "of 300 sets of selectors $(result) are in one bucket"
	act west remove_many
	act west retire_flush
	expect_nothing_in west
}

begin 18
run "windows of all sizes" test_windows
run "a window drops what comes twice, none takes it" test_replays
run "transport mode" test_transport
run "UDP encapsulation" test_encap
run "a changed port is told and followed" test_port_change
run "xfrm interfaces" test_interface
run "marks" test_marks
run "DSCP, DF and ECN" test_flags
run "a lifetime of packets" test_lifetime_packets
run "a lifetime of bytes" test_lifetime_bytes
run "a lifetime of seconds" test_lifetime_seconds
run "a trap asks for a Child SA and stays behind it" test_trap
run "Child SAs of one reqid share policies" test_shared_policies
run "ICMP types and port masks" test_port_masks
run "an outbound SA that waits" test_pending
work=$(mktemp -d)
run "one Child SA replaces another without loss" test_make_before_break
rm -r "$work"
run "500 tunnels go in seconds" test_many
run "sets of selectors that differ in ports are in many buckets" test_ports
ktap_finished
