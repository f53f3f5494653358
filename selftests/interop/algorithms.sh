#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every family of algorithms between pqike and strongSwan, begun by either: what
# was chosen is what strongSwan says that it is, and packets pass in both
# directions.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

ike_suites=('')
esp_suites=('')

# algorithm NAME IKE_SUITE ESP_SUITE [KEY=VALUE]...: the suites as strongSwan
# prints them
algorithm()
{
	row "$1" "${@:4}"
	ike_suites+=("$2")
	esp_suites+=("$3")
}

# ike NAME PROPOSAL SUITE
ike()
{
	algorithm "IKE $1" "$3" AES_GCM_16-128 "conn.proposals=$2"
}

# esp NAME PROPOSAL SUITE
esp()
{
	algorithm "ESP $1" AES_GCM_16-128/PRF_HMAC_SHA2_256/CURVE_25519/KE1_ML_KEM_768 \
		"$3" "child.esp_proposals=$2"
}

# expect_suites ROW: and two packets each way, seen by strongSwan
expect_suites()
{
	local ike=${ike_suites[$1]} esp=${esp_suites[$1]} list
	local packets='^ +(in|out) .* 2 packets'

	list=$(row_list "$1")
	echo "$list"
	grep -q "^  $ike\$" <<<"$list"
	grep -q "INSTALLED, TUNNEL, ESP:$esp\$" <<<"$list"
	[ "$(grep -c -E -e "$packets" <<<"$list")" -eq 2 ]
}

# carries INITIATOR ROW: its tunnel comes up, carries packets, and goes
carries()
{
	row_up "$1" "$2"
	row_ping moon "$2"
	expect_suites "$2"
	row_down "$1" "$2"
}

# Neither side has an IKE SA or an ESP SA left.
all_gone()
{
	rows_are_gone
	eventually has_no_ike_sa moon
	eventually has_no_ike_sa sun
}

no_plain_packet()
{
	capture_stop "$run/wire.pcap"
	[ "$(capture_count "$run/wire.pcap" "$(plain_packet)")" -eq 0 ]
	[ "$(capture_count "$run/wire.pcap" "$(esp_packet)")" -ge "$1" ]
}

# no_malformed_packet CAPTURE: tshark understands each message of the handshakes,
# and finds fault with none.
no_malformed_packet()
{
	tshark -n -r "$1" -Y 'isakmp || udpencap' -T fields \
		-e isakmp.exchangetype -e _ws.malformed -e _ws.expert.message \
		2>/dev/null >"$run/tshark"
	cut -f 1 "$run/tshark" | sort | uniq -c
	grep -q '^34' "$run/tshark"
	grep -q '^43' "$run/tshark"
	grep -q '^35' "$run/tshark"
	cut -f 2- "$run/tshark" | grep -v '^[[:space:]]*$' | sort | uniq -c |
		tee "$run/faults"
	[ ! -s "$run/faults" ]
}

malformed_packets_are_found()
{
	editcap -E 0.01 --seed 1 "$run/wire.pcap" "$run/damaged.pcap"
	expect_failure "$run/damaged.out" \
		no_malformed_packet "$run/damaged.pcap"
	[ -s "$run/faults" ]
}

pq=x25519-ke1_mlkem768
PQ=CURVE_25519/KE1_ML_KEM_768

ike "AES-GCM-16-128, PRF SHA2-256" aes128gcm16-prfsha256-$pq \
	AES_GCM_16-128/PRF_HMAC_SHA2_256/$PQ
ike "AES-GCM-16-256, PRF SHA2-384" aes256gcm16-prfsha384-$pq \
	AES_GCM_16-256/PRF_HMAC_SHA2_384/$PQ
ike "AES-GCM-16-256, PRF SHA2-512" aes256gcm16-prfsha512-$pq \
	AES_GCM_16-256/PRF_HMAC_SHA2_512/$PQ
ike "ChaCha20-Poly1305, PRF SHA2-256" chacha20poly1305-prfsha256-$pq \
	CHACHA20_POLY1305/PRF_HMAC_SHA2_256/$PQ
ike "AES-CBC-128, HMAC-SHA2-256-128" aes128-sha256-$pq \
	AES_CBC-128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/$PQ
ike "AES-GCM-16-192, PRF SHA2-384" aes192gcm16-prfsha384-$pq \
	AES_GCM_16-192/PRF_HMAC_SHA2_384/$PQ
ike "AES-CBC-192, HMAC-SHA2-256-128" aes192-sha256-$pq \
	AES_CBC-192/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/$PQ
ike "AES-CBC-256, HMAC-SHA2-384-192" aes256-sha384-$pq \
	AES_CBC-256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/$PQ
ike "AES-CBC-256, HMAC-SHA2-512-256" aes256-sha512-$pq \
	AES_CBC-256/HMAC_SHA2_512_256/PRF_HMAC_SHA2_512/$PQ
ike "AES-CBC-256, HMAC-SHA2-256-128, PRF SHA2-512" \
	aes256-sha256-prfsha512-$pq \
	AES_CBC-256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_512/$PQ
for ke in ecp256:ECP_256 ecp384:ECP_384 modp2048:MODP_2048 \
	modp3072:MODP_3072 modp4096:MODP_4096; do
	ike "${ke%:*}, ML-KEM-768" \
		"aes128gcm16-prfsha256-${ke%:*}-ke1_mlkem768" \
		"AES_GCM_16-128/PRF_HMAC_SHA2_256/${ke#*:}/KE1_ML_KEM_768"
done
for set in 512 1024; do
	ike "x25519, ML-KEM-$set" aes128gcm16-prfsha256-x25519-ke1_mlkem$set \
		AES_GCM_16-128/PRF_HMAC_SHA2_256/CURVE_25519/KE1_ML_KEM_$set
done
ike "two rounds" aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke2_mlkem1024 \
	AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384/KE1_ML_KEM_768/KE2_ML_KEM_1024
ike "three rounds" \
	aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke2_mlkem1024-ke3_mlkem512 \
	AES_GCM_16-256/PRF_HMAC_SHA2_384/CURVE_25519/KE1_ML_KEM_768/KE2_ML_KEM_1024/KE3_ML_KEM_512
ike "two rounds of classical and ML-KEM, AES-CBC" \
	aes256-sha384-x25519-ke1_ecp384-ke3_mlkem768 \
	AES_CBC-256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/CURVE_25519/KE1_ECP_384/KE3_ML_KEM_768
ike "a round that may be NONE, and is not" \
	aes128gcm16-prfsha256-x25519-ke1_mlkem768-ke1_none \
	AES_GCM_16-128/PRF_HMAC_SHA2_256/CURVE_25519/KE1_ML_KEM_768
algorithm "IKE a round that is NONE, ML-KEM in the next" \
	AES_GCM_16-128/PRF_HMAC_SHA2_256/CURVE_25519/KE2_ML_KEM_768 \
	AES_GCM_16-128 \
	moon:conn.proposals=aes128gcm16-prfsha256-x25519-ke1_ecp384-ke1_none-ke2_mlkem768 \
	sun:conn.proposals=aes128gcm16-prfsha256-x25519-ke2_mlkem768
algorithm "IKE the second proposal" \
	AES_CBC-256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_384/KE1_ML_KEM_1024 \
	AES_GCM_16-128 \
	moon:conn.proposals=aes256-sha384-ecp384-ke1_mlkem1024,aes256gcm16-prfsha384-ecp384-ke1_mlkem768 \
	sun:conn.proposals=aes128gcm16-prfsha256-x25519-ke1_mlkem768,aes256-sha384-ecp384-ke1_mlkem1024
algorithm "IKE another group than the initiator guessed" \
	AES_GCM_16-128/PRF_HMAC_SHA2_256/ECP_384/KE1_ML_KEM_768 \
	AES_GCM_16-128 \
	moon:conn.proposals=aes128gcm16-prfsha256-x25519-ecp384-ke1_mlkem768 \
	sun:conn.proposals=aes128gcm16-prfsha256-ecp256-ecp384-ke1_mlkem768

esp "AES-GCM-16-256" aes256gcm16 AES_GCM_16-256
esp "ChaCha20-Poly1305" chacha20poly1305 CHACHA20_POLY1305
esp "AES-CBC-128, HMAC-SHA2-256-128" aes128-sha256 \
	AES_CBC-128/HMAC_SHA2_256_128
esp "AES-CBC-256, HMAC-SHA2-384-192" aes256-sha384 \
	AES_CBC-256/HMAC_SHA2_384_192
esp "AES-CBC-256, HMAC-SHA2-512-256" aes256-sha512 \
	AES_CBC-256/HMAC_SHA2_512_256
esp "AES-GCM-16-256 with ESN" aes256gcm16-esn AES_GCM_16-256/ESN
esp "AES-CBC-256, HMAC-SHA2-256-128 with ESN" aes256-sha256-esn \
	AES_CBC-256/HMAC_SHA2_256_128/ESN
esp "ChaCha20-Poly1305 with or without ESN" chacha20poly1305-esn-noesn \
	CHACHA20_POLY1305/ESN

rows=$((${#row_names[@]} - 1))
ktap_print_header
ktap_set_plan $((2 * rows + 4))
pqike_modules
modprobe -a chacha20poly1305 authenc
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
capture_start wire moon "$run/wire.pcap"
rows_start

for ((row = 1; row <= rows; row++)); do
	row_test "pqike -> strongswan ${row_names[row]}" "$row" \
		carries moon "$row"
	row_test "strongswan -> pqike ${row_names[row]}" "$row" \
		carries sun "$row"
done
run_test "nothing is left of them" all_gone
run_test "no packet passed beside the tunnels" no_plain_packet $((8 * rows))
run_test "tshark finds no malformed message" \
	no_malformed_packet "$run/wire.pcap"
run_test "control: tshark finds the faults of damaged messages" \
	malformed_packets_are_found
rows_stop
ktap_finished
