#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Post-quantum pre-shared keys: between pqike and strongSwan (RFC 8784), and between
# pqike and itself in IKE_INTERMEDIATE (RFC 9867): mixed in where both have one,
# refused where one requires what the other has not.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# refused INITIATOR ROW REGEX: for what the log of the initiator says
refused()
{
	expect_failure "$run/up.out" row_up "$1" "$2"
	row_log "$1" "$3"
	eventually row_is_gone "$2"
}

# carries INITIATOR ROW [REGEX]: with or without; for the log of pqike
carries()
{
	row_up "$1" "$2"
	row_ping moon "$2"
	if [ -n "${3:-}" ]; then
		row_log moon "$3"
	fi
	row_down "$1" "$2"
}

# with_ppk INITIATOR ROW: strongSwan says that there is one in the IKE SA; it is
# in the keys of what rekeys that and the Child SA, too
with_ppk()
{
	row_up "$1" "$2"
	row_ping moon "$2"
	row_list "$2" | grep -q PPK
	row_log moon 'established with .*, PPK mixed in,'
	row_rekey moon "$2" ike
	row_log moon 'rekeyed with .*, PPK mixed in,'
	row_rekey moon "$2" child
	row_ping moon "$2"
	row_ike_sa "$2" | jq -e .ppk_mixed
	row_down "$1" "$2"
}

# What two pqikes have of RFC 9867. Without ML-KEM nothing but the PPK has an
# exchange of IKE_INTERMEDIATE.
classical=proposals=aes256gcm16-prfsha384-x25519
secret="a secret of the quantum age"
optional=$'extra=ppk_id = quantum.example\nrequire_pq = no\nppk_required = no'
required=${optional%no}yes

# mixed_in GATEWAY true|false
mixed_in()
{
	pqike_ike_sas "$1" | jq -e ".ppk_mixed == $2"
}

rekey()
{
	pqike_on moon rekey "--$1" --control "$run/moon/pqike.control" gateways
}

# ours EXCHANGES true|false [KEY=VALUE]...: it carries, after this many exchanges of
# IKE_INTERMEDIATE, with the PPK in the keys or not
ours()
{
	local exchanges=$1 expected=$2 gateway

	shift 2
	gateways_start pqike pqike "$@"
	up moon
	inner_ping moon 56 2
	for gateway in moon sun; do
		mixed_in "$gateway" "$expected"
		if [ "$expected" = true ]; then
			log "$gateway" 'established with .*, PPK mixed in,'
		fi
	done
	rekey ike
	rekey child
	inner_ping moon 56 2
	for gateway in moon sun; do
		mixed_in "$gateway" "$expected"
	done
	down moon
	expect_all_gone
	gateways_stop
	[ "$(capture_count "$run/wire.pcap" "$(ike_exchange 43)")" -eq \
		$((2 * exchanges)) ]
}

# ours_refused MOON_SAYS SUN_SAYS [KEY=VALUE]...: sun may wait for more of it
ours_refused()
{
	local moon_says=$1 sun_says=$2

	shift 2
	gateways_start pqike pqike "$@"
	expect_failure "$run/up.out" up moon
	grep -q -E -e "$moon_says" "$run/up.out"
	log sun "$sun_says"
	eventually has_no_ike_sa moon
	gateways_stop
}

# replace_ppk GATEWAY: by another, which is the same on both
replace_ppk()
{
	printf 'a younger secret' >"$run/$1/ppk"
	pqike_on "$1" reload --control "$run/$1/pqike.control"
}

# Until both sides have the new one there is no new IKE SA; the one that is there
# goes on with the old one.
ours_replaced()
{
	gateways_start pqike pqike "$classical" "ppk=$secret" "$required"
	up moon
	replace_ppk moon
	rekey ike
	inner_ping moon 56 2
	down moon
	expect_all_gone
	expect_failure "$run/up.out" up moon
	replace_ppk sun
	up moon
	inner_ping moon 56 2
	mixed_in moon true
	mixed_in sun true
	down moon
	eventually has_no_ike_sa moon
	gateways_stop
}

# both NAME ROW FUNCTION [REGEX]
both()
{
	row_test "pqike -> strongswan PPK $1" "$2" "$3" moon "$2" "${4:-}"
	row_test "strongswan -> pqike PPK $1" "$2" "$3" sun "$2" "${4:-}"
}

row "of both" conn.ppk_id=quantum.example conn.ppk_required=yes
row "of strongSwan only" sun:conn.ppk_id=quantum.example \
	sun:conn.ppk_required=no
# Without a ppk_id strongSwan takes any PPK that it has a secret of.
row "of pqike only" moon:conn.ppk_id=moon.example \
	moon:conn.ppk_required=no
row "that pqike requires" moon:conn.ppk_id=moon.example \
	moon:conn.ppk_required=yes
row "that strongSwan requires" sun:conn.ppk_id=quantum.example \
	sun:conn.ppk_required=yes
row "of other octets" conn.ppk_id=other.example conn.ppk_required=yes

ktap_print_header
ktap_set_plan 20
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
(
	umask 077
	printf 'a secret of the quantum age' >"$run/ppk"
	printf 'another secret of that age' >"$run/ppk-other"
)
pqike_secrets="
	ppk-quantum {
		id = quantum.example
		file = $run/ppk
	}
	ppk-other {
		id = other.example
		file = $run/ppk-other
	}
	ppk-moon {
		id = moon.example
		file = $run/ppk
	}"
strongswan_secrets="
	ppk-quantum {
		id = quantum.example
		secret = \"a secret of the quantum age\"
	}
	ppk-other {
		id = other.example
		secret = \"not the secret of the other side\"
	}"
rows_start

both "of both sides" 1 with_ppk
both "that only strongSwan has, not required" 2 carries
both "that only pqike has, not required" 3 carries \
	'established with .*, PPK not mixed in,'
both "that pqike requires and strongSwan has not" 4 refused \
	'PPK|AUTHENTICATION_FAILED|AUTH_FAILED'
both "that strongSwan requires and pqike has not" 5 refused \
	'PPK|AUTHENTICATION_FAILED|AUTH_FAILED'
both "of other octets" 6 refused 'AUTHENTICATION_FAILED|AUTH_FAILED'
run_test "nothing is left of them" rows_are_gone
rows_stop
rm "$run"/*/pqike.* "$run"/*/charon.*

run_test "pqike -> pqike PPK that both require, alone" \
	ours 1 true "$classical" "ppk=$secret" "$required"
run_test "pqike -> pqike PPK with the last of two key exchanges" \
	ours 2 true "ppk=$secret" "$required" \
	"proposals=aes256gcm16-prfsha384-x25519-ke1_mlkem512-ke2_ecp256"
run_test "pqike -> pqike PPK of other octets, not required" \
	ours 1 false "$classical" "moon:ppk=$secret" sun:ppk=other-octets "$optional"
run_test "pqike -> pqike PPK that only moon has, not required" \
	ours 0 false "$classical" "moon:ppk=$secret" "moon:$optional" \
	sun:extra="require_pq = no"
run_test "pqike -> pqike PPK of other octets that the initiator requires" \
	ours_refused 'requires a PPK' 'listening' \
	"$classical" "moon:ppk=$secret" sun:ppk=other-octets "moon:$required" \
	"sun:$optional"
run_test "pqike -> pqike PPK of other octets that the responder requires" \
	ours_refused AUTHENTICATION_FAILED 'requires a PPK' \
	"$classical" "moon:ppk=$secret" sun:ppk=other-octets "moon:$optional" \
	"sun:$required"
run_test "pqike -> pqike PPK that is replaced" ours_replaced
ktap_finished
