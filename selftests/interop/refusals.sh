#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What does not match between pqike and strongSwan is refused, and pqike says
# what it was.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# refused INITIATOR ROW REGEX: for what pqike says
refused()
{
	expect_failure "$run/up.out" row_up "$1" "$2"
	row_log moon "$3"
	eventually row_is_gone "$2"
}

# childless INITIATOR ROW REGEX: there is an IKE SA, but no Child SA
childless()
{
	expect_failure "$run/up.out" row_up "$1" "$2"
	row_log moon "$3"
	[ "$(row_list "$2" | grep -c INSTALLED)" -eq 0 ]
	row_down moon "$2" || :
	eventually row_is_gone "$2"
}

both()
{
	row_test "pqike -> strongswan $1" "$2" "$3" moon "$2" "$4"
	row_test "strongswan -> pqike $1" "$2" "$3" sun "$2" "$4"
}

# differ NAME MOON_PROPOSAL SUN_PROPOSAL
differ()
{
	row "$1" "moon:conn.proposals=$2" "sun:conn.proposals=$3"
}

gcm=aes256gcm16-prfsha384
differ encryption $gcm-x25519-ke1_mlkem768 aes128gcm16-prfsha384-x25519-ke1_mlkem768
differ "pseudorandom function" $gcm-x25519-ke1_mlkem768 \
	aes256gcm16-prfsha256-x25519-ke1_mlkem768
differ "key exchange" $gcm-x25519-ke1_mlkem768 $gcm-ecp384-ke1_mlkem768
differ "additional key exchange" $gcm-x25519-ke1_mlkem768 $gcm-x25519-ke1_mlkem1024
differ "ML-KEM missing" $gcm-x25519-ke1_mlkem768 $gcm-x25519
differ "integrity" aes256-sha384-x25519-ke1_mlkem768 \
	aes256-sha256-prfsha384-x25519-ke1_mlkem768
row "algorithm of ESP" moon:child.esp_proposals=aes256gcm16 \
	sun:child.esp_proposals=chacha20poly1305
row "traffic selectors" moon:child.remote_ts=10.2.250.0/24 \
	moon:child.local_ts=10.1.250.0/24
row "identity of strongSwan" moon:id.sun=stranger.example
row "identity of pqike" sun:id.moon=stranger.example

ktap_print_header
ktap_set_plan 21
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

# As an initiator pqike is not told more than that, as a responder it sees it.
refused_says='NO_PROPOSAL_CHOSEN; it was offered AES_'
for what in "encryption:configured AES_GCM_16_256, the peer offers AES_GCM" \
	"pseudorandom function:configured PRF_HMAC_SHA2_384, the peer offers" \
	"key exchange:configured x25519, the peer offers" \
	"additional key exchange:configured ML-KEM-768, the peer offers ML-KEM" \
	"ML-KEM missing:ML-KEM.*requir|requir.*ML-KEM" \
	"integrity:configured HMAC_SHA2_384_192, the peer offers"; do
	row_number=$(row_named "${what%:*}")
	row_test "pqike -> strongswan differ: ${what%:*}" "$row_number" \
		refused moon "$row_number" "$refused_says"
	row_test "strongswan -> pqike differ: ${what%:*}" "$row_number" \
		refused sun "$row_number" "${what#*:}"
done
both "differ: algorithm of ESP" "$(row_named "algorithm of ESP")" childless \
	'NO_PROPOSAL_CHOSEN'
both "differ: traffic selectors" "$(row_named "traffic selectors")" childless \
	'TS_UNACCEPTABLE'
both "differ: identity of strongSwan" "$(row_named "identity of strongSwan")" \
	refused 'AUTHENTICATION_FAILED|stranger.example'
both "differ: identity of pqike" "$(row_named "identity of pqike")" refused \
	'AUTHENTICATION_FAILED|stranger.example'
run_test "nothing is left of them" rows_are_gone
rows_stop
ktap_finished
