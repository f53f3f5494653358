// SPDX-License-Identifier: GPL-2.0
/*
 * IKE_SA_INIT (RFC 7296 section 1.2).  What matters is read from the messages
 * themselves, as they were on the wire: SPIs, nonces, KE data, the choice of
 * algorithms, and whether IKE_INTERMEDIATE, a post-quantum preshared key and the
 * authentication of the full transcript were agreed upon (R3).  What this side
 * contributed must stand in its message unchanged.
 */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "connection.h"
#include "ike_sa.h"

/* One IKE_SA_INIT message, its parts pointing into the raw message. */
struct init_message {
	const struct ike_header *header;
	struct ike_payload_chain chain;
	struct ike_payload sa;
	struct ike_payload nonce;
	struct ike_ke ke;
	bool intermediate;
	bool full_transcript;
	bool ppk;
	bool ppk_intermediate;
};

/*
 * Read an IKE_SA_INIT message and check what must be so in any of them.
 * -EBADMSG otherwise.
 */
static int read_init_message(const u8 *data, size_t len, u8 flags,
			     struct init_message *message,
			     struct netlink_ext_ack *extack)
{
	const u8 flags_mask = IKE_FLAG_INITIATOR | IKE_FLAG_RESPONSE;

	message->header = (const struct ike_header *)data;
	if (ike_message_check(data, len, &message->chain) ||
	    message->header->exchange_type != IKE_SA_INIT ||
	    (message->header->flags & flags_mask) != flags ||
	    message->header->message_id) {
		NL_SET_ERR_MSG(extack, "malformed header of IKE_SA_INIT");
		return -EBADMSG;
	}
	if (ike_payload_find(message->chain, IKE_PAYLOAD_SA, &message->sa)) {
		NL_SET_ERR_MSG(extack, "IKE_SA_INIT has not one well-formed SA payload");
		return -EBADMSG;
	}
	if (ike_ke_find(message->chain, &message->ke)) {
		NL_SET_ERR_MSG(extack, "IKE_SA_INIT has not one well-formed KE payload");
		return -EBADMSG;
	}
	if (ike_nonce_find(message->chain, &message->nonce)) {
		NL_SET_ERR_MSG(extack, "IKE_SA_INIT has not one nonce of 16 to 256 octets");
		return -EBADMSG;
	}
	message->intermediate =
		ike_notify_present(message->chain,
				   IKE_NOTIFY_INTERMEDIATE_EXCHANGE_SUPPORTED);
	message->full_transcript =
		ike_notify_present(message->chain,
				   IKE_NOTIFY_IKE_SA_INIT_FULL_TRANSCRIPT_AUTH);
	message->ppk = ike_notify_present(message->chain, IKE_NOTIFY_USE_PPK);
	message->ppk_intermediate =
		ike_notify_present(message->chain, IKE_NOTIFY_USE_PPK_INT);
	return 0;
}

static bool spi_is_zero(const u8 *spi)
{
	return !memchr_inv(spi, 0, IKE_SPI_LEN);
}

/**
 * pqike_make_spi() - make an SPI of an IKE SA
 * @spi: receives IKE_SPI_LEN octets, not all zero
 *
 * Context: any.
 */
void pqike_make_spi(u8 *spi)
{
	do {
		get_random_bytes(spi, IKE_SPI_LEN);
	} while (spi_is_zero(spi));
}

/**
 * pqike_ike_sa_begin_initiator() - make SPIi, Ni and KEi
 * @sa: locked or not yet to be found, its connection set
 * @method: transform ID of the key exchange in IKE_SA_INIT
 * @extack: names what is not supported
 *
 * Context: may sleep.
 * Return: 0 or an error of pqike_ke_initiate().
 */
int pqike_ike_sa_begin_initiator(struct pqike_ike_sa *sa, u16 method,
				 struct netlink_ext_ack *extack)
{
	pqike_make_spi(sa->init.spi_i);
	sa->init.ni_len = PQIKE_OWN_NONCE_LEN;
	get_random_bytes(sa->init.ni, PQIKE_OWN_NONCE_LEN);
	return pqike_ke_initiate(&sa->ke, method, extack);
}

static int keep_message(struct pqike_raw_message *kept, const u8 *data,
			size_t len)
{
	u8 *copy = kmemdup(data, len, GFP_KERNEL_ACCOUNT);

	if (!copy)
		return -ENOMEM;
	kfree(kept->data);
	kept->data = copy;
	kept->len = len;
	return 0;
}

/**
 * pqike_ike_sa_begin_responder() - make SPIr, Nr and KEr for a request
 * @sa: not yet to be found; released by the caller on error
 * @request: IKE_SA_INIT request, from the IKE header on
 * @len: octets in @request
 * @extack: says what is wrong with @request
 *
 * Context: may sleep.
 * Return: 0, -EBADMSG for a malformed message, -ENOMEM, or an error of
 * pqike_ke_respond().
 */
int pqike_ike_sa_begin_responder(struct pqike_ike_sa *sa, const u8 *request,
				 size_t len, struct netlink_ext_ack *extack)
{
	struct pqike_init_values *init = &sa->init;
	struct init_message message;
	int err;

	err = read_init_message(request, len, IKE_FLAG_INITIATOR, &message,
				extack);
	if (err)
		return err;
	if (spi_is_zero(message.header->spi_i) ||
	    !spi_is_zero(message.header->spi_r)) {
		NL_SET_ERR_MSG(extack, "IKE_SA_INIT request has wrong SPIs");
		return -EBADMSG;
	}
	err = keep_message(&sa->request, request, len);
	if (err)
		return err;
	memcpy(init->spi_i, message.header->spi_i, IKE_SPI_LEN);
	init->ni_len = message.nonce.len;
	memcpy(init->ni, message.nonce.body, message.nonce.len);
	pqike_make_spi(init->spi_r);
	init->nr_len = PQIKE_OWN_NONCE_LEN;
	get_random_bytes(init->nr, PQIKE_OWN_NONCE_LEN);
	return pqike_ke_respond(&sa->ke, message.ke.method, message.ke.data,
				message.ke.len, extack);
}

static bool ours_is_unchanged(const struct pqike_ike_sa *sa,
			      const struct init_message *message,
			      const u8 *nonce, size_t nonce_len)
{
	return message->nonce.len == nonce_len &&
	       !memcmp(message->nonce.body, nonce, nonce_len) &&
	       message->ke.method == sa->ke.method &&
	       message->ke.len == sa->ke.data_len &&
	       !memcmp(message->ke.data, sa->ke.data, sa->ke.data_len);
}

/* RFC 9867 section 3.1 */
static enum pqike_ppk_use agree_on_ppk(const struct init_message *request,
				       const struct init_message *response)
{
	if (request->ppk_intermediate && response->ppk_intermediate &&
	    request->intermediate && response->intermediate)
		return PQIKE_PPK_INTERMEDIATE;
	return request->ppk && response->ppk ? PQIKE_PPK_AUTH : PQIKE_PPK_NONE;
}

/* Do the two messages belong to this IKE SA and to one another? */
static int check_exchange(const struct pqike_ike_sa *sa,
			  const struct init_message *request,
			  const struct init_message *response,
			  struct netlink_ext_ack *extack)
{
	const bool initiator = sa->role == PQIKE_ROLE_INITIATOR;
	const struct pqike_init_values *init = &sa->init;

	if (memcmp(request->header->spi_i, init->spi_i, IKE_SPI_LEN) ||
	    memcmp(response->header->spi_i, init->spi_i, IKE_SPI_LEN) ||
	    !spi_is_zero(request->header->spi_r) ||
	    spi_is_zero(response->header->spi_r) ||
	    (!initiator &&
	     memcmp(response->header->spi_r, init->spi_r, IKE_SPI_LEN))) {
		NL_SET_ERR_MSG(extack, "IKE_SA_INIT has other SPIs than this IKE SA");
		return -EBADMSG;
	}
	if (!(initiator ?
	      ours_is_unchanged(sa, request, init->ni, init->ni_len) :
	      ours_is_unchanged(sa, response, init->nr, init->nr_len))) {
		NL_SET_ERR_MSG(extack, "own nonce or KE data was changed in IKE_SA_INIT");
		return -EBADMSG;
	}
	if (response->ke.method != request->ke.method) {
		NL_SET_ERR_MSG(extack, "the KE payloads are of different methods");
		return -EBADMSG;
	}
	return 0;
}

static int check_suite(const struct pqike_ike_sa *sa,
		       const struct pqike_suite *suite,
		       const struct init_message *request,
		       const struct init_message *response,
		       struct netlink_ext_ack *extack)
{
	if (suite->ke != sa->ke.method) {
		NL_SET_ERR_MSG(extack,
			       "the chosen key exchange method is not that of the KE payloads");
		return -EBADMSG;
	}
	if (suite->n_additional_ke &&
	    !(request->intermediate && response->intermediate)) {
		NL_SET_ERR_MSG(extack,
			       "additional key exchanges without INTERMEDIATE_EXCHANGE_SUPPORTED");
		return -EBADMSG;
	}
	if (sa->connection && sa->connection->require_ppk &&
	    agree_on_ppk(request, response) == PQIKE_PPK_NONE) {
		NL_SET_ERR_MSG(extack, "the connection requires a PPK and the peer uses none");
		return -EPERM;
	}
	return sa->connection ?
		pqike_connection_check_suite(sa->connection, suite, extack) : 0;
}

/* keys(0) from g^ir */
static int derive_first_keys(struct pqike_ike_sa *sa, struct crypto_shash *prf,
			     const struct pqike_sk_algorithm *sk,
			     struct netlink_ext_ack *extack)
{
	struct pqike_keys keys;
	int err;

	err = pqike_derive_keys(prf, &sa->init, NULL, sa->ke.secret,
				sa->ke.secret_len, sk, &keys);
	if (!err)
		err = pqike_ike_sa_change_keys(sa, &keys, extack);
	memzero_explicit(&keys, sizeof(keys));
	return err;
}

static void take_peer_values(struct pqike_init_values *init,
			     const struct init_message *response)
{
	memcpy(init->spi_r, response->header->spi_r, IKE_SPI_LEN);
	init->nr_len = response->nonce.len;
	memcpy(init->nr, response->nonce.body, response->nonce.len);
}

static void forget_peer_values(struct pqike_init_values *init)
{
	memset(init->spi_r, 0, IKE_SPI_LEN);
	init->nr_len = 0;
}

static void fail_init(struct pqike_ike_sa *sa)
{
	pqike_ke_wipe(&sa->ke);
	pqike_ike_sa_set_state(sa, PQIKE_IKE_SA_STATE_FAILED);
}

/* An error leaves the IKE SA as it was; but KE data that is bad ends it. */
static int initiator_keys(struct pqike_ike_sa *sa, struct crypto_shash *prf,
			  const struct pqike_sk_algorithm *sk,
			  const struct init_message *response,
			  struct netlink_ext_ack *extack)
{
	int err;

	err = pqike_ke_complete(&sa->ke, response->ke.data, response->ke.len,
				extack);
	if (err) {
		if (err != -ENOMEM)
			fail_init(sa);
		return err;
	}
	take_peer_values(&sa->init, response);
	err = derive_first_keys(sa, prf, sk, extack);
	if (err) {
		forget_peer_values(&sa->init);
		pqike_ke_forget_secret(&sa->ke);
	}
	return err;
}

/**
 * pqike_ike_sa_init() - complete IKE_SA_INIT and derive keys(0)
 * @sa: locked, half-open
 * @request: IKE_SA_INIT request as it was on the wire; the responder gives
 *	NULL, it has it
 * @response: IKE_SA_INIT response as it was on the wire
 * @extack: says what is wrong with which message
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EPROTO in another state, -EBADMSG for
 * messages that do not fit, -EOPNOTSUPP for a suite that is not supported,
 * -EPERM for one that the connection does not allow, -ENOMEM, or an error of
 * pqike_prf_alloc() or of the cipher; or another error of pqike_ke_complete(),
 * which ends the IKE SA.
 */
int pqike_ike_sa_init(struct pqike_ike_sa *sa,
		      const struct pqike_raw_message *request,
		      const struct pqike_raw_message *response,
		      struct netlink_ext_ack *extack)
{
	struct init_message request_read, response_read;
	struct crypto_shash *prf;
	struct pqike_suite suite;
	int err;

	if (sa->state != PQIKE_IKE_SA_STATE_HALF_OPEN) {
		NL_SET_ERR_MSG(extack, "IKE_SA_INIT is complete already");
		return -EPROTO;
	}
	if (!request)
		request = &sa->request;
	err = read_init_message(request->data, request->len, IKE_FLAG_INITIATOR,
				&request_read, extack);
	if (!err)
		err = read_init_message(response->data, response->len,
					IKE_FLAG_RESPONSE, &response_read,
					extack);
	if (!err)
		err = check_exchange(sa, &request_read, &response_read, extack);
	if (!err)
		err = pqike_suite_agree(&request_read.sa, &response_read.sa,
					&suite, extack);
	if (!err)
		err = check_suite(sa, &suite, &request_read, &response_read,
				  extack);
	if (err)
		return err;

	if (request != &sa->request)
		err = keep_message(&sa->request, request->data, request->len);
	if (!err)
		err = keep_message(&sa->response, response->data,
				   response->len);
	if (err)
		return err;
	prf = pqike_prf_alloc(suite.prf, extack);
	if (IS_ERR(prf))
		return PTR_ERR(prf);
	err = sa->role == PQIKE_ROLE_INITIATOR ?
		initiator_keys(sa, prf, suite.sk, &response_read, extack) :
		derive_first_keys(sa, prf, suite.sk, extack);
	if (err) {
		crypto_free_shash(prf);
		return err;
	}
	pqike_ke_wipe(&sa->ke);
	sa->suite = suite;
	sa->prf = prf;
	sa->full_transcript = request_read.full_transcript &&
			      response_read.full_transcript;
	sa->ppk_use = agree_on_ppk(&request_read, &response_read);
	pqike_ike_sa_set_state(sa, PQIKE_IKE_SA_STATE_KEYED);
	return 0;
}
