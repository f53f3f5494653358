// SPDX-License-Identifier: GPL-2.0
/*
 * The post-quantum preshared key of an IKE SA.  What both sides announced in
 * IKE_SA_INIT decides when it is mixed in: in the last IKE_INTERMEDIATE exchange
 * (RFC 9867), into all keys, or in IKE_AUTH (RFC 8784), into those that are used
 * afterwards.  The key itself is the connection's; a responder of RFC 9867, who
 * does not know the peer yet, takes that of any connection which the peer names
 * and shows to have.
 */
#include <crypto/algapi.h>
#include <linux/netlink.h>
#include <linux/string.h>

#include "connection.h"
#include "ike_sa.h"
#include "shared_secret.h"

/* Before it is authenticated, a peer shall not make this side compute more. */
#define PPK_OFFERS_MAX		16
#define PPK_CONFIRMATIONS_MAX	PQIKE_PPKS_OF_ID_MAX

/* PPK Confirmation of a key. */
static int confirm_ppk(const struct pqike_ike_sa *sa,
		       const struct pqike_shared_secret *ppk, u8 *confirmation)
{
	return pqike_confirm_ppk(sa->prf, &sa->init, ppk->octets, ppk->len,
				 confirmation);
}

/**
 * pqike_ike_sa_ppk_is_due() - is a PPK to be negotiated in IKE_INTERMEDIATE?
 * @sa: locked, with keys
 *
 * Context: any.
 * Return: true until the exchange that does so has taken place, or AUTH is made
 * without; of a responder, also where none will.
 */
bool pqike_ike_sa_ppk_is_due(const struct pqike_ike_sa *sa)
{
	if (sa->ppk_use != PQIKE_PPK_INTERMEDIATE || sa->ppk_negotiated ||
	    sa->auth_made)
		return false;
	return sa->role == PQIKE_ROLE_RESPONDER || sa->connection->ppk;
}

/**
 * pqike_ike_sa_ppk_offer() - what the initiator sends in PPK_IDENTITY_KEY
 * @sa: locked, its PPK being due
 * @notify: receives PPK_ID and PPK Confirmation
 *
 * Context: may sleep.
 * Return: 0, or an error of the hash.
 */
int pqike_ike_sa_ppk_offer(const struct pqike_ike_sa *sa,
			   struct pqike_ppk_notify *notify)
{
	const struct pqike_ppk_id *id = &sa->connection->ppk_id;
	int err;

	memcpy(notify->data, id->octets, id->len);
	err = confirm_ppk(sa, sa->connection->ppk, notify->data + id->len);
	if (!err)
		notify->len = id->len + PQIKE_PPK_CONFIRMATION_LEN;
	return err;
}

/**
 * pqike_ike_sa_ppk_accepted() - did the responder take the PPK?
 * @sa: locked, of the initiator
 * @chain: the response
 * @ppk: receives the key, which the connection holds; NULL where it did not
 * @extack: says why it had to
 *
 * Context: any.
 * Return: 0; -EKEYREJECTED when it took another, -EPERM when it took none and
 * the connection requires one.
 */
int pqike_ike_sa_ppk_accepted(const struct pqike_ike_sa *sa,
			      struct ike_payload_chain chain,
			      struct pqike_shared_secret **ppk,
			      struct netlink_ext_ack *extack)
{
	const struct pqike_connection *connection = sa->connection;
	struct ike_payload id;

	*ppk = NULL;
	if (!ike_notify_next(&chain, IKE_NOTIFY_PPK_IDENTITY, &id)) {
		if (!connection->require_ppk)
			return 0;
		NL_SET_ERR_MSG(extack,
			       "the connection requires a PPK and the peer has not this one");
		return -EPERM;
	}
	if (id.len != connection->ppk_id.len ||
	    memcmp(id.body, connection->ppk_id.octets, id.len)) {
		NL_SET_ERR_MSG(extack, "the peer took a PPK that was not offered");
		return -EKEYREJECTED;
	}
	*ppk = connection->ppk;
	return 0;
}

/*
 * The key of this PPK_ID that gives the peer's confirmation, held; or NULL.
 * @left says how many may still be computed.
 */
static struct pqike_shared_secret *
find_confirmed(const struct pqike_ike_sa *sa, const struct pqike_ppk_id *id,
	       const u8 *peer_confirmation, unsigned int *left)
{
	u8 confirmation[PQIKE_PPK_CONFIRMATION_LEN];
	struct pqike_shared_secret *ppk;

	for (unsigned int n = 0; *left; n++, (*left)--) {
		ppk = pqike_connection_nth_ppk(sa->net, id, n);
		if (!ppk)
			break;
		if (!confirm_ppk(sa, ppk, confirmation) &&
		    !crypto_memneq(confirmation, peer_confirmation,
				   sizeof(confirmation)))
			return ppk;
		pqike_shared_secret_put(ppk);
	}
	return NULL;
}

/**
 * pqike_ike_sa_ppk_choose() - the first PPK on offer that this side has, too
 * @sa: locked, of the responder
 * @chain: the request
 * @notify: receives its PPK_ID, for PPK_IDENTITY
 *
 * No more than the first 16 are looked at, and no more than 64 confirmations
 * computed: several keys may have one PPK_ID.  So what this costs does not grow with
 * the connections.
 *
 * Context: may sleep.
 * Return: the key, to be given back with pqike_shared_secret_put(); or NULL.
 */
struct pqike_shared_secret *
pqike_ike_sa_ppk_choose(const struct pqike_ike_sa *sa,
			struct ike_payload_chain chain,
			struct pqike_ppk_notify *notify)
{
	unsigned int left = PPK_CONFIRMATIONS_MAX;
	struct ike_payload offer;
	struct pqike_shared_secret *ppk;
	struct pqike_ppk_id id;

	for (unsigned int n = 0; n < PPK_OFFERS_MAX &&
	     ike_notify_next(&chain, IKE_NOTIFY_PPK_IDENTITY_KEY, &offer); n++) {
		if (offer.len <= PQIKE_PPK_CONFIRMATION_LEN ||
		    offer.len > sizeof(notify->data))
			continue;
		id.len = offer.len - PQIKE_PPK_CONFIRMATION_LEN;
		memcpy(id.octets, offer.body, id.len);
		ppk = find_confirmed(sa, &id, offer.body + id.len, &left);
		if (!ppk)
			continue;
		notify->len = id.len;
		memcpy(notify->data, id.octets, id.len);
		return ppk;
	}
	return NULL;
}

/**
 * pqike_ike_sa_ppk_rekey() - mix a PPK into all keys
 * @sa: locked
 * @ppk: the key
 * @keys: has the keys before; receives the others, wiped on error
 *
 * Context: may sleep.
 * Return: 0, or an error of the hash.
 */
int pqike_ike_sa_ppk_rekey(const struct pqike_ike_sa *sa,
			   const struct pqike_shared_secret *ppk,
			   struct pqike_keys *keys)
{
	return pqike_derive_ppk_keys(sa->prf, &sa->init, ppk->octets, ppk->len,
				     keys);
}

/**
 * pqike_ike_sa_ppk_mix() - mix a PPK into one key (RFC 8784)
 * @sa: locked
 * @ppk: the key
 * @key: SK_d, SK_pi or SK_pr
 * @mixed: receives as many octets, may be @key
 *
 * Context: may sleep.
 * Return: 0, or an error of the hash.
 */
int pqike_ike_sa_ppk_mix(const struct pqike_ike_sa *sa,
			 const struct pqike_shared_secret *ppk, const u8 *key,
			 u8 *mixed)
{
	return pqike_mix_ppk(sa->prf, ppk->octets, ppk->len, key, mixed);
}

/**
 * pqike_ike_sa_ppk_check() - does the IKE SA meet what the connection asks for?
 * @sa: locked, the peer being about to be authenticated
 * @connection: what the peer must meet
 * @ppk: the PPK that is mixed in or about to be, or NULL
 * @extack: says what it lacks
 *
 * A responder of RFC 9867 has mixed a PPK in before it knew the connection. Where
 * that requires none, one of another connection, which the peer has shown to have,
 * adds to its keys and takes nothing from them: it asks for less.
 *
 * Context: any.
 * Return: 0; where the connection requires its PPK, -EPERM when none is mixed in,
 * -EKEYREJECTED when another one is.
 */
int pqike_ike_sa_ppk_check(const struct pqike_ike_sa *sa,
			   const struct pqike_connection *connection,
			   const struct pqike_shared_secret *ppk,
			   struct netlink_ext_ack *extack)
{
	if (!connection->require_ppk ||
	    pqike_shared_secret_equal(ppk, connection->ppk))
		return 0;
	if (ppk) {
		NL_SET_ERR_MSG(extack,
			       "the PPK in the keys is not the one that the connection requires");
		return -EKEYREJECTED;
	}
	NL_SET_ERR_MSG(extack,
		       "the connection requires a PPK and the peer has not this one");
	return -EPERM;
}
