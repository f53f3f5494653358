#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Faults planted in the sources are found: by the corpus of a target; by changes that
# its mutator makes to the inputs written by hand, where these do not find it as they
# are; or with an argument by the fuzzer, without the corpus.
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
findings=': not so: |ERROR: |runtime error: '
changes=20000	# how many runs the mutator has to find a fault

# Else nothing would tell why, when a target aborts without a word.
export ASAN_OPTIONS=handle_abort=1
export UBSAN_OPTIONS=abort_on_error=1

# target, file, change for sed, what is wrong then
faults()
{
	cat <<-'END_OF_FAULTS'
	mlkem_ek@kmod/mlkem/kem.c@s/0xf) << 8) >= MLKEM_Q/0xf) << 8) > MLKEM_Q/@the check of ek is off by one
	mlkem_ct@kmod/mlkem/kem.c@s/i < len; i += 8/i + 8 < len; i += 8/@the last word of ct is not compared
	mlkem_dk@kmod/mlkem/kem.c@s/dk_ek_hash(p, dk), SHA3_256_LEN/dk_ek_hash(p, dk), 31/@the last octet of the hash in dk is not compared
	mlkem_agreement@kmod/mlkem/poly_avx2.c@s/(f->c + i) >= MLKEM_Q/(f->c + i) > MLKEM_Q/@AVX2 takes q for reduced
	mlkem_kpp@kmod/mlkem/kpp.c@s/ctx->state != MLKEM_SHARED/false/@a secret is had that was never set
	ike_init@userspace/ike/responder.c@s/if (refuses/if (refusing.n > 64 \&\& refuses/@each of many connections tries the whole offer
	ike_message@userspace/wire/wire.c@s/len > reader->left)/len > reader->left + 1)/@reading ends an octet too late
	ike_message@kmod/pqike/ike_message.c@s/ || len > chain->len//@the length of a payload is believed
	ike_exchange@userspace/ike/ike_sa.c@s/ike_sa_set_id(ike, sa, 0);//@an IKE SA that is gone is given back again
	engine@userspace/tunnel/attempt.c@s/^		wait_with(ike, attempt, client);/		attempt->client = client;/@a client is forgotten when another one asks
	engine@userspace/tunnel/config_apply.c@s/child_use(&child->config, next);/child->config = next;/@a child that a reload has renewed is freed while it is used
	engine@userspace/tunnel/resync.c@s/ || !sa->compared//@an IKE SA that is new is taken for lost
	config@userspace/config/conf_tree.c@s/calloc(value.room + 1, 1)/calloc(value.room, 1)/@a value has no room for its end
	config@userspace/config/conf_reference.c@s/COPIES_MAX 1000000/COPIES_MAX 100000000/@a few lines stand for very many keys
	control@userspace/helper/control.c@s/sizeof(text) - 1, 0/sizeof(text), 0/@a request of full length has no room for its end
	asks@userspace/supervisor/policy.c@s/link->marked \&\& //@an interface that an operator has made is removed
	sk_payload@kmod/pqike/sk_payload.c@s/pad_len > text_len/false/@the length of the padding is believed
	sk_payload@kmod/pqike/reassembly.c@s/reassembly->fragments\[place\].plaintext/false/@a fragment counts twice
	sk_payload@kmod/pqike/reassembly.c@s/memcpy(end, fragment->plaintext, fragment->len)/for (size_t o = 0; o < fragment->len; o++) end[o] = fragment->plaintext[o]/@a message takes steps for each octet
	sk_payload@kmod/pqike/reassembly.c@/memcpy(end/s/^/if (i < 40)/@of a message the fragments after the fortieth are lost
	child_terms@kmod/pqike/ts_payload.c@s/ || len > list->len//@the length of a selector is believed
	child_terms@kmod/pqike/child_terms.c@s/types & BIT(transform.type)/types \& 0/@a response with two transforms of a type has chosen both
	END_OF_FAULTS
}

# Likewise, of inputs that have something very often
faults_of_many()
{
	cat <<-'END_OF_FAULTS'
	ike_message@userspace/wire/payload.c@s/ && deleted->n < DELETE_SPIS_MAX//@more SPIs are taken from a Delete payload than there is room for
	ike_message@userspace/wire/payload_sa.c@s/sa->n < SA_PROPOSALS_MAX/true/@more proposals are taken than there is room for
	ike_message@userspace/wire/payload_sa.c@s/proposal->n_transforms < PROPOSAL_TRANSFORMS_MAX/true/@more transforms are taken than there is room for
	ike_message@userspace/wire/message.c@s/payloads->n == PAYLOADS_MAX/false/;s/counts->n\[i\] == payload_rules\[i\].max/payload_rules[i].once \&\& counts->n[i]/@more payloads are taken than there is room for
	ike_message@userspace/wire/selector.c@s/j < offered->n; j/j < offered->n * offered->n; j/;s/offered->list\[j\]/offered->list[j % offered->n]/@the choice of selectors takes the square of its steps
	engine@userspace/wire/selector.c@s/j < offered->n; j/j < offered->n * offered->n; j/;s/offered->list\[j\]/offered->list[j % offered->n]/@the choice of selectors takes the square of its steps
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

# Whether the target ends in an error on changed inputs, and on no other
found_by_changes()
{
	make --silent "$PWD/$1" || return
	# shellcheck disable=SC2046 # names of files in this tree have no spaces
	"./$1" $(written "$1") || return
	# shellcheck disable=SC2046
	! "./$1" -m "$changes" $(written "$1")
}

# Whether the fuzzer ends in an error before the time is over, with nothing to begin
# with or what is in the directory that is named
found_by_fuzzer()
{
	make --silent "$PWD/$1.fuzzer" || return
	# shellcheck disable=SC2046
	! "./$1.fuzzer" -max_total_time="$seconds" -print_final_stats=1 \
		$(options "$1") ${2+"$2"}
}

found_by_fuzzer_from_written()
{
	make --silent "$PWD/$1" || return
	rm -rf "$work/written"
	mkdir "$work/written"
	# shellcheck disable=SC2046
	"./$1" -x $(written "$1") "$work/written" || return
	found_by_fuzzer "$1" "$work/written"
}

# find_fault HOW TARGET FILE CHANGE
find_fault()
{
	plant "$3" "$4" || return
	(
		cd "$work/tree/selftests/fuzz"
		"$1" "$2"
	)
}

# How many runs it took, and what was found in them
say_effort()
{
	awk -v seconds="$(($(date +%s) - begun))" '
		/number_of_executed_units/ { runs = $2 }
		/^after [0-9]+ runs/ { runs = $2 }
		END { if (runs) print "# after " seconds " s, " runs " runs" }
		' "$work/log"
	grep -a -m 1 -E "$findings" "$work/log" | sed 's/^/# /' || :
}

# find_faults HOW, of the table on standard input
find_faults()
{
	while IFS=@ read -r target file change what; do
		begun=$(date +%s)
		if find_fault "$1" "$target" "$file" "$change" \
			>"$work/log" 2>&1 &&
			grep -q -E "$findings" "$work/log"; then
			ktap_test_pass "$target: $what"
		else
			tail -n 20 "$work/log" | sed 's/^/# /'
			ktap_test_fail "$target: $what"
		fi
		say_effort
	done
}

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

[ -z "$seconds" ] || make --silent --jobs="$(nproc)" fuzzers
ktap_print_header
faults >"$work/faults"
faults_of_many >"$work/faults-of-many"
ktap_set_plan "$(cat "$work/faults" "$work/faults-of-many" | wc -l)"
if [ "$seconds" ]; then
	find_faults found_by_fuzzer <"$work/faults"
	find_faults found_by_fuzzer_from_written <"$work/faults-of-many"
else
	find_faults found_by_corpus <"$work/faults"
	find_faults found_by_changes <"$work/faults-of-many"
fi
ktap_finished
