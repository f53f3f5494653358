// SPDX-License-Identifier: GPL-2.0
/*
 * Sealing and opening the messages of an IKE SA in their order: Message IDs,
 * which exchange is allowed when, IntAuth, and the change of keys behind an
 * additional key exchange.
 */
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "child_sa.h"
#include "ike_sa.h"

static bool rounds_are_done(const struct pqike_ike_sa *sa)
{
	return sa->rounds_done == sa->suite.n_additional_ke &&
	       sa->round_step == PQIKE_ROUND_IDLE;
}

/* Whether a request of this exchange may begin now, and by this side. */
static int check_exchange_type(const struct pqike_ike_sa *sa, u8 exchange_type,
			       bool by_initiator,
			       struct netlink_ext_ack *extack)
{
	const bool authenticating = sa->state == PQIKE_IKE_SA_STATE_KEYED &&
				    by_initiator;

	switch (exchange_type) {
	case IKE_SA_INIT:
		break;
	case IKE_INTERMEDIATE:
		if (authenticating && (!rounds_are_done(sa) ||
				       pqike_ike_sa_ppk_is_due(sa)))
			return 0;
		break;
	case IKE_AUTH:
		if (authenticating && rounds_are_done(sa))
			return 0;
		break;
	case IKE_CREATE_CHILD_SA:
	case IKE_FOLLOWUP_KE:
		if (sa->state == PQIKE_IKE_SA_STATE_ESTABLISHED)
			return 0;
		break;
	default:
		if (sa->state != PQIKE_IKE_SA_STATE_KEYED)
			return 0;
	}
	NL_SET_ERR_MSG(extack, "this exchange is out of order for the IKE SA");
	return -EPROTO;
}

static int check_keys(const struct pqike_ike_sa *sa,
		      struct netlink_ext_ack *extack)
{
	if (sa->state != PQIKE_IKE_SA_STATE_HALF_OPEN && sa->keys.sk)
		return 0;
	NL_SET_ERR_MSG(extack, "the IKE SA has no keys");
	return -EPROTO;
}

static int check_seal_order(const struct pqike_ike_sa *sa, u8 exchange_type,
			    bool response, u32 message_id,
			    struct netlink_ext_ack *extack)
{
	const struct pqike_message_ids *ids = &sa->message_ids;

	if (response) {
		if (ids->owes_response && message_id == ids->peer_request - 1 &&
		    exchange_type == ids->peer_request_exchange)
			return 0;
		NL_SET_ERR_MSG(extack,
			       "no request of this exchange and Message ID is to be answered");
		return -EPROTO;
	}
	if (ids->awaiting_response || message_id != ids->request) {
		NL_SET_ERR_MSG(extack, "a request is under way or the Message ID is not the next");
		return -EPROTO;
	}
	return check_exchange_type(sa, exchange_type,
				   sa->role == PQIKE_ROLE_INITIATOR, extack);
}

static int check_open_order(const struct pqike_ike_sa *sa,
			    const struct ike_header *header,
			    struct netlink_ext_ack *extack)
{
	const bool from_initiator = sa->role == PQIKE_ROLE_RESPONDER;
	const struct pqike_message_ids *ids = &sa->message_ids;
	const u32 message_id = be32_to_cpu(header->message_id);

	if (memcmp(header->spi_i, sa->init.spi_i, IKE_SPI_LEN) ||
	    memcmp(header->spi_r, sa->init.spi_r, IKE_SPI_LEN) ||
	    !!(header->flags & IKE_FLAG_INITIATOR) != from_initiator) {
		NL_SET_ERR_MSG(extack, "message is not of this IKE SA");
		return -EBADMSG;
	}
	if (header->flags & IKE_FLAG_RESPONSE) {
		if (ids->awaiting_response && message_id == ids->request &&
		    header->exchange_type == ids->request_exchange)
			return 0;
		NL_SET_ERR_MSG(extack, "no response of this exchange and Message ID is awaited");
		return -EPROTO;
	}
	if (ids->owes_response || message_id != ids->peer_request) {
		NL_SET_ERR_MSG(extack, "the request's Message ID is not the next");
		return -EPROTO;
	}
	return check_exchange_type(sa, header->exchange_type, from_initiator,
				   extack);
}

/* IntAuth covers each message of IKE_INTERMEDIATE, under the keys before it. */
static int add_to_int_auth(const struct pqike_ike_sa *sa, bool from_initiator,
			   struct pqike_int_auth *int_auth,
			   const struct ike_header *header, u8 payload_flags,
			   u8 first_payload, const u8 *plaintext, size_t len)
{
	*int_auth = from_initiator ? sa->int_auth_i : sa->int_auth_r;
	if (header->exchange_type != IKE_INTERMEDIATE)
		return 0;
	return pqike_int_auth_add(int_auth, sa->prf,
				  from_initiator ? sa->keys.sk_pi :
				  sa->keys.sk_pr, header, payload_flags,
				  first_payload, plaintext, len);
}

static void keep_int_auth(struct pqike_ike_sa *sa, bool from_initiator,
			  const struct pqike_int_auth *int_auth)
{
	if (from_initiator)
		sa->int_auth_i = *int_auth;
	else
		sa->int_auth_r = *int_auth;
}

/*
 * Ciphers of the responder's keys(n), where those start behind this message.
 * Without a PPK in common there are none: an IV must not come again.
 */
static int make_next_ciphers(const struct pqike_ike_sa *sa,
			     struct pqike_ciphers *next,
			     struct netlink_ext_ack *extack)
{
	if (sa->round_step != PQIKE_ROUND_ANSWERED || !sa->next_keys.sk)
		return 0;
	return pqike_ciphers_make(next, sa->role, &sa->next_keys, extack);
}

/* The response of a round is sealed: the responder's keys(n) start. */
static void start_next_keys(struct pqike_ike_sa *sa, struct pqike_ciphers *next)
{
	if (sa->round_step != PQIKE_ROUND_ANSWERED)
		return;
	if (sa->next_keys.sk)
		pqike_ike_sa_use_keys(sa, &sa->next_keys, next);
	memzero_explicit(&sa->next_keys, sizeof(sa->next_keys));
	if (sa->ke.method)
		sa->rounds_done++;
	pqike_ke_wipe(&sa->ke);
	sa->round_step = PQIKE_ROUND_IDLE;
}

static void drop_sent(struct pqike_raw_message *sent)
{
	kfree(sent->data);
	memset(sent, 0, sizeof(*sent));
}

/* The next request may be there already. */
static void drop_answered(struct pqike_sealed *sealed,
			  const struct ike_header *response)
{
	if (sealed->message_id == be32_to_cpu(response->message_id))
		pqike_sealed_drop(sealed);
}

/**
 * pqike_opened_drop() - forget the payloads of the message opened last
 * @sa: locked, or nobody else's any more
 *
 * Its header stays.
 *
 * Context: any.
 */
void pqike_opened_drop(struct pqike_ike_sa *sa)
{
	kfree_sensitive(sa->opened.plaintext);
	sa->opened.plaintext = NULL;
	sa->opened.len = 0;
}

/**
 * pqike_ike_sa_opened_used() - let no other step use the message opened last
 * @sa: locked
 *
 * The request that a response answers goes with it, unless another one is under
 * way.
 *
 * Context: any.
 */
void pqike_ike_sa_opened_used(struct pqike_ike_sa *sa)
{
	pqike_opened_drop(sa);
	if (!(sa->opened.header.flags & IKE_FLAG_RESPONSE))
		return;
	drop_answered(&sa->sealed_request, &sa->opened.header);
	drop_answered(&sa->sealed_other, &sa->opened.header);
	if (!sa->message_ids.awaiting_response)
		drop_sent(&sa->sent_request);
}

/**
 * pqike_opened_chain() - the payloads of the message opened last
 * @sa: locked
 * @exchange_type: of which it has to be
 * @response: it has to be a response, else a request
 * @chain: receives the whole chain
 *
 * Context: any.
 * Return: whether it is such a message, and is open still.
 */
bool pqike_opened_chain(const struct pqike_ike_sa *sa, u8 exchange_type,
			bool response, struct ike_payload_chain *chain)
{
	const struct pqike_sk_opened *opened = &sa->opened;

	if (!opened->plaintext ||
	    opened->header.exchange_type != exchange_type ||
	    !(opened->header.flags & IKE_FLAG_RESPONSE) == response)
		return false;
	*chain = (struct ike_payload_chain) {
		.next_type = opened->first_payload,
		.data = opened->plaintext,
		.len = opened->len,
	};
	return true;
}

/**
 * pqike_sealed_chain() - the payloads of a message that was kept
 * @sealed: the message
 *
 * Context: any.
 * Return: the whole chain.
 */
struct ike_payload_chain pqike_sealed_chain(const struct pqike_sealed *sealed)
{
	return (struct ike_payload_chain) {
		.next_type = sealed->first_payload,
		.data = sealed->plaintext,
		.len = sealed->len,
	};
}

/**
 * pqike_sealed_drop() - forget a message that was kept
 * @sealed: the message, or none; none afterwards
 *
 * Context: any.
 */
void pqike_sealed_drop(struct pqike_sealed *sealed)
{
	kfree_sensitive(sealed->plaintext);
	memset(sealed, 0, sizeof(*sealed));
}

/*
 * Where a later step, or who adopts the IKE SA, is going to read a message of this
 * side; else NULL.
 */
static struct pqike_sealed *keeps_sealed(struct pqike_ike_sa *sa,
					 u8 exchange_type, bool response)
{
	if (!response && (exchange_type == IKE_AUTH ||
			  exchange_type == IKE_CREATE_CHILD_SA ||
			  exchange_type == IKE_FOLLOWUP_KE))
		return &sa->sealed_request;
	if (!response && sa->state == PQIKE_IKE_SA_STATE_ESTABLISHED)
		return &sa->sealed_other;
	if (response && exchange_type == IKE_CREATE_CHILD_SA &&
	    !list_empty(&sa->rekeyings))
		return &sa->sealed_response;
	return NULL;
}

/* A copy of the payloads, where a later step is going to read them. */
static int keep_sealed(const struct pqike_sealed *keeps, const u8 *plaintext,
		       struct pqike_sealed *kept)
{
	if (!keeps || !kept->len)
		return 0;
	kept->plaintext = kmemdup(plaintext, kept->len, GFP_KERNEL_ACCOUNT);
	return kept->plaintext ? 0 : -ENOMEM;
}

static struct ike_header make_header(const struct pqike_ike_sa *sa,
				     u8 exchange_type, bool response,
				     u32 message_id)
{
	const bool initiator = sa->role == PQIKE_ROLE_INITIATOR;
	struct ike_header header = {
		.version = IKE_VERSION_2,
		.exchange_type = exchange_type,
		.flags = (initiator ? IKE_FLAG_INITIATOR : 0) |
			 (response ? IKE_FLAG_RESPONSE : 0),
		.message_id = cpu_to_be32(message_id),
	};

	memcpy(header.spi_i, sa->init.spi_i, IKE_SPI_LEN);
	memcpy(header.spi_r, sa->init.spi_r, IKE_SPI_LEN);
	return header;
}

/* The peer learns now what was made for its request: it outlives the socket. */
static void answer_is_sealed(struct pqike_ike_sa *sa, u8 exchange_type)
{
	struct pqike_ike_sa *rekeying;
	struct pqike_child_sa *child;

	sa->message_ids.owes_response = false;
	if (exchange_type == IKE_AUTH &&
	    sa->state == PQIKE_IKE_SA_STATE_ESTABLISHED)
		pqike_owned_complete(&sa->owned);
	if (exchange_type != IKE_CREATE_CHILD_SA &&
	    exchange_type != IKE_FOLLOWUP_KE)
		return;
	list_for_each_entry(child, &sa->children, list)
		child->answer_due = false;
	list_for_each_entry(rekeying, &sa->rekeyings, rekeying) {
		if (!rekeying->answer_due)
			continue;
		rekeying->answer_due = false;
		pqike_owned_complete(&rekeying->owned);
	}
}

/**
 * pqike_ike_sa_sent() - keep what was sealed, to be sent again by who adopts
 * @sa: locked
 * @response: as given to pqike_ike_sa_seal()
 * @messages: of pqike_ike_sa_seal(); taken over
 * @len: likewise
 *
 * An IKE SA whose peer is not authenticated is never adopted.
 *
 * Context: any.
 */
void pqike_ike_sa_sent(struct pqike_ike_sa *sa, bool response, u8 *messages,
		       size_t len)
{
	struct pqike_raw_message *sent = response ? &sa->sent_response :
						    &sa->sent_request;

	if (sa->state != PQIKE_IKE_SA_STATE_AUTHENTICATED &&
	    sa->state != PQIKE_IKE_SA_STATE_ESTABLISHED) {
		kfree(messages);
		return;
	}
	drop_sent(sent);
	sent->data = messages;
	sent->len = len;
}

/**
 * pqike_ike_sa_seal() - protect a message of this side
 * @sa: locked, with keys
 * @exchange_type: Exchange Type of the IKE header
 * @response: the message answers the request opened last
 * @message_id: must be the next of its direction
 * @first_payload: type of the first payload in @plaintext
 * @plaintext: chain of payloads
 * @len: octets in @plaintext
 * @fragment_size: as for pqike_sk_seal()
 * @messages: as for pqike_sk_seal(); to be given to pqike_ike_sa_sent()
 * @messages_len: as for pqike_sk_seal()
 * @extack: says what is out of order
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed but what pqike_child_sas_check_answer() lets go,
 * -EPROTO for a message out of order, -ENOMEM, or an error of
 * pqike_child_sas_check_answer(), of pqike_sk_seal() or of the cipher of the next keys.
 */
int pqike_ike_sa_seal(struct pqike_ike_sa *sa, u8 exchange_type, bool response,
		      u32 message_id, u8 first_payload, const u8 *plaintext,
		      size_t len, size_t fragment_size, u8 **messages,
		      size_t *messages_len, struct netlink_ext_ack *extack)
{
	const bool initiator = sa->role == PQIKE_ROLE_INITIATOR;
	const struct ike_header header = make_header(sa, exchange_type, response,
						     message_id);
	struct pqike_sealed *keeps = keeps_sealed(sa, exchange_type, response);
	const struct ike_payload_chain chain = { first_payload, plaintext, len };
	struct pqike_sealed kept = {
		.exchange_type = exchange_type,
		.message_id = message_id,
		.first_payload = first_payload,
		.len = len,
	};
	struct pqike_ciphers next = {};
	struct pqike_int_auth int_auth;
	int err;

	err = check_keys(sa, extack);
	if (!err)
		err = check_seal_order(sa, exchange_type, response, message_id,
				       extack);
	if (!err && response)
		err = pqike_child_sas_check_answer(sa, exchange_type, message_id,
						   chain, extack);
	if (!err)
		err = keep_sealed(keeps, plaintext, &kept);
	if (err)
		return err;
	err = add_to_int_auth(sa, initiator, &int_auth, &header, 0,
			      first_payload, plaintext, len);
	if (!err)
		err = make_next_ciphers(sa, &next, extack);
	if (!err)
		err = pqike_sk_seal(&sa->ciphers.sealing, &header, first_payload,
				    plaintext, len, fragment_size, messages,
				    messages_len);
	if (err == -EMSGSIZE)
		NL_SET_ERR_MSG(extack, "message needs larger fragments, or is too long");
	if (err)
		goto out;

	keep_int_auth(sa, initiator, &int_auth);
	if (keeps) {
		pqike_sealed_drop(keeps);
		*keeps = kept;
		kept.plaintext = NULL;
	}
	if (response) {
		answer_is_sealed(sa, exchange_type);
		pqike_child_sas_answered(sa, exchange_type, message_id);
	} else {
		pqike_ike_sa_settle(sa);
		sa->message_ids.awaiting_response = true;
		sa->message_ids.request_exchange = exchange_type;
	}
	start_next_keys(sa, &next);
out:
	pqike_ciphers_free(&next);
	kfree_sensitive(kept.plaintext);
	memzero_explicit(&int_auth, sizeof(int_auth));
	return err;
}

/* A whole message: it is in order and verified. */
static int accept_message(struct pqike_ike_sa *sa, struct pqike_sk_opened *opened,
			  struct netlink_ext_ack *extack)
{
	const bool from_initiator = sa->role == PQIKE_ROLE_RESPONDER;
	const bool response = opened->header.flags & IKE_FLAG_RESPONSE;
	struct pqike_message_ids *ids = &sa->message_ids;
	struct pqike_int_auth int_auth;
	int err;

	err = add_to_int_auth(sa, from_initiator, &int_auth, &opened->header,
			      opened->payload_flags, opened->first_payload,
			      opened->plaintext, opened->len);
	if (err) {
		NL_SET_ERR_MSG(extack, "IntAuth could not be computed");
		goto out;
	}
	keep_int_auth(sa, from_initiator, &int_auth);
	kfree_sensitive(sa->opened.plaintext);
	sa->opened = *opened;
	pqike_reassembly_drop(&sa->reassembly[response]);
	if (response) {
		ids->awaiting_response = false;
		ids->request++;
	} else {
		ids->owes_response = true;
		ids->peer_request_exchange = opened->header.exchange_type;
		ids->peer_request++;
	}
out:
	memzero_explicit(&int_auth, sizeof(int_auth));
	return err;
}

/* Half-open IKE SAs are many, and each keeps a message. */
static size_t message_limit(const struct pqike_ike_sa *sa)
{
	return sa->state == PQIKE_IKE_SA_STATE_KEYED ?
		PQIKE_UNAUTHENTICATED_MAX : PQIKE_MESSAGE_MAX;
}

static int open_fragment(struct pqike_ike_sa *sa, struct pqike_sk_opened *fragment,
			 struct netlink_ext_ack *extack)
{
	const bool response = fragment->header.flags & IKE_FLAG_RESPONSE;
	struct pqike_reassembly *reassembly = &sa->reassembly[response];
	struct pqike_sk_opened whole;
	int missing, err;

	missing = pqike_reassembly_add(reassembly, fragment, message_limit(sa),
				       extack);
	if (missing < 0)
		kfree_sensitive(fragment->plaintext);
	if (missing)
		return missing;
	pqike_reassembly_finish(reassembly, &whole);
	err = accept_message(sa, &whole, extack);
	if (err)
		kfree_sensitive(whole.plaintext);
	return err;
}

/**
 * pqike_ike_sa_open() - verify and decrypt a message of the peer
 * @sa: locked, with keys
 * @message: a message or one fragment of it, from the IKE header on
 * @len: octets in @message
 * @extack: says what is out of order or wrong with @message
 *
 * Context: may sleep.
 * Return: 0 when the message is whole and @sa->opened has it; a positive
 * number of fragments that are missing; or, with nothing changed, -EPROTO for
 * a message out of order, -EBADMSG for one that is malformed or does not
 * verify, -EALREADY for a fragment that came before, -EMSGSIZE for too many
 * fragments or too many octets, -ENOMEM.
 */
int pqike_ike_sa_open(struct pqike_ike_sa *sa, const u8 *message, size_t len,
		      struct netlink_ext_ack *extack)
{
	struct pqike_sk_opened opened;
	int err;

	err = check_keys(sa, extack);
	if (err)
		return err;
	if (len < sizeof(struct ike_header)) {
		NL_SET_ERR_MSG(extack, "malformed IKE header");
		return -EBADMSG;
	}
	err = check_open_order(sa, (const struct ike_header *)message, extack);
	if (!err && len > message_limit(sa)) {
		NL_SET_ERR_MSG(extack, "message is too long for a peer that is not authenticated");
		err = -EMSGSIZE;
	}
	if (!err)
		err = pqike_sk_open(&sa->ciphers.opening, message, len, &opened, extack);
	if (err)
		return err;
	if (opened.n_fragments)
		return open_fragment(sa, &opened, extack);
	err = accept_message(sa, &opened, extack);
	if (err)
		kfree_sensitive(opened.plaintext);
	return err;
}
