# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Faults that the fuzzers must find: target, file, change for sed, what is wrong then

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
	config_transfer@userspace/config/config_transfer.c@s/(in->end - in->at) < size/(in->end - in->at) + 100000 < size/@of a configuration that ends early more is read
	config_transfer@userspace/config/config_transfer.c@s/^	connection->next = NULL;//@a pointer of another process is followed
	control@userspace/helper/control.c@s/sizeof(text) - 1, 0/sizeof(text), 0/@a request of full length has no room for its end
	asks@userspace/supervisor/policy.c@s/link->marked \&\& //@an interface that an operator has made is removed
	asks@userspace/helper/supervision.c@s/record->user \&\& record->group/record->group/@a helper is begun as root
	supervisor@userspace/supervisor/config_pair.c@/^void config_pair_conclude/,/^}/s/^	end_index(&pair->next_by_name);//@what finds connections of a configuration outlives it
	supervisor@userspace/supervisor/config_pair.c@s/^		pair->keyring = 0;/		(void)0;/@the kernel is thought to find the keys of a configuration that is gone
	supervisor@userspace/supervisor/config_reload.c@s/^	config_reload_conclude(reload, false);//@a reload without an answer to the one before leaves that with the helper
	supervisor@userspace/supervisor/config_reload.c@s/^	policy_enforce(reload->policy);//@what a helper does not take back stays in the kernel
	supervisor@userspace/supervisor/config_reload.c@/^static void use_one/,/^}/s/	if (!control_socket_permit(/	if (0 \&\& !control_socket_permit(/@whom a configuration that was not taken lets in stays let in
	supervisor@userspace/supervisor/config_reload.c@s/clock_now() < reload->pause_ends/false/@files are read as often as a helper likes
	supervisor@userspace/supervisor/config_reload.c@s/	if (config_service_fd(&reload->service) >= 0)/	if (0)/@a configuration is read twice at once where it is asked for again
	supervisor@userspace/supervisor/config_reload.c@/^void config_reload_begin/,/^}/s/^		return;/	{ timer_set(reload->timers, \&reload->patience, clock_now() + CONFIG_LOAD_SECONDS * SECOND); return; }/@who asks again waits longer each time
	sk_payload@kmod/pqike/sk_payload.c@s/pad_len > text_len/false/@the length of the padding is believed
	sk_payload@kmod/pqike/reassembly.c@s/reassembly->fragments\[place\].plaintext/false/@a fragment counts twice
	sk_payload@kmod/pqike/reassembly.c@s/memcpy(end, fragment->plaintext, fragment->len)/for (size_t o = 0; o < fragment->len; o++) end[o] = fragment->plaintext[o]/@a message takes steps for each octet
	sk_payload@kmod/pqike/reassembly.c@/memcpy(end/s/^/if (i < 40)/@of a message the fragments after the fortieth are lost
	child_terms@kmod/pqike/ts_payload.c@s/ || len > list->len//@the length of a selector is believed
	child_terms@kmod/pqike/child_negotiation.c@s/types & BIT(transform.type)/types \& 0/@a response with two transforms of a type has chosen both
	child_terms@kmod/pqike/ts_payload.c@s/is_within(common, outer) && range_holds/range_holds/@ports beyond those of the child are installed
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
