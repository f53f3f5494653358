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
 * The peer's KE data is taken from the message that was opened.  A post-quantum
 * preshared key (RFC 9867) goes with the last round, or has one of its own.
 */
#include <linux/netlink.h>
#include <linux/string.h>

#include "ike_sa.h"
#include "shared_secret.h"

/* The payloads of the message opened last. */
static int find_message(const struct pqike_ike_sa *sa, bool response,
			struct ike_payload_chain *chain,
			struct netlink_ext_ack *extack)
{
	if (pqike_opened_chain(sa, IKE_INTERMEDIATE, response, chain))
		return 0;
	NL_SET_ERR_MSG(extack, "no IKE_INTERMEDIATE message of the peer was opened");
	return -EPROTO;
}

/* The KE payload of the method that is due; none is IKE_KE_NONE. */
static int find_peer_ke(struct ike_payload_chain chain, u16 method,
			struct ike_ke *ke, struct netlink_ext_ack *extack)
{
	if (method == IKE_KE_NONE)
		return 0;
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

/* A PPK goes with the last key exchange, or after it. */
static bool ppk_goes_here(const struct pqike_ike_sa *sa)
{
	return pqike_ike_sa_ppk_is_due(sa) &&
	       sa->rounds_done + 1 >= sa->suite.n_additional_ke;
}

/*
 * keys(n) from the secret of round n, if there is one, and then from the PPK, if
 * there is one (RFC 9867 section 3.1.1).  With neither there are no next keys.
 */
static int derive_next_keys(struct pqike_ike_sa *sa,
			    const struct pqike_shared_secret *ppk)
{
	int err = 0;

	if (sa->ke.secret_len)
		err = pqike_derive_keys(sa->prf, &sa->init, sa->keys.sk_d,
					sa->ke.secret, sa->ke.secret_len,
					sa->keys.sk, &sa->next_keys);
	else if (ppk)
		sa->next_keys = sa->keys;
	if (!err && ppk)
		err = pqike_ike_sa_ppk_rekey(sa, ppk, &sa->next_keys);
	return err;
}

static int begin_round(struct pqike_ike_sa *sa, u16 method,
		       struct pqike_ppk_notify *notify,
		       struct netlink_ext_ack *extack)
{
	int err = 0;

	pqike_ke_wipe(&sa->ke);
	if (ppk_goes_here(sa))
		err = pqike_ike_sa_ppk_offer(sa, notify);
	if (!err && method != IKE_KE_NONE)
		err = pqike_ke_initiate(&sa->ke, method, extack);
	if (!err)
		sa->round_step = PQIKE_ROUND_BEGUN;
	return err;
}

static int answer_ke(struct pqike_ike_sa *sa, u16 method,
		     const struct ike_ke *peer,
		     const struct pqike_shared_secret *ppk,
		     struct netlink_ext_ack *extack)
{
	int err = 0;

	pqike_ke_wipe(&sa->ke);
	if (method != IKE_KE_NONE)
		err = pqike_ke_respond(&sa->ke, method, peer->data, peer->len,
				       extack);
	if (!err)
		err = derive_next_keys(sa, ppk);
	if (err)
		pqike_ke_wipe(&sa->ke);
	else
		pqike_ke_forget_secret(&sa->ke);
	return err;
}

static int answer_round(struct pqike_ike_sa *sa, u16 method,
			struct pqike_ppk_notify *notify,
			struct netlink_ext_ack *extack)
{
	struct ike_payload_chain chain;
	struct pqike_shared_secret *ppk = NULL;
	struct ike_ke peer;
	int err;

	err = find_message(sa, false, &chain, extack);
	if (!err)
		err = find_peer_ke(chain, method, &peer, extack);
	if (err)
		return err;
	if (!sa->message_ids.owes_response) {
		NL_SET_ERR_MSG(extack, "the IKE_INTERMEDIATE request is answered already");
		return -EPROTO;
	}
	if (ppk_goes_here(sa))
		ppk = pqike_ike_sa_ppk_choose(sa, chain, notify);
	err = answer_ke(sa, method, &peer, ppk, extack);
	if (err) {
		pqike_shared_secret_put(ppk);
		return err;
	}
	/* A PPK that is not offered here may still be, in an exchange of its own. */
	if (ppk || method == IKE_KE_NONE)
		sa->ppk_negotiated = true;
	sa->ppk = ppk;
	pqike_ike_sa_opened_used(sa);
	sa->round_step = PQIKE_ROUND_ANSWERED;
	return 0;
}

/* An error leaves the round where it was. */
static int use_next_keys(struct pqike_ike_sa *sa,
			 const struct pqike_shared_secret *ppk,
			 struct netlink_ext_ack *extack)
{
	int err;

	err = derive_next_keys(sa, ppk);
	if (!err && sa->next_keys.sk)
		err = pqike_ike_sa_change_keys(sa, &sa->next_keys, extack);
	memzero_explicit(&sa->next_keys, sizeof(sa->next_keys));
	if (err)
		pqike_ke_forget_secret(&sa->ke);
	return err;
}

static void finish_round(struct pqike_ike_sa *sa, bool with_ppk,
			 struct pqike_shared_secret *ppk)
{
	sa->ppk_negotiated = with_ppk;
	pqike_ike_sa_opened_used(sa);
	if (sa->ke.method)
		sa->rounds_done++;
	pqike_ke_wipe(&sa->ke);
	sa->ppk = pqike_shared_secret_get(ppk);
	sa->round_step = PQIKE_ROUND_IDLE;
}

static int complete_round(struct pqike_ike_sa *sa, u16 method,
			  struct netlink_ext_ack *extack)
{
	const bool with_ppk = ppk_goes_here(sa);
	struct ike_payload_chain chain;
	struct pqike_shared_secret *ppk = NULL;
	struct ike_ke peer;
	int err;

	err = find_message(sa, true, &chain, extack);
	if (!err)
		err = find_peer_ke(chain, method, &peer, extack);
	if (!err && with_ppk)
		err = pqike_ike_sa_ppk_accepted(sa, chain, &ppk, extack);
	if (!err && method != IKE_KE_NONE)
		err = pqike_ke_complete(&sa->ke, peer.data, peer.len, extack);
	if (!err)
		err = use_next_keys(sa, ppk, extack);
	if (!err)
		finish_round(sa, with_ppk, ppk);
	return err;
}

/* The method that is due, IKE_KE_NONE where only a PPK is. */
static int due_method(const struct pqike_ike_sa *sa, u16 *method,
		      struct netlink_ext_ack *extack)
{
	const bool ke_is_due = sa->rounds_done < sa->suite.n_additional_ke;

	if (sa->state != PQIKE_IKE_SA_STATE_KEYED ||
	    (!ke_is_due && !pqike_ike_sa_ppk_is_due(sa))) {
		NL_SET_ERR_MSG(extack, "no additional key exchange is due");
		return -EPROTO;
	}
	*method = ke_is_due ? sa->suite.additional_ke[sa->rounds_done] :
		IKE_KE_NONE;
	return 0;
}

/**
 * pqike_ike_sa_additional_ke() - the next step of the round that is due
 * @sa: locked; where the step makes KE data, @sa->ke has it afterwards
 * @notify: receives what goes into PPK_IDENTITY_KEY or PPK_IDENTITY
 * @extack: says what is out of order or wrong with the peer's KE data
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EPROTO for a step out of order,
 * -EBADMSG for a message without the right KE payload, -EPERM or -EKEYREJECTED
 * for one without the right PPK, -ENOMEM, or an error of pqike_ke_respond(),
 * pqike_ke_complete() or of the crypto API.
 */
int pqike_ike_sa_additional_ke(struct pqike_ike_sa *sa,
			       struct pqike_ppk_notify *notify,
			       struct netlink_ext_ack *extack)
{
	u16 method;
	int err;

	notify->len = 0;
	err = due_method(sa, &method, extack);
	if (err)
		return err;
	if (sa->role == PQIKE_ROLE_RESPONDER) {
		if (sa->round_step == PQIKE_ROUND_IDLE)
			return answer_round(sa, method, notify, extack);
		NL_SET_ERR_MSG(extack, "the response of this round must be sealed first");
		return -EPROTO;
	}
	if (sa->round_step == PQIKE_ROUND_IDLE)
		return begin_round(sa, method, notify, extack);
	return complete_round(sa, method, extack);
}
