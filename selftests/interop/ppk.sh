#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Post-quantum pre-shared keys (RFC 8784) between pqike and strongSwan: mixed in
# where both have one, refused where one requires what the other has not.

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

# carries INITIATOR ROW: with or without
carries()
{
	row_up "$1" "$2"
	row_ping moon "$2"
	row_down "$1" "$2"
}

# with_ppk INITIATOR ROW: strongSwan says that there is one in the IKE SA; it is
# in the keys of what rekeys that and the Child SA, too
with_ppk()
{
	row_up "$1" "$2"
	row_ping moon "$2"
	row_list "$2" | grep -q PPK
	row_rekey moon "$2" ike
	row_rekey moon "$2" child
	row_ping moon "$2"
	row_ike_sa "$2" | jq -e .ppk_mixed
	row_down "$1" "$2"
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
ktap_set_plan 13
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
both "that only pqike has, not required" 3 carries
both "that pqike requires and strongSwan has not" 4 refused \
	'PPK|AUTHENTICATION_FAILED|AUTH_FAILED'
both "that strongSwan requires and pqike has not" 5 refused \
	'PPK|AUTHENTICATION_FAILED|AUTH_FAILED'
both "of other octets" 6 refused 'AUTHENTICATION_FAILED|AUTH_FAILED'
run_test "nothing is left of them" rows_are_gone
rows_stop
ktap_finished
