#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tunnels that kmod/pqike/esp.c puts into xfrm: they carry traffic, their keys
# cannot be read back, and they leave nothing behind nor touch what is not
# theirs. The module esp_test makes the calls. PQIKE_ROWS=few has those run that a kernel's
# configuration has a say in, and PQIKE_ROWS=one has one Child SA carry traffic, no more.

# shellcheck disable=SC2329 # the tests are named, and called by run

set -u

cd "$(dirname "$0")" || exit 1

# shellcheck source-path=SCRIPTDIR source=common.sh
. ./common.sh

# key_len_is LENGTH [OPTION=NUMBER]...
key_len_is()
{
	west_side "${@:2}"
	act west key_len
	expect "the length for ${*:2}" "$(result)" "$1"
}

test_key_len()
{
	key_len_is 20 encr=20 encr_key_bits=128
	key_len_is 28 encr=20 encr_key_bits=192
	key_len_is 36 encr=20 encr_key_bits=256
	key_len_is 36 encr=28 encr_key_bits=0
	key_len_is 48 encr=12 encr_key_bits=128 integ=12
	key_len_is 72 encr=12 encr_key_bits=192 integ=13
	key_len_is 96 encr=12 encr_key_bits=256 integ=14
}

# unsupported WORDS [OPTION=NUMBER]...
unsupported()
{
	west_side "${@:2}"
	refused west key_len "$1"
	refused west install "$1"
	expect_nothing_in west
}

test_unsupported()
{
	unsupported "AES_GCM_16 with 160 bits" encr_key_bits=160
	unsupported "AES_GCM_16 with 0 bits" encr_key_bits=0
	unsupported "CHACHA20_POLY1305 with 128 bits" encr=28 encr_key_bits=128
	unsupported "encryption transform 11 is" encr=11 encr_key_bits=0 integ=12
	unsupported "integrity transform 2 is" encr=12 integ=2
	unsupported "AES_GCM_16 takes no integrity transform, 12 given" integ=12
	unsupported "AES_CBC without an integrity transform" encr=12
}

test_bad_options()
{
	west_side replay_window=4097
	refused west install "window of 4097 packets"
	west_side esn=1 replay_window=0
	refused west install "need an anti-replay window"
	west_side encap_local_port=4500
	refused west install "ports of both sides"
	west_side transport=1
	parameter local_ts=10.1.0.0/16,fd00:1::/32
	refused west install "in transport mode all traffic selectors"
	expect_nothing_in west
}

# networks SECOND COUNT: a list of 10.SECOND.N.0/24
networks()
{
	seq -s , 0 "$(($2 - 1))" | sed "s/[0-9][0-9]*/10.$1.&.0\/24/g"
}

test_bad_selectors()
{
	west_side
	parameter local_ts=10.1.0.0/33
	refused west install "prefix of 33 bits"
	parameter local_ts=fd00:1::/32
	refused west install "share family and protocol"
	parameter local_ts=10.1.0.0/16/6 remote_ts=10.2.0.0/16/17
	refused west install "share family and protocol"
	parameter local_ts="$(networks 1 64)" remote_ts="$(networks 2 64)"
	refused west install "4096 pairs of traffic selectors, 256 at most"
	west_side
	parameter spi_out=255
	refused west install "SPI 255 is reserved"
	expect_nothing_in west
}

test_many_selectors()
{
	west_side
	parameter local_ts="$(networks 1 64)" remote_ts="$(networks 2 4)"
	act west install
	expect "the number of policies" "$(policies west)" "$((3 * 64 * 4))"
	act west remove
	expect_nothing_in west
}

# An SPI that is reserved is in no state, and only one Child SA's.
test_reserve()
{
	local first second

	west_side
	act west reserve
	first=$(result)
	[[ $first == 0xc??????? ]] || fail "SPI $first is out of range"
	parameter slot=3
	act west reserve
	second=$(result)
	[ "$second" != "$first" ] || fail "SPI $first was given twice"
	expect_nothing_in west

	parameter local_ts=10.1.0.0/33
	refused west install "prefix of 33 bits"
	parameter local_ts=10.1.0.0/16
	act west install
	expect "the number of states" "$(states west)" 2
	ip -n "$west" xfrm state list spi "$second" | grep -q 'reqid 7 mode tunnel'
	act west remove
	west_side
	act west remove
	expect_nothing_in west
}

# foreign_larval SPI [OPTION]...: of another key manager, in ours' direction and
# with our reqid
foreign_larval()
{
	ip -n "$west" xfrm state allocspi src 192.0.2.2 dst 192.0.2.1 proto esp \
		mode tunnel reqid 7 min "$1" max "$1" >/dev/null
}

# xfrm ends larval states after acq_expires seconds.
test_reservation_stays()
{
	local default

	default=$(in_west sysctl -n net.core.xfrm_acq_expires)
	in_west sysctl -q -w net.core.xfrm_acq_expires=1
	west_side
	act west reserve
	foreign_larval 0x1000
	until [ "$(states west)" -eq 0 ]; do
		sleep 0.1
	done
	act west install
	expect "the number of states" "$(states west)" 2
	act west remove
	in_west sysctl -q -w "net.core.xfrm_acq_expires=$default"
	expect_nothing_in west
}

# Another key manager knows of no reservation.
test_foreign_larval()
{
	local spi

	west_side
	act west reserve
	spi=$(result)
	foreign_larval "$spi"
	refused west install "another state with SPI ${spi#0x}"
	expect "the number of states" "$(states west)" 1
	act west remove
	ip -n "$west" xfrm state list spi "$spi" | grep -q 'reqid 7 mode tunnel'
	expect "the number of states" "$(states west)" 1
}

# Ours was deleted, and a larval state that is about to end is in its place.
test_dying_larval()
{
	west_side
	act west install
	ip -n "$west" xfrm state delete src 192.0.2.2 dst 192.0.2.1 proto esp \
		spi 0xc1000001
	foreign_larval 0xc1000001
	act west remove_dying
	act west retire_flush
	expect "the number of states" "$(states west)" 1
	expect "the number of policies" "$(policies west)" 0
}

# What waits in a queue of one namespace is encrypted under its key, whoever ends.
# A busy machine may take longer than the keys have.
test_other_namespace_ends()
{
	west_side
	for _ in {1..20}; do
		act west install
		act west remove_flush_other && break
	done
	expect "what the transform does" "$(result)" "opens: 1"
}

# The SPI that west reserves is the one that east sends to.
test_tunnel_v4()
{
	local spi counters

	west_side encr_key_bits=128
	act west reserve
	spi=$(result)
	act west install
	expect "the number of states" "$(states west)" 2
	expect "the number of policies" "$(policies west)" 3
	east_side encr_key_bits=128
	parameter "spi_out=$spi"
	act east install

	pings 10.2.0.1

	act east counters
	counters=$(result)
	[[ $counters =~ ^([0-9]+)\ 6\ ([0-9]+)\ 6$ ]] ||
		fail "counters are $counters after 6 packets each way"
	ip -n "$east" -s xfrm state list spi 0xc2000002 |
		grep -q "${BASH_REMATCH[1]}(bytes), 6(packets)"
	act east remove
	act east counters
	expect "counters after removal" "$(result)" "0 0 0 0"
}

# Outer IPv6; both families inside, and no policy across them.
test_tunnel_v6()
{
	local packets_in packets_out

	east_side
	parameter local=2001:db8::2 remote=2001:db8::1 \
		local_ts=10.2.0.0/16,fd00:2::/32 remote_ts=10.1.0.0/16,fd00:1::/32
	act east install
	west_side
	parameter local=2001:db8::1 remote=2001:db8::2 \
		local_ts=10.1.0.0/16,fd00:1::/32 remote_ts=10.2.0.0/16,fd00:2::/32
	act west install
	expect "the number of policies" "$(policies west)" 6

	pings 10.2.0.1
	pings fd00:2::1

	# 12 packets each way, some of them in two fragments
	act west counters
	read -r _ packets_in _ packets_out <<<"$(result)"
	if [ "$packets_in" -lt 12 ] || [ "$packets_out" -ne "$packets_in" ]; then
		fail "counters are $(result)"
	fi
	act west remove
	expect_nothing_in west
}

# priority SELECTOR: of the out policy
priority()
{
	ip -n "$west" xfrm policy list dir out |
		grep -A 1 "^src $1" | sed -n 's/.* priority \([0-9]*\).*/\1/p'
}

test_priority()
{
	local wide host icmp

	west_side
	parameter remote_ts=10.2.0.0/16,10.2.0.1/32,10.2.0.1/32/1
	act west install
	expect "the number of policies" "$(policies west)" 9
	wide=$(priority '10.1.0.0/16 dst 10.2.0.0/16')
	host=$(priority '10.1.0.0/16 dst 10.2.0.1/32 $')
	icmp=$(priority '10.1.0.0/16 dst 10.2.0.1/32 proto icmp')
	if [ "$icmp" -ge "$host" ] || [ "$host" -ge "$wide" ]; then
		fail "priorities, widest first: $wide $host $icmp"
	fi
}

test_migrate_policy_control()
{
	foreign_state 0x1001 aead 'rfc4106(gcm(aes))' \
		"0x${keymat_east:0:72}" 128
	ip -n "$west" xfrm policy add src 10.1.0.1 dst 10.2.0.1 dir out \
		tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 70 mode tunnel
	migrate_policy 70
	ip -n "$west" xfrm state list | grep -q 'dst 192.0.2.3'
}

test_migrate_state_control()
{
	foreign_state 0x1001 aead 'rfc4106(gcm(aes))' \
		"0x${keymat_east:0:72}" 128
	migrate_state 70 0x1001
	ip -n "$west" xfrm state list | grep -q 'dst 192.0.2.3'
}

test_remove()
{
	install_both
	pings 10.2.0.1
	remove_both
	expect_nothing_in west
	expect_nothing_in east
	in_west ping -n -c 1 -W 5 10.2.0.1
	remove_both
	expect_nothing_in west
}

foreign_policy()
{
	ip -n "$west" xfrm policy add "$@" action block priority 4711
}

# foreign_policy_stays DIR SRC DST: it stops an installation, and stays
foreign_policy_stays()
{
	foreign_policy src "$2" dst "$3" dir "$1"
	refused west install "$1 policy $2 > $3 exists"
	expect "the number of states" "$(states west)" 0
	expect "the number of policies" "$(policies west)" 1
	act west remove
	ip -n "$west" xfrm policy list dir "$1" | grep -q 'action block'
	ip -n "$west" xfrm policy list dir "$1" | grep -q 'priority 4711'
	ip -n "$west" xfrm policy flush
}

test_foreign_policy()
{
	west_side
	foreign_policy_stays out 10.1.0.0/16 10.2.0.0/16
	foreign_policy_stays in 10.2.0.0/16 10.1.0.0/16
	foreign_policy_stays fwd 10.2.0.0/16 10.1.0.0/16

	# The last of twelve: what came before it is taken out again.
	parameter local_ts=10.1.0.0/16,fd00:1::/32,fd00:1:1::/48 \
		remote_ts=fd00:2::/32,fd00:2:2::/48
	foreign_policy_stays out fd00:1:1::/48 fd00:2:2::/48
}

# Somebody puts his own policy where one of ours was.
test_replaced_policy()
{
	west_side
	act west install
	ip -n "$west" xfrm policy update src 10.1.0.0/16 dst 10.2.0.0/16 dir out \
		action block priority 4711
	act west remove
	expect "the number of states" "$(states west)" 0
	expect "the number of policies" "$(policies west)" 1
	ip -n "$west" xfrm policy list dir out | grep -q 'priority 4711'
}

test_foreign_state()
{
	west_side
	foreign_state 0xc2000002 aead 'rfc4106(gcm(aes))' "0x${keymat_east:0:72}" 128
	refused west install "another state with SPI c2000002"
	expect "the number of states" "$(states west)" 1
	expect "the number of policies" "$(policies west)" 0
	act west remove
	ip -n "$west" xfrm state list spi 0xc2000002 | grep -q 'reqid 70'
}

test_installed_twice()
{
	install_both
	parameter slot=3
	refused west install "another state with SPI c1000001"
	pings 10.2.0.1
	parameter spi_in=0xc1000003
	refused west install "another state with SPI c2000002"
	pings 10.2.0.1
	parameter spi_out=0xc2000004 reqid=8
	refused west install "in 10.2.0.0/16 > 10.1.0.0/16 is of reqid 7"
	expect "the number of states" "$(states west)" 2
	expect "the number of policies" "$(policies west)" 3
	pings 10.2.0.1
}

test_unload()
{
	install_both
	west_side
	parameter reqid=70 local_ts=10.3.0.0/16
	act west trap_set
	expect "the number of policies" "$(policies west)" 6
	rmmod esp_test
	expect_nothing_in west
	expect_nothing_in east
	insmod esp_test/esp_test.ko
}

# The namespaces go while states and policies are in them.
# The near end of a link goes when the namespace of its far end really does.
test_namespace_exit()
{
	ip link add pqike-near type veth peer name far netns "$west"
	install_both
	delete_namespaces
	for _ in {1..300}; do
		ip link show dev pqike-near >/dev/null 2>&1 || break
		sleep 0.1
	done
	ip link show dev pqike-near >/dev/null 2>&1 &&
		fail "the network namespace has not ended"
	make_namespaces
	expect_nothing_in west
}

# What a kernel's configuration, its algorithms or its end of a module have a say in
run_kernels_own()
{
	run "key lengths of all algorithms" test_key_len
	run "AES-GCM-128 over IPv4 carries traffic and counts it" test_tunnel_v4
	run "AES-GCM-256 over IPv6 carries both families" test_tunnel_v6
	run "no dump, monitor or PF_KEY shows a key" test_unreadable 'aead rfc4106(gcm(aes))  *128$'
	run "and a control does" test_control
	run "removal leaves nothing" test_remove
	run "a removed state that somebody holds has lost its key" test_forgets_key
	run "and has it while another namespace ends" test_other_namespace_ends
	run "the module leaves nothing" test_unload
	run "network namespaces end with tunnels in them" test_namespace_exit
	run "and the next ones start empty" expect_nothing_in west
}

run_others()
{
	run "other transforms are refused by name" test_unsupported
	run "wrong windows, ports and modes are refused by name" test_bad_options
	run "wrong selectors and SPIs are refused by name" test_bad_selectors
	run "as many pairs of selectors as there may be" test_many_selectors
	run "reserved SPIs differ and are in no state" test_reserve
	run "a reservation outlives xfrm's larval states" test_reservation_stays
	run "a larval state that has the SPI stops the installation and stays" test_foreign_larval
	run "a larval state about to end is taken for nobody's Child SA" test_dying_larval
	run "narrower selectors win" test_priority
	run "XFRM_MSG_MIGRATE is refused" test_migrate_policy
	run "XFRM_MSG_MIGRATE_STATE is refused" test_migrate_state
	run "XFRM_MSG_MIGRATE of a control is not" test_migrate_policy_control
	run "XFRM_MSG_MIGRATE_STATE of a control is not" test_migrate_state_control
	run "a policy that exists stops the installation and stays" test_foreign_policy
	run "removal spares a policy that replaced one of ours" test_replaced_policy
	run "a state that has the SPI stops the installation and stays" test_foreign_state
	run "a second installation leaves the first one alone" test_installed_twice
}

case ${PQIKE_ROWS:-all} in
one)
	begin 1
	run "AES-GCM-128 over IPv4 carries traffic and counts it" test_tunnel_v4
	;;
few)
	begin 11
	run_kernels_own
	;;
*)
	begin 28
	run_others
	run_kernels_own
	;;
esac
ktap_finished
