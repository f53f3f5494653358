#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every algorithm of ESP carries traffic both ways, with and without Extended
# Sequence Numbers, gives no key away, and forgets it in the end.

# shellcheck disable=SC2329 # the tests are named, and called by run

set -u

cd "$(dirname "$0")" || exit 1

# shellcheck source-path=SCRIPTDIR source=common.sh
. ./common.sh

carries()
{
	install_both "$@"
	in_west ping -n -q -c 2 -i 0.2 -W 5 -s 1400 10.2.0.1
	in_east ping -n -q -c 2 -i 0.2 -W 5 10.1.0.1
	act west counters
	[[ $(result) =~ ^[0-9]+\ 4\ [0-9]+\ 4$ ]] ||
		fail "counters are $(result) after 4 packets each way"
	remove_both
}

# esn_shown: of both states of west
esn_shown()
{
	ip -n "$west" xfrm state list | grep -c 'flag.* esn' || :
}

test_carries()
{
	carries "$@"
	carries "$@" esn=1
}

test_esn()
{
	install_both esn=1 replay_window=64
	expect "the number of states with ESN" "$(esn_shown)" 2
	ip -n "$west" -d xfrm state list spi 0xc1000001 |
		grep -q 'replay_window 64,'
	remove_both
}

algorithms=(
	"AES_GCM_16_128: encr=20 encr_key_bits=128"
	"AES_GCM_16_192: encr=20 encr_key_bits=192"
	"AES_GCM_16_256: encr=20 encr_key_bits=256"
	"CHACHA20_POLY1305: encr=28 encr_key_bits=0"
)
for bits in 128 192 256; do
	for integ in "12 256_128" "13 384_192" "14 512_256"; do
		algorithms+=("AES_CBC_$bits and HMAC_SHA2_${integ#* }: encr=12 encr_key_bits=$bits integ=${integ% *}")
	done
done

chacha='aead rfc7539esp(chacha20,poly1305)  *128$'
# auth-trunc has two spaces for a key: no key
cbc="encr=12 encr_key_bits=256"

begin $((${#algorithms[@]} + 13))
for algorithm in "${algorithms[@]}"; do
	# shellcheck disable=SC2086 # one word for each option
	run "${algorithm%%:*} carries traffic, with ESN and without" \
		test_carries ${algorithm#*: }
done
run "ESN is what xfrm has" test_esn
run "no key of CHACHA20_POLY1305 is shown" \
	test_unreadable "$chacha" encr=28 encr_key_bits=0
for integ in "12 sha256" "13 sha384" "14 sha512"; do
	# shellcheck disable=SC2086 # one word for each option
	run "no key of AES_CBC and HMAC ${integ#* } is shown" \
		test_unreadable "auth-trunc hmac(${integ#* })  *[0-9]*\$" \
		$cbc integ=${integ% *} esn=1
done
run "a control's key is" test_control
run "XFRM_MSG_MIGRATE of CHACHA20_POLY1305 is refused" \
	test_migrate_policy encr=28 encr_key_bits=0
# shellcheck disable=SC2086 # one word for each option
run "XFRM_MSG_MIGRATE of AES_CBC and HMAC is refused" \
	test_migrate_policy $cbc integ=12
run "a removed AES_GCM_16_192 has lost its key" \
	test_forgets_key encr_key_bits=192
run "a removed CHACHA20_POLY1305 has lost its key" \
	test_forgets_key encr=28 encr_key_bits=0
for integ in 12 13 14; do
	run "a removed AES_CBC_128 and HMAC has lost its keys" \
		test_forgets_key encr=12 encr_key_bits=128 "integ=$integ"
done
ktap_finished
