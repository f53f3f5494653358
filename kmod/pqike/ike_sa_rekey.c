// SPDX-License-Identifier: GPL-2.0
/*
 * An IKE SA that rekeys another, its parent (RFC 7296 section 2.18, RFC 9370
 * section 2.2.4).
 *
 * SPIs, nonces, KE data and proposals are read from the CREATE_CHILD_SA
 * messages that the parent sealed and opened (R3).  Who the peer is, the parent's
 * authentication has settled; what it must meet, the connection as it is now (R4).
 *
 * Two rekeys of one parent may be under way, one begun by each side.  Which of
 * them is to live is the helper's to decide; it deletes the other.
 */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "child_sa.h"
#include "connection.h"
#include "creation.h"
#include "ike_sa.h"
#include "shared_secret.h"
#include "trace.h"

/* Two are enough; others may have failed and not been deleted yet. */
#define REKEYINGS_MAX	8

struct spis {
	u8 i[IKE_SPI_LEN];
	u8 r[IKE_SPI_LEN];
};

static unsigned int count_rekeyings(const struct pqike_ike_sa *parent)
{
	const struct pqike_ike_sa *sa;
	unsigned int n = 0;

	list_for_each_entry(sa, &parent->rekeyings, rekeying)
		n++;
	return n;
}

/*
 * What the steps of both sides need; the first request has Message ID 0.  What is
 * rekeyed is complete, and stays so: end_rekeyings() counts on it.
 */
static int begin_rekeying(struct pqike_ike_sa *sa, const struct pqike_ike_sa *parent,
			  struct netlink_ext_ack *extack)
{
	struct pqike_connection *now;

	if (parent->state != PQIKE_IKE_SA_STATE_ESTABLISHED) {
		NL_SET_ERR_MSG(extack, "the IKE SA to rekey is not established");
		return -EPROTO;
	}
	if (!pqike_owned_is_complete(&parent->owned)) {
		NL_SET_ERR_MSG(extack, "the response of the IKE SA to rekey is not sealed");
		return -EPROTO;
	}
	if (count_rekeyings(parent) >= REKEYINGS_MAX) {
		NL_SET_ERR_MSG(extack, "the IKE SA has been rekeyed too often: delete it");
		return -EDQUOT;
	}
	now = pqike_connection_now(sa->net, parent->connection, extack);
	if (IS_ERR(now))
		return PTR_ERR(now);
	sa->connection = now;
	sa->creation = pqike_creation_alloc(sa->role);
	if (!sa->creation)
		return -ENOMEM;
	sa->full_transcript = parent->full_transcript;
	sa->ppk = pqike_shared_secret_get(parent->ppk);
	memset(&sa->message_ids, 0, sizeof(sa->message_ids));
	return 0;
}

/**
 * pqike_ike_sa_begin_rekey() - make SPIi, Ni and KE data of CREATE_CHILD_SA
 * @sa: of the initiator, not yet to be found; released by the caller on error
 * @parent: the IKE SA to rekey, locked
 * @method: transform ID of the key exchange
 * @extack: says what is out of order or not supported
 *
 * Context: may sleep.
 * Return: 0, -EPROTO when @parent is not complete, -EDQUOT when too many
 * rekey it, -ENOMEM, or an error of pqike_connection_now() or
 * pqike_creation_begin().
 */
int pqike_ike_sa_begin_rekey(struct pqike_ike_sa *sa,
			     const struct pqike_ike_sa *parent, u16 method,
			     struct netlink_ext_ack *extack)
{
	int err;

	err = begin_rekeying(sa, parent, extack);
	if (!err)
		err = pqike_creation_begin(sa->creation, method, extack);
	if (err)
		return err;
	pqike_make_spi(sa->creation->init.spi_i);
	sa->init = sa->creation->init;
	return 0;
}

static int find_sa(struct ike_payload_chain chain, struct ike_payload *proposals,
		   struct netlink_ext_ack *extack)
{
	if (!ike_payload_find(chain, IKE_PAYLOAD_SA, proposals))
		return 0;
	NL_SET_ERR_MSG(extack, "CREATE_CHILD_SA has not one well-formed SA payload");
	return -EBADMSG;
}

/**
 * pqike_ike_sa_answer_rekey() - make SPIr, Nr and KE data of CREATE_CHILD_SA
 * @sa: of the responder, not yet to be found; released by the caller on error
 * @parent: the IKE SA to rekey, locked; the caller marks its message used
 * @extack: says what is out of order or wrong with the request
 *
 * The method is that of the request's KE payload.
 *
 * Context: may sleep.
 * Return: 0, -EPROTO when @parent is not complete or has opened no request,
 * -EBADMSG for a request without the right payloads, -EDQUOT when too many
 * rekey @parent, -ENOMEM, or an error of pqike_connection_now() or
 * pqike_creation_respond().
 */
int pqike_ike_sa_answer_rekey(struct pqike_ike_sa *sa,
			      const struct pqike_ike_sa *parent,
			      struct netlink_ext_ack *extack)
{
	struct pqike_methods methods = {};
	struct ike_payload_chain chain;
	struct ike_payload proposals;
	struct ike_ke ke;
	int err;

	err = begin_rekeying(sa, parent, extack);
	if (!err)
		err = pqike_creation_request(parent, &chain, extack);
	if (!err)
		err = find_sa(chain, &proposals, extack);
	if (!err)
		err = pqike_proposals_spi(&proposals, sa->creation->init.spi_i,
					  extack);
	if (err)
		return err;
	if (ike_ke_find(chain, &ke) || !ke.method) {
		NL_SET_ERR_MSG(extack, "the rekey of an IKE SA has not one well-formed KE payload");
		return -EBADMSG;
	}
	methods.ke = ke.method;
	err = pqike_creation_respond(sa->creation, parent, &methods, extack);
	if (err)
		return err;
	sa->request.data = kmemdup(proposals.body, proposals.len,
				   GFP_KERNEL_ACCOUNT);
	if (!sa->request.data)
		return -ENOMEM;
	sa->request.len = proposals.len;
	pqike_make_spi(sa->creation->init.spi_r);
	sa->init = sa->creation->init;
	return 0;
}

/* The SA payloads of both sides, the messages being this rekey's. */
static int initiator_proposals(const struct pqike_ike_sa *sa,
			       const struct pqike_ike_sa *parent,
			       struct ike_payload *offer,
			       struct ike_payload *choice,
			       struct netlink_ext_ack *extack)
{
	struct ike_payload_chain chain;
	int err;

	err = pqike_creation_response(sa->creation, parent, &chain, extack);
	if (!err)
		err = find_sa(chain, choice, extack);
	return err ?: find_sa(pqike_sealed_chain(&parent->sealed_request),
			      offer, extack);
}

static int responder_proposals(const struct pqike_ike_sa *sa,
			       const struct pqike_ike_sa *parent,
			       struct ike_payload *offer,
			       struct ike_payload *choice,
			       struct netlink_ext_ack *extack)
{
	const struct pqike_sealed *sealed = &parent->sealed_response;
	int err;

	if (!sealed->plaintext ||
	    sealed->message_id != sa->creation->message_id) {
		NL_SET_ERR_MSG(extack, "the CREATE_CHILD_SA response of this rekey is not sealed");
		return -EPROTO;
	}
	err = pqike_creation_check_own(sa->creation, pqike_sealed_chain(sealed),
				       extack);
	if (err)
		return err;
	offer->body = sa->request.data;
	offer->len = sa->request.len;
	return find_sa(pqike_sealed_chain(sealed), choice, extack);
}

/* Both SPIs; this side's must be the one that the kernel made. */
static int read_spis(const struct pqike_ike_sa *sa,
		     const struct ike_payload *offer,
		     const struct ike_payload *choice, struct spis *spis,
		     struct netlink_ext_ack *extack)
{
	const struct pqike_init_values *init = &sa->creation->init;
	int err;

	err = pqike_proposals_spi(offer, spis->i, extack);
	if (!err)
		err = pqike_proposals_spi(choice, spis->r, extack);
	if (err)
		return err;
	if (sa->role == PQIKE_ROLE_INITIATOR ?
	    !memcmp(spis->i, init->spi_i, IKE_SPI_LEN) :
	    !memcmp(spis->r, init->spi_r, IKE_SPI_LEN))
		return 0;
	NL_SET_ERR_MSG(extack, "own SPI was changed in CREATE_CHILD_SA");
	return -EBADMSG;
}

static int check_suite(const struct pqike_ike_sa *sa,
		       const struct pqike_ike_sa *parent,
		       const struct pqike_suite *suite,
		       struct netlink_ext_ack *extack)
{
	if (suite->ke != sa->creation->methods[0]) {
		NL_SET_ERR_MSG(extack,
			       "the chosen key exchange method is not that of the KE payloads");
		return -EBADMSG;
	}
	/* Peers differ on which PRF would then expand the keys. */
	if (suite->prf != parent->suite.prf) {
		NL_SET_ERR_MSG(extack, "the PRF must not change in a rekey");
		return -EOPNOTSUPP;
	}
	return pqike_connection_check_suite(sa->connection, suite, extack);
}

/* Where the key exchanges are complete; an error leaves the IKE SA as it was. */
static int derive_and_use_keys(struct pqike_ike_sa *sa,
			       const struct pqike_ike_sa *parent,
			       struct crypto_shash *prf,
			       const struct pqike_sk_algorithm *sk,
			       struct netlink_ext_ack *extack)
{
	struct pqike_keys keys;
	int err;

	if (!pqike_creation_is_complete(sa->creation))
		return 0;
	err = pqike_creation_keys(sa->creation, prf, parent->keys.sk_d, sk,
				  &keys);
	if (!err)
		err = pqike_ike_sa_change_keys(sa, &keys, extack);
	memzero_explicit(&keys, sizeof(keys));
	return err;
}

/*
 * Where the key exchanges are complete, the IKE SA has its keys.  What the
 * responder made last is still to be told, and is no secret.
 */
static void go_on(struct pqike_ike_sa *sa, const struct pqike_ike_sa *parent)
{
	sa->rounds_done = pqike_creation_followups_done(sa->creation);
	if (!pqike_creation_is_complete(sa->creation))
		return;
	sa->answer_due = pqike_creation_owes_answer(sa->creation, parent);
	sa->ke = sa->creation->ke;
	memset(&sa->creation->ke, 0, sizeof(sa->creation->ke));
	pqike_creation_free(sa->creation);
	sa->creation = NULL;
	/* Its Child SAs are inherited or have keys from their own creation. */
	sa->keymat_used = true;
	pqike_ike_sa_establish(sa, sa->answer_due);
}

/* Take the nonces and KE data; from here on the methods are known. */
static int agree_on_methods(struct pqike_ike_sa *sa, const struct pqike_ike_sa *parent,
			    const struct pqike_suite *suite,
			    struct netlink_ext_ack *extack)
{
	struct pqike_methods methods = {
		.ke = suite->ke,
		.n_additional = suite->n_additional_ke,
	};

	memcpy(methods.additional, suite->additional_ke,
	       sizeof(methods.additional));
	if (sa->role == PQIKE_ROLE_INITIATOR)
		return pqike_creation_accept(sa->creation, parent, &methods,
					     false, extack);
	return pqike_creation_choose(sa->creation, &methods, extack);
}

/* All that can be wrong with the two messages, before anything changes. */
static int read_exchange(const struct pqike_ike_sa *sa,
			 const struct pqike_ike_sa *parent,
			 struct pqike_suite *suite, struct spis *spis,
			 struct netlink_ext_ack *extack)
{
	struct ike_payload offer, choice;
	int err;

	err = sa->role == PQIKE_ROLE_INITIATOR ?
		initiator_proposals(sa, parent, &offer, &choice, extack) :
		responder_proposals(sa, parent, &offer, &choice, extack);
	if (!err)
		err = read_spis(sa, &offer, &choice, spis, extack);
	if (!err)
		err = pqike_suite_agree(&offer, &choice, suite, extack);
	if (!err)
		err = check_suite(sa, parent, suite, extack);
	return err;
}

static int agree_and_use_keys(struct pqike_ike_sa *sa,
			      const struct pqike_ike_sa *parent,
			      const struct pqike_suite *suite,
			      const struct spis *spis, struct crypto_shash *prf,
			      struct netlink_ext_ack *extack)
{
	struct pqike_init_values *init = &sa->creation->init;
	int err;

	err = agree_on_methods(sa, parent, suite, extack);
	if (err)
		return err;
	memcpy(init->spi_i, spis->i, IKE_SPI_LEN);
	memcpy(init->spi_r, spis->r, IKE_SPI_LEN);
	err = derive_and_use_keys(sa, parent, prf, suite->sk, extack);
	if (!err)
		return 0;
	if (sa->role == PQIKE_ROLE_INITIATOR)
		memset(init->spi_r, 0, IKE_SPI_LEN);
	pqike_creation_undo(sa->creation);
	return err;
}

/**
 * pqike_ike_sa_init_rekey() - complete CREATE_CHILD_SA
 * @sa: locked, begun
 * @parent: the IKE SA that it rekeys, locked; it has sealed and opened both
 *	messages last
 * @extack: says what is out of order or wrong with which message
 *
 * Without additional key exchanges @sa is established then.
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EPROTO out of order, -EBADMSG for
 * messages that do not fit, -EOPNOTSUPP for a suite that is not supported or
 * has another PRF, -EPERM for one that the connection does not allow, -ENOMEM,
 * or an error of pqike_creation_accept(), of the hash or of the cipher.
 */
int pqike_ike_sa_init_rekey(struct pqike_ike_sa *sa,
			    struct pqike_ike_sa *parent,
			    struct netlink_ext_ack *extack)
{
	struct crypto_shash *prf;
	struct pqike_suite suite;
	struct spis spis;
	int err;

	if (sa->state != PQIKE_IKE_SA_STATE_HALF_OPEN) {
		NL_SET_ERR_MSG(extack, "the CREATE_CHILD_SA of this rekey is complete already");
		return -EPROTO;
	}
	err = read_exchange(sa, parent, &suite, &spis, extack);
	if (err)
		return err;
	prf = pqike_prf_alloc(suite.prf, extack);
	if (IS_ERR(prf))
		return PTR_ERR(prf);
	err = agree_and_use_keys(sa, parent, &suite, &spis, prf, extack);
	if (err) {
		crypto_free_shash(prf);
		return err;
	}
	pqike_creation_keep(sa->creation, parent);
	if (sa->role == PQIKE_ROLE_RESPONDER)
		pqike_sealed_drop(&parent->sealed_response);
	sa->init = sa->creation->init;
	sa->suite = suite;
	sa->prf = prf;
	pqike_ike_sa_set_state(sa, PQIKE_IKE_SA_STATE_KEYED);
	go_on(sa, parent);
	return 0;
}

/**
 * pqike_ike_sa_followup() - the next step of the additional key exchange due
 * @sa: locked; where the step makes KE data, pqike_ike_sa_own_ke() has it
 * @parent: the IKE SA that @sa rekeys, locked
 * @extack: says what is out of order or wrong with the peer's KE data
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EPROTO when no additional key exchange
 * is due, or an error of pqike_creation_begin_followup(), of
 * pqike_creation_followup(), of the hash or of the cipher.
 */
int pqike_ike_sa_followup(struct pqike_ike_sa *sa, struct pqike_ike_sa *parent,
			  struct netlink_ext_ack *extack)
{
	struct pqike_creation *creation = sa->creation;
	int err;

	if (sa->state != PQIKE_IKE_SA_STATE_KEYED) {
		NL_SET_ERR_MSG(extack, "no additional key exchange is due");
		return -EPROTO;
	}
	if (sa->role == PQIKE_ROLE_INITIATOR && !creation->ke.method)
		return pqike_creation_begin_followup(creation, extack);
	err = pqike_creation_followup(creation, parent, false, extack);
	if (err)
		return err;
	err = derive_and_use_keys(sa, parent, sa->prf, sa->suite.sk, extack);
	if (err) {
		pqike_creation_undo(creation);
		return err;
	}
	pqike_creation_keep(creation, parent);
	go_on(sa, parent);
	return 0;
}

/**
 * pqike_ike_sa_take_back_rekey() - undo the step that the peer was not told of
 * @sa: locked, as is the IKE SA that it rekeys, whose socket is closed
 *
 * Context: may sleep.
 * Return: whether there was such a step; see pqike_creation_take_back().
 */
bool pqike_ike_sa_take_back_rekey(struct pqike_ike_sa *sa)
{
	struct pqike_creation *creation = sa->creation;

	if (!creation || !pqike_creation_take_back(creation))
		return false;
	pqike_kept_reply_drop(&sa->kept_reply);
	sa->rounds_done = pqike_creation_followups_done(creation);
	if (pqike_creation_is_agreed(creation))
		return true;
	memset(creation->init.spi_r, 0, IKE_SPI_LEN);
	sa->init = creation->init;
	memset(&sa->suite, 0, sizeof(sa->suite));
	crypto_free_shash(sa->prf);
	sa->prf = NULL;
	pqike_ike_sa_set_state(sa, PQIKE_IKE_SA_STATE_HALF_OPEN);
	return true;
}

/**
 * pqike_ike_sa_own_ke() - the KE data that this side has to send
 * @sa: locked
 *
 * Context: any.
 * Return: the key exchange, whose data is NULL where there is none.
 */
const struct pqike_ke *pqike_ike_sa_own_ke(const struct pqike_ike_sa *sa)
{
	return sa->creation ? &sa->creation->ke : &sa->ke;
}

/* Installed with a response that pqike_child_sas_check_answer() is still to compare. */
static bool has_unanswered(const struct pqike_ike_sa *parent)
{
	const struct pqike_child_sa *child;

	list_for_each_entry(child, &parent->children, list) {
		if (child->keyed && child->answers)
			return true;
	}
	return false;
}

/**
 * pqike_ike_sa_inherit() - take over the Child SAs of the IKE SA rekeyed
 * @sa: locked
 * @parent: the one that it rekeys, locked; or NULL
 * @extack: says what is out of order
 *
 * What @sa has done is counted on from what @parent has.  Child SAs without keys
 * stay: they would get theirs from @parent's SK_d.  It is @parent, too, that seals the
 * response of one that is installed already, and compares it.
 *
 * Context: any.
 * Return: 0; or, with nothing changed, -EPROTO when @sa is not established or
 * rekeys none, or @parent has still to seal the response by which @sa is established, or
 * that of a Child SA with keys;
 * -EDQUOT when there would be more than %PQIKE_CHILD_SAS_MAX, or more than
 * %PQIKE_POLICIES_MAX policies.
 */
int pqike_ike_sa_inherit(struct pqike_ike_sa *sa, struct pqike_ike_sa *parent,
			 struct netlink_ext_ack *extack)
{
	struct pqike_child_sa *child, *next;

	if (!parent) {
		NL_SET_ERR_MSG(extack, "the IKE SA rekeys none, or that one has been deleted");
		return -EPROTO;
	}
	if (sa->state != PQIKE_IKE_SA_STATE_ESTABLISHED) {
		NL_SET_ERR_MSG(extack, "the IKE SA is not established");
		return -EPROTO;
	}
	if (sa->answer_due) {
		NL_SET_ERR_MSG(extack,
			       "the response that the IKE SA is established by is not sealed");
		return -EPROTO;
	}
	if (has_unanswered(parent)) {
		NL_SET_ERR_MSG(extack,
			       "the response of a Child SA that is installed is not sealed");
		return -EPROTO;
	}
	if (pqike_child_sa_count(sa) + pqike_child_sa_count(parent) >
	    PQIKE_CHILD_SAS_MAX) {
		NL_SET_ERR_MSG(extack, "both IKE SAs have more Child SAs than one may have");
		return -EDQUOT;
	}
	if (pqike_child_sa_policies(sa) + pqike_child_sa_policies(parent) >
	    PQIKE_POLICIES_MAX) {
		NL_SET_ERR_MSG(extack, "both IKE SAs have more policies than one may have");
		return -EDQUOT;
	}
	list_for_each_entry_safe(child, next, &parent->children, list) {
		if (!child->keyed)
			continue;
		list_move_tail(&child->list, &sa->children);
		trace_pqike_child_sa_inherited(sa, child);
	}
	pqike_stats_inherit(sa, parent);
	return 0;
}
