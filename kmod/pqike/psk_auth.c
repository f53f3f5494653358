// SPDX-License-Identifier: GPL-2.0
/*
 *	AUTH = prf(prf(PSK, "Key Pad for IKEv2"), SignedOctets)
 *	SignedOctets = [ eight zero octets | PeerMessage | ]
 *		       RealMessage | PeerNonce | prf(SK_p, RestOfIDPayload)
 *		       [ | IntAuth_i | IntAuth_r | IKE_AUTH Message ID ]
 *
 * RFC 7296 section 2.15; the first line only when both sides have sent
 * IKE_SA_INIT_FULL_TRANSCRIPT_AUTH
 * (draft-ietf-ipsecme-ikev2-downgrade-prevention), the last only when an
 * IKE_INTERMEDIATE exchange took place (RFC 9242 section 3.3.2).
 */
#include <linux/string.h>

#include "psk_auth.h"

/**
 * pqike_psk_auth() - Authentication Data of one side
 * @prf: the negotiated function
 * @psk: the pre-shared key
 * @psk_len: octets in @psk
 * @octets: what is authenticated
 * @auth: receives pqike_prf_len() octets
 *
 * Context: may sleep.
 * Return: 0, or an error of the hash with @auth wiped.
 */
int pqike_psk_auth(struct crypto_shash *prf, const u8 *psk, size_t psk_len,
		   const struct pqike_signed_octets *octets, u8 *auth)
{
	static const char key_pad[] = "Key Pad for IKEv2";
	/* No message begins with them: an SPI of the initiator is not zero. */
	static const u8 zeros[IKE_SPI_LEN];
	const size_t prf_len = pqike_prf_len(prf);
	const __be32 message_id = cpu_to_be32(octets->message_id);
	const bool intermediate = octets->int_auth_i->present;
	u8 maced_id[PQIKE_PRF_LEN_MAX], key[PQIKE_PRF_LEN_MAX];
	const struct kvec id = { (void *)octets->id, octets->id_len };
	const struct kvec pad = { (void *)key_pad, sizeof(key_pad) - 1 };
	const struct kvec parts[] = {
		{ (void *)zeros, octets->peer_message ? sizeof(zeros) : 0 },
		{ (void *)octets->peer_message,
		  octets->peer_message ? octets->peer_message_len : 0 },
		{ (void *)octets->message, octets->message_len },
		{ (void *)octets->peer_nonce, octets->peer_nonce_len },
		{ maced_id, prf_len },
		{ (void *)octets->int_auth_i->value, prf_len },
		{ (void *)octets->int_auth_r->value, prf_len },
		{ (void *)&message_id, sizeof(message_id) },
	};
	int err;

	err = pqike_prf(prf, octets->sk_p, prf_len, &id, 1, maced_id);
	if (!err)
		err = pqike_prf(prf, psk, psk_len, &pad, 1, key);
	if (!err)
		err = pqike_prf(prf, key, prf_len, parts,
				intermediate ? ARRAY_SIZE(parts) : 5, auth);
	if (err)
		memzero_explicit(auth, prf_len);
	memzero_explicit(key, sizeof(key));
	memzero_explicit(maced_id, sizeof(maced_id));
	return err;
}
