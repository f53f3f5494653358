#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Rekeys that the peer refuses for PFS, and a Child SA that is deleted as soon as its
# IKE SA was rekeyed.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/rekeys.sh
. ./lib/test.sh

# Packets after which pqike ends a Child SA that could not be rekeyed
LIFE_PACKETS=200

explain()
{
	pqike_on moon explain --control "$run/moon/pqike.control" "r$1" |
		tee "$run/explain"
}

# refused REKEYER ROW WORDS: its first rekey, with these words in pqike's log. No
# key exchange of its own went into the Child SA of IKE_AUTH.
refused()
{
	case $1 in
	moon) expect_failure "$run/rekey.out" row_rekey moon "$2" child ;;
	sun) row_rekey sun "$2" child ;;
	esac
	row_log moon "r$2: failed: .*$3"
}

# serves ROW SPIS: packets pass, by the Child SA that was there, on both sides
serves()
{
	row_ping moon "$1" 10
	row_ping sun "$1" 10
	look "$1"
	[ "${spis[child]}" = "$2" ]
	row_states_agree "$1"
}

# refused_for_pfs REKEYER ROW WORDS
refused_for_pfs()
{
	local before

	row_up moon "$2"
	row_ping moon "$2"
	look "$2"
	before=${spis[child]}
	refused "$1" "$2" "$3"
	explain "$2"
	grep -q "failure: .*NO_PROPOSAL_CHOSEN" "$run/explain"
	tr -s ' \n' ' ' <"$run/explain" | grep -q "try: .*PFS"
	serves "$2" "$before"
	# to its end, after which an IKE SA of its own brings another one
	within moon ping -q -n -i 0.02 -c "$LIFE_PACKETS" -W 1 \
		-I "${inner_of[moon]}.$2.1" "${inner_of[sun]}.$2.1" |
		tee "$run/pings" || :
	[ "$(awk '/received/ { print $4 }' "$run/pings")" -ge \
		$((LIFE_PACKETS / 2)) ]
	eventually row_answers "$2"
	eventually row_has_one_child "$2"
	look "$2"
	[ "${spis[child]}" != "$before" ]
	row_end moon "$2"
}

# delete_child GATEWAY ROW: and not the IKE SA
delete_child()
{
	case $1 in
	moon)
		pqike_on moon down --control "$run/moon/pqike.control" \
			"r$2.net"
		;;
	sun)
		swanctl_on sun --terminate --ike "r$2" --child net \
			--timeout "$EVENT_SECONDS"
		;;
	esac
}

has_no_child()
{
	row_list "$1" >"$run/list"
	! grep -q '^  net: ' "$run/list" && [ -z "$(row_states moon "$1")" ] &&
		[ -z "$(row_states sun "$1")" ]
}

# deleted_after_rekey REKEYER DELETER ROW: on a wire that holds back what is said of
# the old IKE SA
deleted_after_rekey()
{
	local before

	row_up moon "$3"
	row_ping moon "$3"
	look "$3"
	before=${spis[ike]}
	wire_delay
	row_rekey "$1" "$3" ike
	row_log "$2" "$(is_rekeyed "$2" "$3")"
	delete_child "$2" "$3"
	wire_no_delay
	eventually has_no_child "$3"
	look "$3"
	has_one ike
	[ "${spis[ike]}" != "$before" ]
	pqike_has_ike_sa
	row_up "$2" "$3"
	eventually row_has_one_child "$3"
	row_ping moon "$3"
	row_end moon "$3"
}

# is_rekeyed GATEWAY ROW: what its log says of the new IKE SA
is_rekeyed()
{
	case $1 in
	moon) echo "r$2: rekeyed with" ;;
	sun) echo "IKE_SA r$2\[[0-9]+\] rekeyed between" ;;
	esac
}

life="moon:child.life_packets=$LIFE_PACKETS"
row "PFS at pqike only" moon:child.esp_proposals=aes128gcm16-x25519 "$life" \
	moon:child.rekey_packets=0
row "PFS at strongSwan only" sun:child.esp_proposals=aes128gcm16-x25519 "$life" \
	moon:child.rekey_packets=0
row "deletions"

ktap_print_header
ktap_set_plan 9
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

row_test "PFS at pqike only, pqike rekeys" 1 \
	refused_for_pfs moon 1 'rekey of child net: .*NO_PROPOSAL_CHOSEN'
row_test "PFS at pqike only, strongSwan rekeys" 1 \
	refused_for_pfs sun 1 'NO_PROPOSAL_CHOSEN: KE does not match'
row_test "PFS at strongSwan only, pqike rekeys" 2 \
	refused_for_pfs moon 2 'rekey of child net: .*NO_PROPOSAL_CHOSEN'
row_test "PFS at strongSwan only, strongSwan rekeys" 2 \
	refused_for_pfs sun 2 'NO_PROPOSAL_CHOSEN: KE does not match'
for who in moon:moon moon:sun sun:moon sun:sun; do
	row_test "IKE SA rekeyed by ${who%:*}, Child SA deleted by ${who#*:}" 3 \
		deleted_after_rekey "${who%:*}" "${who#*:}" 3
done
run_test "nothing is left of them" rows_are_gone
rows_stop
ktap_finished
