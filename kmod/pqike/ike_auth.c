// SPDX-License-Identifier: GPL-2.0
/*
 * IKE_AUTH with a pre-shared key (RFC 7296 section 2.15).
 *
 * The peer's identity and AUTH payload are taken from the message that was
 * opened, the own identity and the key from the connection, all that is signed
 * from what the kernel kept: the helper adds nothing (R3, R4).
 */
#include <crypto/algapi.h>
#include <keys/user-type.h>
#include <linux/key.h>
#include <linux/netlink.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "connection.h"
#include "ike_sa.h"
#include "psk_auth.h"

/* AUTH of either side with the connection's key. */
static int compute_auth(const struct pqike_ike_sa *sa,
			const struct pqike_connection *connection,
			const struct pqike_signed_octets *octets, u8 *auth,
			struct netlink_ext_ack *extack)
{
	const struct user_key_payload *payload;
	struct key *psk = connection->psk;
	int err;

	down_read(&psk->sem);
	err = key_validate(psk);
	payload = err ? NULL : user_key_payload_locked(psk);
	if (payload)
		err = pqike_psk_auth(sa->prf, payload->data, payload->datalen,
				     octets, auth);
	else
		err = err ?: -EKEYREVOKED;
	up_read(&psk->sem);
	if (err)
		NL_SET_ERR_MSG(extack, "the pre-shared key cannot be used: revoked or expired?");
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
	       !sa->message_ids.awaiting_response;
}

/**
 * pqike_ike_sa_auth_make() - make the Authentication Data of this side
 * @sa: locked; the initiator's additional key exchanges are done, the
 *	responder's peer is authenticated
 * @auth: receives pqike_prf_len() octets
 * @extack: says what is out of order
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EPROTO out of order, -EKEYREVOKED,
 * -EKEYEXPIRED, or an error of the hash.
 */
int pqike_ike_sa_auth_make(struct pqike_ike_sa *sa, u8 *auth,
			   struct netlink_ext_ack *extack)
{
	const bool initiator = sa->role == PQIKE_ROLE_INITIATOR;
	const struct pqike_connection *connection = sa->connection;
	struct pqike_signed_octets octets;
	int err;

	if (!auth_make_is_due(sa)) {
		NL_SET_ERR_MSG(extack, "AUTH is out of order for the IKE SA");
		return -EPROTO;
	}
	if (initiator)
		sa->auth_message_id = sa->message_ids.request;
	octets = octets_of(sa, initiator, connection->local.body,
			   connection->local.len);
	err = compute_auth(sa, connection, &octets, auth, extack);
	if (err)
		return err;
	sa->auth_made = true;
	if (!initiator)
		pqike_ike_sa_establish(sa);
	return 0;
}

/* The peer's ID and AUTH payloads, in the IKE_AUTH message opened last. */
static int find_peer_auth(const struct pqike_ike_sa *sa, struct ike_payload *id,
			  struct ike_payload *auth,
			  struct netlink_ext_ack *extack)
{
	const bool from_initiator = sa->role == PQIKE_ROLE_RESPONDER;
	const struct pqike_sk_opened *opened = &sa->opened;
	const struct ike_payload_chain chain = {
		.next_type = opened->first_payload,
		.data = opened->plaintext,
		.len = opened->len,
	};

	if (!opened->plaintext || opened->header.exchange_type != IKE_AUTH) {
		NL_SET_ERR_MSG(extack, "no IKE_AUTH message of the peer was opened");
		return -EPROTO;
	}
	if (ike_payload_find(chain, from_initiator ? IKE_PAYLOAD_IDI :
			     IKE_PAYLOAD_IDR, id)) {
		NL_SET_ERR_MSG(extack, "IKE_AUTH has not one well-formed ID payload of the peer");
		return -EBADMSG;
	}
	if (ike_payload_find(chain, IKE_PAYLOAD_AUTH, auth) ||
	    auth->len < sizeof(struct ike_auth_header)) {
		NL_SET_ERR_MSG(extack, "IKE_AUTH has not one well-formed AUTH payload");
		return -EBADMSG;
	}
	return 0;
}

static int check_identity(const struct pqike_connection *connection,
			  const struct ike_payload *id,
			  struct netlink_ext_ack *extack)
{
	if (id->len == connection->remote.len &&
	    !memcmp(id->body, connection->remote.body, id->len))
		return 0;
	NL_SET_ERR_MSG(extack, "the peer's identity is not the one of the connection");
	return -EKEYREJECTED;
}

static int check_policy(const struct pqike_ike_sa *sa,
			const struct pqike_connection *connection,
			struct netlink_ext_ack *extack)
{
	if (!connection->require_ml_kem || pqike_suite_has_ml_kem(&sa->suite))
		return 0;
	NL_SET_ERR_MSG(extack, "the connection requires ML-KEM and the suite has none");
	return -EPERM;
}

static int check_auth(const struct pqike_ike_sa *sa,
		      const struct pqike_connection *connection,
		      const struct ike_payload *id,
		      const struct ike_payload *auth,
		      struct netlink_ext_ack *extack)
{
	const struct ike_auth_header *header = (const void *)auth->body;
	const size_t prf_len = pqike_prf_len(sa->prf);
	struct pqike_signed_octets octets;
	u8 expected[PQIKE_PRF_LEN_MAX];
	int err;

	if (header->method != IKE_AUTH_SHARED_KEY) {
		NL_SET_ERR_MSG(extack, "the peer's Auth Method is not a pre-shared key");
		return -EKEYREJECTED;
	}
	octets = octets_of(sa, sa->role == PQIKE_ROLE_RESPONDER, id->body,
			   id->len);
	err = compute_auth(sa, connection, &octets, expected, extack);
	if (!err && (auth->len != sizeof(*header) + prf_len ||
		     crypto_memneq(header + 1, expected, prf_len))) {
		NL_SET_ERR_MSG(extack,
			       "the peer's AUTH does not verify: not the same pre-shared key?");
		err = -EKEYREJECTED;
	}
	memzero_explicit(expected, sizeof(expected));
	return err;
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
		pqike_ike_sa_establish(sa);
		return;
	}
	kref_get(&connection->ref);
	sa->connection = connection;
	sa->state = PQIKE_IKE_SA_STATE_AUTHENTICATED;
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
 * identity, Auth Method or AUTH do not match, -EPERM when the connection does
 * not allow the suite, -EKEYREVOKED, -EKEYEXPIRED, or an error of the hash.
 */
int pqike_ike_sa_auth_verify(struct pqike_ike_sa *sa,
			     struct pqike_connection *connection,
			     struct netlink_ext_ack *extack)
{
	struct ike_payload id, auth;
	int err;

	if (!auth_verify_is_due(sa)) {
		NL_SET_ERR_MSG(extack, "the peer's AUTH is out of order for the IKE SA");
		return -EPROTO;
	}
	err = find_peer_auth(sa, &id, &auth, extack);
	if (err == -EPROTO)
		return err;
	if (sa->role == PQIKE_ROLE_RESPONDER)
		sa->auth_message_id = sa->message_ids.peer_request - 1;
	if (!err)
		err = check_identity(connection, &id, extack);
	if (!err)
		err = check_policy(sa, connection, extack);
	if (!err)
		err = check_auth(sa, connection, &id, &auth, extack);
	if (err)
		sa->state = PQIKE_IKE_SA_STATE_FAILED;
	else
		accept_peer(sa, connection);
	return err;
}
