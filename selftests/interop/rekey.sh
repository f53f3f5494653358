#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Rekeys of Child SAs and IKE SAs, begun by either side and by both at once, with
# a stream of pings that loses none. PQIKE_ROWS=few has one combination of key exchanges
# rekeyed instead of all.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/rekeys.sh
. ./lib/test.sh

# What the Child SA's suite is after a rekey, as strongSwan prints it
esp_suites=('')
ike_suites=('')

# rekeyed NAME ESP_PROPOSAL ESP_SUITE IKE_PROPOSAL IKE_SUITE
rekeyed()
{
	row "$1" "child.esp_proposals=$2" "conn.proposals=$4"
	esp_suites+=("$3")
	ike_suites+=("$5")
}

# expect_child_suite ROW
expect_child_suite()
{
	row_list "$1" | grep -E "^  net: .* INSTALLED, TUNNEL, ESP:${esp_suites[$1]}\$"
}

# expect_ike_suite ROW
expect_ike_suite()
{
	row_list "$1" | grep -E "^  ${ike_suites[$1]}\$"
}

establish()
{
	row_up "$1" "$2"
	row_ping moon "$2"
}

# rekey_child WHO ROW
rekey_child()
{
	local before

	look "$2"
	before=${spis[child]}
	flood_start moon "$2"
	row_rekey "$1" "$2" child
	eventually changed child "$2" "$before"
	flood_stop
	expect_child_suite "$2"
}

# rekey_ike WHO ROW
rekey_ike()
{
	local before child

	look "$2"
	before=${spis[ike]}
	child=${spis[child]}
	flood_start moon "$2"
	row_rekey "$1" "$2" ike
	eventually changed ike "$2" "$before"
	flood_stop
	expect_ike_suite "$2"
	[ "${spis[child]}" = "$child" ]
}

# collide ROW ike|child REGEX: both begin at once, until strongSwan's log says
# that they did
collide()
{
	local row=$1 what=$2 regex=$3 before pqike_rekeys attempt

	for attempt in 1 2 3 4 5; do
		look "$row"
		before=${spis[$what]}
		wire_delay
		row_rekey moon "$row" "$what" &
		pqike_rekeys=$!
		row_rekey sun "$row" "$what"
		# either outcome, as long as there is one SA in the end
		wait "$pqike_rekeys" || :
		eventually changed "$what" "$row" "$before"
		wire_no_delay
		row_ping moon "$row"
		tail -n "+$((sun_mark + 1))" "$run/sun/charon.log" |
			grep -E -e "$regex" && return
		echo "attempt $attempt did not collide"
	done
	return 1
}

gone()
{
	row_end "$1" "$2"
	eventually rows_are_gone
}

gcm=aes128gcm16-prfsha256
GCM=AES_GCM_16-128/PRF_HMAC_SHA2_256
rekeyed "without key exchange" aes128gcm16 AES_GCM_16-128 \
	$gcm-x25519-ke1_mlkem768 $GCM/CURVE_25519/KE1_ML_KEM_768
rekeyed "x25519" aes128gcm16-x25519 AES_GCM_16-128/CURVE_25519 \
	$gcm-ecp256-ke1_mlkem768-ke2_mlkem1024 \
	$GCM/ECP_256/KE1_ML_KEM_768/KE2_ML_KEM_1024
rekeyed "x25519 and ML-KEM-768" aes128gcm16-x25519-ke1_mlkem768 \
	AES_GCM_16-128/CURVE_25519/KE1_ML_KEM_768 \
	$gcm-x25519-ke1_mlkem768-ke2_mlkem1024-ke3_mlkem512 \
	$GCM/CURVE_25519/KE1_ML_KEM_768/KE2_ML_KEM_1024/KE3_ML_KEM_512
rekeyed "ecp384, ML-KEM-768 and 1024" \
	aes256gcm16-ecp384-ke1_mlkem768-ke2_mlkem1024 \
	AES_GCM_16-256/ECP_384/KE1_ML_KEM_768/KE2_ML_KEM_1024 \
	aes256-sha384-modp2048-ke1_mlkem1024 \
	AES_CBC-256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/MODP_2048/KE1_ML_KEM_1024
ike_names=('' "x25519, ML-KEM-768" "ecp256, ML-KEM-768 and 1024"
	"x25519, ML-KEM-768, 1024 and 512" "modp2048, ML-KEM-1024, AES-CBC")

# rekeys_of INITIATOR: of the tunnels that it begins
rekeys_of()
{
	local initiator=$1 row rekeyer begun

	case $initiator in
	moon) begun="pqike -> strongswan" ;;
	sun) begun="strongswan -> pqike" ;;
	esac
	for row in "${rows[@]}"; do
		row_test "$begun tunnel to be rekeyed, $row" "$row" \
			establish "$initiator" "$row"
		for rekeyer in moon:pqike sun:strongswan; do
			row_test "$begun, Child SA rekeyed by ${rekeyer#*:}, ${row_names[row]}" \
				"$row" rekey_child "${rekeyer%:*}" "$row"
			row_test "$begun, IKE SA rekeyed by ${rekeyer#*:}, ${ike_names[row]}" \
				"$row" rekey_ike "${rekeyer%:*}" "$row"
		done
		row_test "$begun tunnel taken down after its rekeys, $row" \
			"$row" gone "$initiator" "$row"
	done
}

case ${PQIKE_ROWS:-all} in
few) rows=(3) ;;
*) rows=("${!row_names[@]}")
	rows=("${rows[@]:1}") ;;
esac
ktap_print_header
ktap_set_plan $((12 * ${#rows[@]} + 6))
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

rekeys_of moon
rekeys_of sun

run_test "tunnels for rekeys that collide" eval \
	'establish moon 1; establish sun 3'
row_test "Child SA rekeyed by both at once, without key exchange" 1 \
	collide 1 child 'rekey collision|CHILD_REKEY collision'
row_test "IKE SA rekeyed by both at once, ML-KEM-768" 1 \
	collide 1 ike 'IKE_REKEY collision|rekey collision'
row_test "Child SA rekeyed by both at once, x25519 and ML-KEM-768" 3 \
	collide 3 child 'rekey collision|CHILD_REKEY collision'
row_test "IKE SA rekeyed by both at once, three rounds" 3 \
	collide 3 ike 'IKE_REKEY collision|rekey collision'
run_test "nothing is left after the collisions" eval \
	'row_end moon 1; gone sun 3'
rows_stop
ktap_finished
