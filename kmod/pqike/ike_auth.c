// SPDX-License-Identifier: GPL-2.0
/*
 * IKE_AUTH with a pre-shared key (RFC 7296 section 2.15).
 *
 * The peer's identity and AUTH payload are taken from the message that was
 * opened, the own identity and the key from the connection, all that is signed
 * from what the kernel kept: the helper adds nothing (R3, R4).
 */
#include <crypto/algapi.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "connection.h"
#include "ike_sa.h"
#include "psk_auth.h"
#include "shared_secret.h"

/* AUTH of either side with the connection's key. */
static int compute_auth(const struct pqike_ike_sa *sa,
			const struct pqike_connection *connection,
			const struct pqike_signed_octets *octets, u8 *auth)
{
	const struct pqike_shared_secret *psk = connection->psk;

	return pqike_psk_auth(sa->prf, psk->octets, psk->len, octets, auth);
}

/* The same with SK_p' (RFC 8784); without a PPK, with SK_p. */
static int compute_ppk_auth(const struct pqike_ike_sa *sa,
			    const struct pqike_connection *connection,
			    struct pqike_signed_octets octets,
			    const struct pqike_shared_secret *ppk, u8 *auth)
{
	u8 sk_p[PQIKE_PRF_LEN_MAX];
	int err;

	if (!ppk)
		return compute_auth(sa, connection, &octets, auth);
	err = pqike_ike_sa_ppk_mix(sa, ppk, octets.sk_p, sk_p);
	octets.sk_p = sk_p;
	if (!err)
		err = compute_auth(sa, connection, &octets, auth);
	memzero_explicit(sk_p, sizeof(sk_p));
	return err;
}

/* What the AUTH payload of the initiator or the responder covers. */
static struct pqike_signed_octets
octets_of(const struct pqike_ike_sa *sa, bool initiator, const u8 *id,
	  size_t id_len)
{
	const struct pqike_init_values *init = &sa->init;
	const struct pqike_raw_message *sent =
		initiator ? &sa->request : &sa->response;
	const struct pqike_raw_message *received =
		initiator ? &sa->response : &sa->request;

	return (struct pqike_signed_octets) {
		.message = sent->data,
		.message_len = sent->len,
		.peer_message = sa->full_transcript ? received->data : NULL,
		.peer_message_len = sa->full_transcript ? received->len : 0,
		.peer_nonce = initiator ? init->nr : init->ni,
		.peer_nonce_len = initiator ? init->nr_len : init->ni_len,
		.id = id,
		.id_len = id_len,
		.sk_p = initiator ? sa->keys.sk_pi : sa->keys.sk_pr,
		.int_auth_i = &sa->int_auth_i,
		.int_auth_r = &sa->int_auth_r,
		.message_id = sa->auth_message_id,
	};
}

static bool auth_make_is_due(const struct pqike_ike_sa *sa)
{
	if (sa->auth_made)
		return false;
	if (sa->role == PQIKE_ROLE_RESPONDER)
		return sa->state == PQIKE_IKE_SA_STATE_AUTHENTICATED;
	return sa->state == PQIKE_IKE_SA_STATE_KEYED &&
	       sa->rounds_done == sa->suite.n_additional_ke &&
	       sa->round_step == PQIKE_ROUND_IDLE &&
	       !sa->message_ids.awaiting_response;
}

/* Both ways, as the responder may not have the PPK. */
static int make_with_ppk(const struct pqike_ike_sa *sa,
			 const struct pqike_signed_octets *octets,
			 struct pqike_auth_made *made)
{
	const struct pqike_connection *connection = sa->connection;
	const struct pqike_ppk_id *id = &connection->ppk_id;
	int err;

	made->with_ppk = true;
	made->ppk_identity.len = id->len;
	memcpy(made->ppk_identity.data, id->octets, id->len);
	err = compute_ppk_auth(sa, connection, *octets, connection->ppk,
			       made->auth);
	if (err || connection->require_ppk)
		return err;
	made->with_no_ppk_auth = true;
	return compute_auth(sa, connection, octets, made->no_ppk_auth);
}

/* The initiator's PPK is mixed in during IKE_AUTH (RFC 8784). */
static bool offers_ppk(const struct pqike_ike_sa *sa)
{
	return sa->role == PQIKE_ROLE_INITIATOR &&
	       sa->ppk_use == PQIKE_PPK_AUTH && sa->connection->ppk;
}

static int make_auth(const struct pqike_ike_sa *sa, struct pqike_auth_made *made,
		     struct netlink_ext_ack *extack)
{
	const struct pqike_connection *connection = sa->connection;
	const struct pqike_signed_octets octets =
		octets_of(sa, sa->role == PQIKE_ROLE_INITIATOR,
			  connection->local.body, connection->local.len);
	int err;

	if (offers_ppk(sa))
		return make_with_ppk(sa, &octets, made);
	err = pqike_ike_sa_ppk_check(sa, connection, sa->ppk, extack);
	if (err)
		return err;
	made->with_ppk = sa->ppk && sa->ppk_use == PQIKE_PPK_AUTH;
	return compute_auth(sa, connection, &octets, made->auth);
}

/**
 * pqike_ike_sa_auth_make() - make the Authentication Data of this side
 * @sa: locked; the initiator's additional key exchanges are done, the
 *	responder's peer is authenticated
 * @made: receives what goes into IKE_AUTH
 * @extack: says what is out of order
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EPROTO out of order, -EPERM without the
 * PPK that the connection requires, or an error of the hash.
 */
int pqike_ike_sa_auth_make(struct pqike_ike_sa *sa,
			   struct pqike_auth_made *made,
			   struct netlink_ext_ack *extack)
{
	const bool initiator = sa->role == PQIKE_ROLE_INITIATOR;
	int err;

	memset(made, 0, sizeof(*made));
	if (!auth_make_is_due(sa)) {
		NL_SET_ERR_MSG(extack, "AUTH is out of order for the IKE SA");
		return -EPROTO;
	}
	if (initiator)
		sa->auth_message_id = sa->message_ids.request;
	err = make_auth(sa, made, extack);
	if (err)
		return err;
	sa->auth_made = true;
	if (!initiator)
		pqike_ike_sa_establish(sa, true);
	return 0;
}

/**
 * struct peer_auth - what the peer's IKE_AUTH message has
 * @id: body of its Identification payload
 * @method: Auth Method
 * @data: Authentication Data to be checked
 * @ppk: what it is made with (RFC 8784), held by the connection; or NULL
 */
struct peer_auth {
	struct ike_payload id;
	u8 method;
	struct ike_payload data;
	struct pqike_shared_secret *ppk;
};

/* The message opened last, which must be the peer's of IKE_AUTH. */
static int find_message(const struct pqike_ike_sa *sa,
			struct ike_payload_chain *chain,
			struct netlink_ext_ack *extack)
{
	const bool response = sa->role == PQIKE_ROLE_INITIATOR;

	if (pqike_opened_chain(sa, IKE_AUTH, response, chain))
		return 0;
	NL_SET_ERR_MSG(extack, "no IKE_AUTH message of the peer was opened");
	return -EPROTO;
}

static int find_peer_auth(const struct pqike_ike_sa *sa,
			  struct ike_payload_chain chain,
			  struct peer_auth *peer,
			  struct netlink_ext_ack *extack)
{
	const bool from_initiator = sa->role == PQIKE_ROLE_RESPONDER;
	const struct ike_auth_header *header;

	if (ike_payload_find(chain, from_initiator ? IKE_PAYLOAD_IDI :
			     IKE_PAYLOAD_IDR, &peer->id)) {
		NL_SET_ERR_MSG(extack, "IKE_AUTH has not one well-formed ID payload of the peer");
		return -EBADMSG;
	}
	if (ike_payload_find(chain, IKE_PAYLOAD_AUTH, &peer->data) ||
	    peer->data.len < sizeof(*header)) {
		NL_SET_ERR_MSG(extack, "IKE_AUTH has not one well-formed AUTH payload");
		return -EBADMSG;
	}
	header = (const void *)peer->data.body;
	peer->method = header->method;
	peer->data.body += sizeof(*header);
	peer->data.len -= sizeof(*header);
	return 0;
}

/*
 * The initiator's PPK, if the connection has it.  If not, NO_PPK_AUTH stands in
 * place of AUTH (RFC 8784 section 3).
 */
static int find_offered_ppk(const struct pqike_connection *connection,
			    struct ike_payload_chain chain,
			    struct peer_auth *peer,
			    struct netlink_ext_ack *extack)
{
	struct ike_payload_chain rest = chain;
	struct ike_payload id;

	if (!ike_notify_next(&rest, IKE_NOTIFY_PPK_IDENTITY, &id))
		return 0;
	if (connection->ppk && id.len == connection->ppk_id.len &&
	    !memcmp(id.body, connection->ppk_id.octets, id.len)) {
		peer->ppk = connection->ppk;
		return 0;
	}
	if (ike_notify_next(&chain, IKE_NOTIFY_NO_PPK_AUTH, &peer->data))
		return 0;
	NL_SET_ERR_MSG(extack, "the peer requires a PPK that the connection has not");
	return -EKEYREJECTED;
}

/* RFC 8784: which PPK, if any, is behind the peer's AUTH payload? */
static int find_peer_ppk(const struct pqike_ike_sa *sa,
			 const struct pqike_connection *connection,
			 struct ike_payload_chain chain,
			 struct peer_auth *peer,
			 struct netlink_ext_ack *extack)
{
	if (sa->ppk_use != PQIKE_PPK_AUTH)
		return 0;
	if (sa->role == PQIKE_ROLE_RESPONDER)
		return find_offered_ppk(connection, chain, peer, extack);
	if (offers_ppk(sa) &&
	    ike_notify_present(chain, IKE_NOTIFY_PPK_IDENTITY))
		peer->ppk = connection->ppk;
	return 0;
}

/* RFC 7296 section 3.5 */
enum { ID_FQDN = 2, ID_RFC822_ADDR = 3 };

static u8 fold_case(u8 octet)
{
	return octet >= 'A' && octet <= 'Z' ? octet - 'A' + 'a' : octet;
}

/* Case does not matter in a name, nor in an address of mail. */
static bool same_name(const u8 *a, const u8 *b, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (fold_case(a[i]) != fold_case(b[i]))
			return false;
	return true;
}

/*
 * RESERVED octets are ignored on receipt (RFC 7296 section 2.5); AUTH covers them
 * as they came.
 */
static bool same_identity(const struct ike_payload *id,
			  const struct pqike_identity *identity)
{
	const struct ike_id_header *theirs = (const void *)id->body;
	const struct ike_id_header *expected = (const void *)identity->body;
	const u8 *a = id->body + sizeof(*theirs);
	const u8 *b = identity->body + sizeof(*expected);

	if (id->len != identity->len || id->len < sizeof(*theirs) ||
	    theirs->type != expected->type)
		return false;
	if (expected->type == ID_FQDN || expected->type == ID_RFC822_ADDR)
		return same_name(a, b, id->len - sizeof(*theirs));
	return !memcmp(a, b, id->len - sizeof(*theirs));
}

static int check_identity(const struct pqike_connection *connection,
			  const struct ike_payload *id,
			  struct netlink_ext_ack *extack)
{
	if (same_identity(id, &connection->remote))
		return 0;
	NL_SET_ERR_MSG(extack, "the peer's identity is not the one of the connection");
	return -EKEYREJECTED;
}

static int check_auth(const struct pqike_ike_sa *sa,
		      const struct pqike_connection *connection,
		      const struct peer_auth *peer,
		      struct netlink_ext_ack *extack)
{
	const size_t prf_len = pqike_prf_len(sa->prf);
	struct pqike_signed_octets octets;
	u8 expected[PQIKE_PRF_LEN_MAX];
	int err;

	if (peer->method != IKE_AUTH_SHARED_KEY) {
		NL_SET_ERR_MSG(extack, "the peer's Auth Method is not a pre-shared key");
		return -EKEYREJECTED;
	}
	octets = octets_of(sa, sa->role == PQIKE_ROLE_RESPONDER, peer->id.body,
			   peer->id.len);
	err = compute_ppk_auth(sa, connection, octets, peer->ppk, expected);
	if (!err && (peer->data.len != prf_len ||
		     crypto_memneq(peer->data.body, expected, prf_len))) {
		NL_SET_ERR_MSG(extack,
			       "the peer's AUTH does not verify: not the same pre-shared key?");
		err = -EKEYREJECTED;
	}
	memzero_explicit(expected, sizeof(expected));
	return err;
}

/* What is used from now on comes from the PPK as well (RFC 8784 section 3). */
static int use_ppk(struct pqike_ike_sa *sa, struct pqike_shared_secret *ppk)
{
	struct pqike_keys *keys = &sa->keys;
	int err;

	if (!ppk)
		return 0;
	err = pqike_ike_sa_ppk_mix(sa, ppk, keys->sk_d, keys->sk_d);
	if (!err)
		err = pqike_ike_sa_ppk_mix(sa, ppk, keys->sk_pi, keys->sk_pi);
	if (!err)
		err = pqike_ike_sa_ppk_mix(sa, ppk, keys->sk_pr, keys->sk_pr);
	if (!err)
		sa->ppk = pqike_shared_secret_get(ppk);
	return err;
}

/* All that the peer must meet. */
static int check_peer(struct pqike_ike_sa *sa,
		      const struct pqike_connection *connection,
		      struct ike_payload_chain chain,
		      struct netlink_ext_ack *extack)
{
	struct peer_auth peer = {};
	int err;

	err = find_peer_auth(sa, chain, &peer, extack);
	if (!err)
		err = check_identity(connection, &peer.id, extack);
	if (!err)
		err = pqike_connection_check_suite(connection, &sa->suite, extack);
	if (!err)
		err = find_peer_ppk(sa, connection, chain, &peer, extack);
	if (!err)
		err = pqike_ike_sa_ppk_check(sa, connection,
					     peer.ppk ?: sa->ppk, extack);
	if (!err)
		err = check_auth(sa, connection, &peer, extack);
	return err ?: use_ppk(sa, peer.ppk);
}

static bool auth_verify_is_due(const struct pqike_ike_sa *sa)
{
	return sa->state == PQIKE_IKE_SA_STATE_KEYED &&
	       (sa->role == PQIKE_ROLE_RESPONDER || sa->auth_made);
}

static void accept_peer(struct pqike_ike_sa *sa,
			struct pqike_connection *connection)
{
	if (sa->role == PQIKE_ROLE_INITIATOR) {
		pqike_ike_sa_establish(sa, false);
		return;
	}
	kref_get(&connection->ref);
	sa->connection = connection;
	pqike_ike_sa_set_state(sa, PQIKE_IKE_SA_STATE_AUTHENTICATED);
}

/**
 * pqike_ike_sa_auth_verify() - authenticate the peer
 * @sa: locked; IKE_AUTH of the peer was opened
 * @connection: what the peer must meet; the initiator's is its own
 * @extack: says what did not match
 *
 * Context: may sleep.
 * Return: 0; -EPROTO out of order, with nothing changed; or, with the IKE SA
 * failed for good, -EBADMSG for a malformed message, -EKEYREJECTED when
 * identity, Auth Method, AUTH or the PPK do not match, -EPERM when the connection
 * does not allow the suite or requires a PPK, or an error of the hash.
 */
int pqike_ike_sa_auth_verify(struct pqike_ike_sa *sa,
			     struct pqike_connection *connection,
			     struct netlink_ext_ack *extack)
{
	struct ike_payload_chain chain;
	int err;

	if (!auth_verify_is_due(sa)) {
		NL_SET_ERR_MSG(extack, "the peer's AUTH is out of order for the IKE SA");
		return -EPROTO;
	}
	err = find_message(sa, &chain, extack);
	if (err)
		return err;
	if (sa->role == PQIKE_ROLE_RESPONDER)
		sa->auth_message_id = sa->message_ids.peer_request - 1;
	err = check_peer(sa, connection, chain, extack);
	if (err)
		pqike_ike_sa_set_state(sa, PQIKE_IKE_SA_STATE_FAILED);
	else
		accept_peer(sa, connection);
	return err;
}
