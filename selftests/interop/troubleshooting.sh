#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What docs/troubleshooting.md says that "pqike explain" says: each failure of it is
# brought about, with strongSwan as the peer.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh
. ../blocks.sh

document=../../docs/troubleshooting.md

# explained ROW: what failed, and what to try, with the document's names
explained()
{
	pqike_on moon explain --control "$run/moon/pqike.control" "r$1" |
		sed -e '/^\(when\|since\|peer\|child\): /d' \
			-e "s/${row_sun[$1]//./\\.}\\>/198.51.100.1/g" \
			-e "s/moon-$1\\.example/a.example.org/g" \
			-e "s/sun-$1\\.example/b.example.org/g" |
		tr -s ' \n' ' '
}

# is_explained ROW BLOCK: as the document says
is_explained()
{
	local says expected

	says=$(explained "$1")
	expected=$(block "$document" explain "$2" | tr -s ' \n' ' ')
	echo "says:     $says"
	echo "expected: $expected"
	echo "$2" >>"$run/tried"
	[ -n "$expected" ] && [ "$says" = "$expected" ]
}

# fails INITIATOR NAME [BLOCK]: its attempt is explained so
fails()
{
	local row

	row=$(row_named "$2")
	expect_failure "$run/up.out" row_up "$1" "$row"
	is_explained "$row" "${3:-$2}"
	row_down moon "$row" || :
	eventually row_is_gone "$row"
}

# fails_to_rekey NAME
fails_to_rekey()
{
	local row

	row=$(row_named "$1")
	row_up moon "$row"
	expect_failure "$run/rekey.out" row_rekey moon "$row" child
	is_explained "$row" "$1"
	row_end moon "$row"
}

# fails_without NAME RULE: what nft(8) loses of what sun sends, so that pqike gives up
fails_without()
{
	silent_start sun output "$2"
	fails moon "$1"
	silent_stop sun
}

# nothing_else: each block of the document is one of those that were tried
nothing_else()
{
	diff <(block_names "$document" explain | sort) <(sort -u "$run/tried")
}

gcm=aes256gcm16-prfsha384
hybrid=$gcm-x25519-ke1_mlkem768
quick=moon:conn.retransmit_tries=1
row no-answer "$quick"
row no-intermediate "$quick"
row no-ml-kem moon:conn.proposals=$hybrid sun:conn.proposals=$gcm-x25519
row no-ml-kem-offered moon:conn.proposals=$hybrid sun:conn.proposals=$gcm-x25519
row proposals moon:conn.proposals=$hybrid sun:conn.proposals=$gcm-ecp384-ke1_mlkem768
row encryption moon:conn.proposals=$hybrid \
	sun:conn.proposals=aes128gcm16-prfsha384-x25519-ke1_mlkem768
row method moon:conn.proposals=$hybrid sun:conn.proposals=$gcm-x25519-ke1_mlkem1024
row identity-here sun:id.moon=stranger.example
row identity-there moon:id.sun=stranger.example
row identity sun:id.sun=stranger.example
row networks moon:child.remote_ts=10.9.0.0/16
row child moon:child.esp_proposals=aes256gcm16-esn sun:child.esp_proposals=aes256gcm16-noesn
row pfs moon:child.esp_proposals=aes256gcm16 sun:child.esp_proposals=aes256gcm16-ecp384
row secret

ktap_print_header
ktap_set_plan 16
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
(umask 077 && echo "another key than the peer's" >"$run/other.psk")
pqike_secrets="	ike-other {
		id = sun-$(row_named secret).example
		file = $run/other.psk
	}"
rows_start

run_test "no answer" fails_without no-answer 'udp sport { 500, 4500 } drop'
run_test "IKE_SA_INIT passes, IKE_INTERMEDIATE does not" fails_without no-intermediate \
	'udp sport { 500, 4500 } meta length > 600 drop'
for name in proposals networks child; do
	row_test "$name" "$(row_named "$name")" fails moon "$name"
done
row_test "no-ml-kem" "$(row_named no-ml-kem)" fails moon no-ml-kem proposals
for name in secret identity-here identity-there; do
	row_test "$name" "$(row_named "$name")" fails moon "$name" authentication
done
for name in no-ml-kem-offered encryption method secret identity; do
	row_test "$name, the peer begins" "$(row_named "$name")" fails sun "$name"
done
row_test "pfs" "$(row_named pfs)" fails_to_rekey pfs
run_test "the document has no other" nothing_else
rows_stop
ktap_finished
