// SPDX-License-Identifier: GPL-2.0
/*
 * Additional key exchanges in IKE_INTERMEDIATE (RFC 9370 section 2.2.2).
 *
 *	initiator                      responder
 *	IDLE   -> BEGUN, own KE data
 *	          request sealed
 *	                               request opened
 *	                               IDLE -> ANSWERED, own KE data
 *	                               response sealed, keys(n), IDLE
 *	          response opened
 *	BEGUN  -> IDLE, keys(n)
 *
 * The peer's KE data is taken from the message that was opened.
 */
#include <linux/netlink.h>
#include <linux/string.h>

#include "ike_sa.h"

/* The KE payload of the method that is due, in the message opened last. */
static int find_peer_ke(const struct pqike_ike_sa *sa, u16 method, bool response,
			struct ike_ke *ke, struct netlink_ext_ack *extack)
{
	const struct pqike_sk_opened *opened = &sa->opened;
	const struct ike_payload_chain chain = {
		.next_type = opened->first_payload,
		.data = opened->plaintext,
		.len = opened->len,
	};

	if (!opened->plaintext ||
	    opened->header.exchange_type != IKE_INTERMEDIATE ||
	    !(opened->header.flags & IKE_FLAG_RESPONSE) == response) {
		NL_SET_ERR_MSG(extack, "no IKE_INTERMEDIATE message of the peer was opened");
		return -EPROTO;
	}
	if (ike_ke_find(chain, ke)) {
		NL_SET_ERR_MSG(extack, "IKE_INTERMEDIATE has not one well-formed KE payload");
		return -EBADMSG;
	}
	if (ke->method != method) {
		NL_SET_ERR_MSG(extack,
			       "the KE payload's method is not the one chosen for this round");
		return -EBADMSG;
	}
	return 0;
}

/* keys(n) from the secret of round n. */
static int derive_next_keys(struct pqike_ike_sa *sa)
{
	return pqike_derive_keys(sa->prf, &sa->init, sa->keys.sk_d,
				 sa->ke.secret, sa->ke.secret_len,
				 sa->keys.sk, &sa->next_keys);
}

static int begin_round(struct pqike_ike_sa *sa, u16 method,
		       struct netlink_ext_ack *extack)
{
	int err;

	pqike_ke_wipe(&sa->ke);
	err = pqike_ke_initiate(&sa->ke, method, extack);
	if (!err)
		sa->round_step = PQIKE_ROUND_BEGUN;
	return err;
}

static int answer_round(struct pqike_ike_sa *sa, u16 method,
			struct netlink_ext_ack *extack)
{
	struct ike_ke peer;
	int err;

	err = find_peer_ke(sa, method, false, &peer, extack);
	if (err)
		return err;
	if (!sa->message_ids.owes_response) {
		NL_SET_ERR_MSG(extack, "the IKE_INTERMEDIATE request is answered already");
		return -EPROTO;
	}
	pqike_ke_wipe(&sa->ke);
	err = pqike_ke_respond(&sa->ke, method, peer.data, peer.len, extack);
	if (err)
		return err;
	err = derive_next_keys(sa);
	if (err) {
		pqike_ke_wipe(&sa->ke);
		return err;
	}
	pqike_ke_forget_secret(&sa->ke);
	pqike_ike_sa_opened_used(sa);
	sa->round_step = PQIKE_ROUND_ANSWERED;
	return 0;
}

static int complete_round(struct pqike_ike_sa *sa, u16 method,
			  struct netlink_ext_ack *extack)
{
	struct ike_ke peer;
	int err;

	err = find_peer_ke(sa, method, true, &peer, extack);
	if (err)
		return err;
	err = pqike_ke_complete(&sa->ke, peer.data, peer.len, extack);
	if (err)
		return err;
	pqike_ike_sa_opened_used(sa);
	err = derive_next_keys(sa);
	pqike_ke_wipe(&sa->ke);
	if (!err)
		err = pqike_ike_sa_use_keys(sa, &sa->next_keys);
	memzero_explicit(&sa->next_keys, sizeof(sa->next_keys));
	if (err) {
		sa->state = PQIKE_IKE_SA_STATE_FAILED;
		return err;
	}
	sa->rounds_done++;
	sa->round_step = PQIKE_ROUND_IDLE;
	return 0;
}

/**
 * pqike_ike_sa_additional_ke() - the next step of the round that is due
 * @sa: locked; where the step makes KE data, @sa->ke has it afterwards
 * @extack: says what is out of order or wrong with the peer's KE data
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EPROTO for a step out of order,
 * -EBADMSG for a message without the right KE payload, or an error of
 * pqike_ke_respond() or pqike_ke_complete(); or an error of the crypto API
 * that ends the IKE SA.
 */
int pqike_ike_sa_additional_ke(struct pqike_ike_sa *sa,
			       struct netlink_ext_ack *extack)
{
	u16 method;

	if (sa->state != PQIKE_IKE_SA_STATE_KEYED ||
	    sa->rounds_done >= sa->suite.n_additional_ke) {
		NL_SET_ERR_MSG(extack, "no additional key exchange is due");
		return -EPROTO;
	}
	method = sa->suite.additional_ke[sa->rounds_done];
	if (sa->role == PQIKE_ROLE_RESPONDER) {
		if (sa->round_step == PQIKE_ROUND_IDLE)
			return answer_round(sa, method, extack);
		NL_SET_ERR_MSG(extack, "the response of this round must be sealed first");
		return -EPROTO;
	}
	if (sa->round_step == PQIKE_ROUND_IDLE)
		return begin_round(sa, method, extack);
	return complete_round(sa, method, extack);
}
