#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Faults planted in the sources are found: by the corpus of a target, or with an
# argument by the fuzzer, without the corpus.
#
# usage: power.sh [SECONDS]

set -eu

cd "$(dirname "$(realpath "$0")")"

KSELFTEST=${KSELFTEST:-/usr/src/linux/tools/testing/selftests}
# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"

# shellcheck source=targets.sh
. ./targets.sh

seconds=${1:-}

# Else nothing would tell why, when a target aborts without a word.
export ASAN_OPTIONS=handle_abort=1

# target, file, change for sed, what is wrong then
faults()
{
	cat <<-'END_OF_FAULTS'
	mlkem_ek@kmod/mlkem/kem.c@s/0xf) << 8) >= MLKEM_Q/0xf) << 8) > MLKEM_Q/@the check of ek is off by one
	mlkem_ct@kmod/mlkem/kem.c@s/i < len; i += 8/i + 8 < len; i += 8/@the last word of ct is not compared
	mlkem_dk@kmod/mlkem/kem.c@s/dk_ek_hash(p, dk), SHA3_256_LEN/dk_ek_hash(p, dk), 31/@the last octet of the hash in dk is not compared
	mlkem_agreement@kmod/mlkem/poly_avx2.c@s/(f->c + i) >= MLKEM_Q/(f->c + i) > MLKEM_Q/@AVX2 takes q for reduced
	mlkem_kpp@kmod/mlkem/kpp.c@s/ctx->state != MLKEM_SHARED/false/@a secret is had that was never set
	ike_init@selftests/fuzz/steps.h@s/100000UL/1000UL/;s/100UL/1UL/@a datagram may take fewer steps than one takes
	ike_message@userspace/wire.c@s/len > reader->left)/len > reader->left + 1)/@reading ends an octet too late
	ike_message@kmod/pqike/ike_message.c@s/ || len > chain->len//@the length of a payload is believed
	ike_exchange@userspace/ike_sa.c@s/ike_sa_set_id(ike, sa, 0);//@an IKE SA that is gone is given back again
	engine@userspace/keying.c@s/^		wait_with(ike, keying, client);/		keying->client = client;/@a client is forgotten when another one asks
	engine@userspace/config_apply.c@s/child_use(&child->config, next);/child->config = next;/@a child that a reload has renewed is freed while it is used
	engine@userspace/resync.c@s/ || !sa->compared//@an IKE SA that is new is taken for lost
	config@userspace/conf_tree.c@s/calloc(value.room + 1, 1)/calloc(value.room, 1)/@a value has no room for its end
	control@userspace/control.c@s/sizeof(text) - 1, 0/sizeof(text), 0/@a request of full length has no room for its end
	sk_payload@kmod/pqike/sk_payload.c@s/pad_len > text_len/false/@the length of the padding is believed
	sk_payload@kmod/pqike/reassembly.c@s/reassembly->fragments\[place\].plaintext/false/@a fragment counts twice
	END_OF_FAULTS
}

# The tree with one fault, and what was built of it without any
plant()
{
	rsync --archive --delete --exclude='/.*/' --exclude='*.ko' ../../ \
		"$work/tree"
	sed "$2" "../../$1" >"$work/tree/$1"
	! cmp --silent "../../$1" "$work/tree/$1"
}

# Whether the target ends in an error on its corpus
found_by_corpus()
{
	make --silent "$PWD/$1" || return
	# shellcheck disable=SC2046 # names of files in this tree have no spaces
	! "./$1" $(corpus "$1")
}

# Whether the fuzzer ends in an error before the time is over
found_by_fuzzer()
{
	make --silent "$PWD/$1.fuzzer" || return
	# shellcheck disable=SC2046
	! "./$1.fuzzer" -max_total_time="$seconds" -print_final_stats=1 \
		$(options "$1")
}

# find TARGET FILE CHANGE
find_fault()
{
	plant "$2" "$3" || return
	(
		cd "$work/tree/selftests/fuzz"
		if [ "$seconds" ]; then
			found_by_fuzzer "$1"
		else
			found_by_corpus "$1"
		fi
	)
}

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

[ -z "$seconds" ] || make --silent --jobs="$(nproc)" fuzzers
ktap_print_header
ktap_set_plan "$(faults | wc -l)"
faults >"$work/faults"
while IFS=@ read -r target file change what; do
	begun=$(date +%s)
	if find_fault "$target" "$file" "$change" >"$work/log" 2>&1 &&
		grep -q -E ': not so: |ERROR: |runtime error: ' "$work/log"; then
		ktap_test_pass "$target: $what"
	else
		tail -n 20 "$work/log" | sed 's/^/# /'
		ktap_test_fail "$target: $what"
	fi
	[ -z "$seconds" ] || echo "# after $(($(date +%s) - begun)) s:" \
		"$(awk '/number_of_executed_units/ { print $2 }' "$work/log") runs:" \
		"$(grep -a -m 1 -E ': not so: |ERROR: |runtime error: ' "$work/log")"
done <"$work/faults"
ktap_finished
