# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Faults that the fuzzer must find, or the matrix of states and operations in
# uapi/evil_helper.py: name, file, change for sed, who finds it, each of them, what is
# wrong then. What the kernel finds leaves it without some of its checks.

faults()
{
	cat <<-'END_OF_FAULTS'
	order@ike_sa_message.c@s/ids->awaiting_response || message_id/message_id/@fuzzer matrix@two requests have one Message ID
	verify@sk_payload.c@s/err = seal ? crypto_aead_encrypt(request) :/err = seal ? crypto_aead_encrypt(request) : 0 \&/@fuzzer@a message that does not verify is opened
	socket@lifetime.c@s/event == NETLINK_URELEASE/!event/@fuzzer@what was half-open outlives its socket
	memory@ike_sa_message.c@/^void pqike_opened_drop/,/^}/s/sa->opened.plaintext = NULL;//@kernel@a message is used after it was freed
	lock@ike_sa.c@/^static struct pqike_ike_sa .lock_found(/,/^}/s/mutex_lock(&sa->lock);/mutex_trylock(\&sa->lock);/@kernel@two requests have one IKE SA
	END_OF_FAULTS
}
