/* SPDX-License-Identifier: GPL-2.0 */
/* The AUTH payload of a pre-shared key (RFC 7296 section 2.15). */
#ifndef PQIKE_PSK_AUTH_H
#define PQIKE_PSK_AUTH_H

#include <linux/types.h>

#include "int_auth.h"
#include "prf.h"

/**
 * struct pqike_signed_octets - what one side's AUTH payload covers
 * @message: the IKE_SA_INIT message that this side sent
 * @message_len: octets in @message
 * @peer_message: the IKE_SA_INIT message of the other side, where the full
 *	transcript is authenticated; else NULL
 * @peer_message_len: octets in @peer_message
 * @peer_nonce: Nonce Data of the other side
 * @peer_nonce_len: octets in @peer_nonce
 * @id: body of this side's Identification payload
 * @id_len: octets in @id
 * @sk_p: SK_pi or SK_pr of this side, of the last round
 * @int_auth_i: IntAuth_i, used where present
 * @int_auth_r: IntAuth_r, used where present
 * @message_id: Message ID of IKE_AUTH
 */
struct pqike_signed_octets {
	const u8 *message;
	size_t message_len;
	const u8 *peer_message;
	size_t peer_message_len;
	const u8 *peer_nonce;
	size_t peer_nonce_len;
	const u8 *id;
	size_t id_len;
	const u8 *sk_p;
	const struct pqike_int_auth *int_auth_i;
	const struct pqike_int_auth *int_auth_r;
	u32 message_id;
};

int pqike_psk_auth(struct crypto_shash *prf, const u8 *psk, size_t psk_len,
		   const struct pqike_signed_octets *octets, u8 *auth);

#endif /* PQIKE_PSK_AUTH_H */
