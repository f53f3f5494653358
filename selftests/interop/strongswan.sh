#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Interoperation with strongSwan in both roles, and of pqike with itself:
# tunnels that carry traffic, and refusals that leave nothing behind.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# expect_traffic SIZE: pings pass through the ESP SAs, not beside them
expect_traffic()
{
	local gateway packets
	local -A before

	for gateway in moon sun; do
		xfrm_packets "$gateway"
		before[$gateway]=$packets
	done
	inner_ping moon "$1" 2
	for gateway in moon sun; do
		xfrm_packets "$gateway"
		# two in, two out
		[ "$packets" -eq $((before[$gateway] + 4)) ]
	done
}

# expect_captured WHAT AT_LEAST FILTER
expect_captured()
{
	local count

	count=$(capture_count "$run/wire.pcap" "$3")
	if [ "$count" -lt "$2" ]; then
		echo "$count packets of $1 on the wire, expected $2"
		return 1
	fi
}

expect_no_plain_packet()
{
	[ "$(capture_count "$run/wire.pcap" "$(plain_packet)")" -eq 0 ]
}

# tunnel MOON_KIND SUN_KIND [KEY=VALUE]...: twice up, deleted by either side
tunnel()
{
	local deleter

	gateways_start "$@"
	for deleter in moon sun; do
		up moon
		expect_traffic 56
		expect_traffic 1400
		down "$deleter"
		expect_all_gone
	done
	gateways_stop
	expect_captured ESP 16 "$(esp_packet)"
	expect_no_plain_packet
}

# Both directions of IKE_INTERMEDIATE need RFC 7383 fragments.
tunnel_in_fragments()
{
	local gateway

	tunnel "$@"
	for gateway in moon sun; do
		expect_captured "fragments from $gateway" 4 \
			"src host ${outer_address[$gateway]} and $(ike_fragment)"
	done
}

# strongSwan with MOBIKE goes on at port 4500 once both can NAT traversal.
tunnel_at_4500()
{
	tunnel "$@"
	expect_captured "IKE_AUTH at port 4500" 4 \
		"udp port 4500 and $(ike_exchange 35)"
}

# refusal MOON_SAYS SUN_SAYS MOON_KIND SUN_KIND [KEY=VALUE]...
#
# moon's attempt must fail. The regexes are for what its command prints and for
# the log of sun.
refusal()
{
	local moon_says=$1 sun_says=$2

	shift 2
	gateways_start "$@"
	expect_failure "$run/up.out" up moon
	grep -q -E -e "$moon_says" "$run/up.out"
	log sun "$sun_says"
	expect_all_gone
	gateways_stop
}

# The peer has no Child SA to offer, but its IKE SA stands until it is deleted.
childless()
{
	local moon_says=$1

	shift
	gateways_start "$@"
	expect_failure "$run/up.out" up moon
	grep -q -E -e "$moon_says" "$run/up.out"
	xfrm_wait_empty moon
	xfrm_wait_empty sun
	down moon
	expect_all_gone
	gateways_stop
}

silence()
{
	gateways_start pqike silent "moon:$impatient"
	expect_failure "$run/up.out" up moon
	[ "$(wc -l <"$run/up.out")" -ge 1 ]
	grep -q -E -e "$1" "$run/up.out"
	expect_all_gone
	gateways_stop
	expect_captured "IKE_SA_INIT" 2 "$(ike_exchange 34)"
}

test_tunnels()
{
	local kinds=$1 exchange test

	shift
	for exchange in "$@"; do
		case $exchange in
		*mlkem1024) test=tunnel_in_fragments ;;
		*) test=tunnel ;;
		esac
		# shellcheck disable=SC2086 # the two kinds
		run_test "${kinds/ / -> } $exchange" $test $kinds \
			"proposals=aes256gcm16-prfsha384-$exchange"
	done
}

# algorithms.sh has all others.
usual="x25519-ke1_mlkem768 ecp384-ke1_mlkem1024"
small=aes128gcm16-prfsha256-ecp256-ke1_mlkem512
classical=aes256gcm16-prfsha384-x25519
optional=$classical-ke1_none-ke1_mlkem768
needs_ml_kem='ML-KEM.*requir|requir.*ML-KEM'
wrong_psk=psk=not-the-key-of-the-other-side
stranger=id=stranger.gateway.example

ktap_print_header
ktap_set_plan 21
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT

for kinds in "pqike strongswan" "strongswan pqike" "pqike pqike"; do
	# shellcheck disable=SC2086 # one word for each tunnel
	test_tunnels "$kinds" $usual
done
for kinds in "pqike strongswan" "strongswan pqike"; do
	# shellcheck disable=SC2086 # the two kinds
	set -- $kinds
	row="$1 -> $2"
	run_test "$row $small" tunnel "$@" \
		proposals=$small esp_proposals=aes128gcm16
done
run_test "pqike -> strongswan with MOBIKE" \
	tunnel pqike strongswan mobike=yes
run_test "strongswan -> pqike with MOBIKE" \
	tunnel_at_4500 strongswan pqike mobike=yes
run_test "strongswan -> pqike, ML-KEM optional to the peer" \
	tunnel strongswan pqike moon:proposals=$optional

run_test "pqike refuses a classical responder" \
	refusal "$needs_ml_kem" NO_PROP pqike strongswan \
	sun:proposals=$classical
run_test "pqike refuses a classical initiator" \
	refusal NO_PROPOSAL_CHOSEN "$needs_ml_kem" strongswan pqike \
	moon:proposals=$classical
run_test "pqike -> strongswan, wrong pre-shared key" \
	refusal AUTHENTICATION_FAILED AUTH_FAILED pqike strongswan \
	moon:$wrong_psk
run_test "strongswan -> pqike, wrong pre-shared key" \
	refusal AUTHENTICATION_FAILED AUTHENTICATION_FAILED strongswan pqike \
	moon:$wrong_psk
run_test "pqike -> pqike, wrong pre-shared key" \
	refusal AUTHENTICATION_FAILED AUTHENTICATION_FAILED pqike pqike \
	moon:$wrong_psk
run_test "pqike -> strongswan, unknown identity" \
	refusal AUTHENTICATION_FAILED AUTH_FAILED pqike strongswan \
	moon:$stranger
run_test "strongswan -> pqike, unknown identity" \
	refusal AUTHENTICATION_FAILED AUTHENTICATION_FAILED strongswan pqike \
	moon:$stranger
run_test "pqike -> strongswan, no common traffic selector" \
	refusal TS_UNACCEPTABLE TS_UNACCEPT pqike strongswan \
	moon:remote_ts=10.9.0.0/24
run_test "strongswan -> pqike, no common traffic selector" \
	childless TS_UNACCEPTABLE strongswan pqike \
	moon:remote_ts=10.9.0.0/24
run_test "pqike -> nobody answers" \
	silence 'no answer|not answer|no response|did not respond'

ktap_finished
