# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Faults that must be found: by the fuzzer, by the matrix of states and operations in
# uapi/evil_helper.py, by uapi/stats.py or uapi/trace.py: name, file, change for sed, who finds
# it, each of them, what is wrong then. Those of one name are in the same modules; each of them
# fails another test of stats.py or trace.py, which is what is wrong then. What the kernel finds
# leaves it without some of its checks.

faults()
{
	cat <<-'END_OF_FAULTS'
	order@ike_sa_message.c@s/ids->awaiting_response || message_id/message_id/@fuzzer matrix@two requests have one Message ID
	verify@sk_payload.c@s/err = seal ? crypto_aead_encrypt(request) :/err = seal ? crypto_aead_encrypt(request) : 0 \&/@fuzzer@a message that does not verify is opened
	socket@lifetime.c@s/event == NETLINK_URELEASE/!event/@fuzzer@what was half-open outlives its socket
	memory@ike_sa_message.c@/^void pqike_opened_drop/,/^}/s/sa->opened.plaintext = NULL;//@kernel@a message is used after it was freed
	lock@ike_sa.c@/^static struct pqike_ike_sa .lock_found(/,/^}/s/mutex_lock(&sa->lock);/mutex_trylock(\&sa->lock);/@kernel@two requests have one IKE SA
	counts@ike_sa_stats.c@s/sum->ns\[operation\] += ns;//@stats@each has taken time, the namespace
	counts@ike_sa_stats.c@/^static void add_to_ike_sa/,/^}/s/own->counts\[PQIKE_COUNT_FAILED/own->counts[PQIKE_COUNT_OPERATION/@stats@unverified: counted with the IKE SA
	counts@stats.c@s/return PQIKE_FAILURE_CAUSE_OUT_OF_ORDER/return PQIKE_FAILURE_CAUSE_REPEATED/@stats@out-of-order: counted with the namespace
	counts@ike_sa_stats.c@s/!ml_kem \&\& old \&\& methods_have_ml_kem(&old->methods)/!ml_kem \&\& old/@stats@the next one has none to drop: namespace
	counts@ike_sa_stats.c@s/first ? pqike_suite_has_ml_kem(&sa->suite)/first ? methods_have_ml_kem(methods)/@stats@has its key exchanges
	counts@ike_sa_stats.c@s/memset(&parent->stats, 0, sizeof(parent->stats));//@stats@has none any more
	counts@netlink_stats.c@/^static int show_net/,/^}/s/err = pqike_check_admin(skb, net, info->extack)/err = 0/@stats@nobody: the namespace
	counts@trace.h@s/memcpy(__entry->spi_r, sa->init.spi_r/memcpy(__entry->spi_r, sa->init.spi_i/@trace@with its SPIs, role and connection
	counts@trace.h@s/__entry->complete = child->esp.spi_out \&\&/__entry->complete = child->esp.spi_out ||/@trace@the inbound ESP SA is installed
	counts@child_sa.c@s/trace_pqike_child_sa_deleted(sa, child);//@trace@and it is deleted
	counts@trace.h@s/__entry->orphans = orphans/__entry->orphans = true/@trace@a socket is closed that leaves none
	counts@trace.h@/^TRACE_EVENT(pqike_failure/,$s/__entry->id = id/__entry->id = 0/@trace@what does not verify
	counts@trace.h@s/__field(int, err)),/__field(int, err) __field(u32, ke)),/@trace@pqike_failure has no other fields
	END_OF_FAULTS
}
