// SPDX-License-Identifier: GPL-2.0
/*
 * AES-GCM-16 (RFC 5282), ChaCha20-Poly1305 (RFC 7634), and AES-CBC (RFC 3602)
 * with HMAC-SHA2 (RFC 4868).
 *
 * To the crypto API encryption with a separate MAC is an AEAD as well: authenc
 * encrypts then authenticates, and decrypts only what it has verified, compared
 * in constant time.
 */
#include <linux/kernel.h>
#include <linux/netlink.h>

#include "ike_message.h"
#include "sk_algorithm.h"

static const struct pqike_sk_algorithm algorithms[] = {
	{ IKE_ENCR_AES_GCM_16, 128, 0,
	  "gcm(aes)", 0, 20, 4, 8, 1, 16 },
	{ IKE_ENCR_AES_GCM_16, 192, 0,
	  "gcm(aes)", 0, 28, 4, 8, 1, 16 },
	{ IKE_ENCR_AES_GCM_16, 256, 0,
	  "gcm(aes)", 0, 36, 4, 8, 1, 16 },
	{ IKE_ENCR_CHACHA20_POLY1305, 0, 0,
	  "rfc7539(chacha20,poly1305)", 0, 36, 4, 8, 1, 16 },
	{ IKE_ENCR_AES_CBC, 128, IKE_INTEG_HMAC_SHA2_256_128,
	  "authenc(hmac(sha256),cbc(aes))", 32, 16, 0, 16, 16, 16 },
	{ IKE_ENCR_AES_CBC, 128, IKE_INTEG_HMAC_SHA2_384_192,
	  "authenc(hmac(sha384),cbc(aes))", 48, 16, 0, 16, 16, 24 },
	{ IKE_ENCR_AES_CBC, 128, IKE_INTEG_HMAC_SHA2_512_256,
	  "authenc(hmac(sha512),cbc(aes))", 64, 16, 0, 16, 16, 32 },
	{ IKE_ENCR_AES_CBC, 192, IKE_INTEG_HMAC_SHA2_256_128,
	  "authenc(hmac(sha256),cbc(aes))", 32, 24, 0, 16, 16, 16 },
	{ IKE_ENCR_AES_CBC, 192, IKE_INTEG_HMAC_SHA2_384_192,
	  "authenc(hmac(sha384),cbc(aes))", 48, 24, 0, 16, 16, 24 },
	{ IKE_ENCR_AES_CBC, 192, IKE_INTEG_HMAC_SHA2_512_256,
	  "authenc(hmac(sha512),cbc(aes))", 64, 24, 0, 16, 16, 32 },
	{ IKE_ENCR_AES_CBC, 256, IKE_INTEG_HMAC_SHA2_256_128,
	  "authenc(hmac(sha256),cbc(aes))", 32, 32, 0, 16, 16, 16 },
	{ IKE_ENCR_AES_CBC, 256, IKE_INTEG_HMAC_SHA2_384_192,
	  "authenc(hmac(sha384),cbc(aes))", 48, 32, 0, 16, 16, 24 },
	{ IKE_ENCR_AES_CBC, 256, IKE_INTEG_HMAC_SHA2_512_256,
	  "authenc(hmac(sha512),cbc(aes))", 64, 32, 0, 16, 16, 32 },
};

/* @algorithm has the encryption that was asked for, or is NULL. */
static void explain_refusal(const struct pqike_sk_algorithm *algorithm,
			    u16 encr_key_bits, u16 integ,
			    struct netlink_ext_ack *extack)
{
	if (!algorithm)
		NL_SET_ERR_MSG(extack,
			       "IKE encryption is none of AES-GCM-16, ChaCha20-Poly1305, AES-CBC");
	else if (!algorithm->encr_key_bits && encr_key_bits)
		NL_SET_ERR_MSG(extack, "ChaCha20-Poly1305 has no Key Length attribute");
	else if (algorithm->encr_key_bits && encr_key_bits != 128 &&
		 encr_key_bits != 192 && encr_key_bits != 256)
		NL_SET_ERR_MSG(extack, "the key of IKE encryption has not 128, 192 or 256 bits");
	else if (!algorithm->integ)
		NL_SET_ERR_MSG(extack, "an integrity transform was chosen beside an AEAD");
	else if (!integ)
		NL_SET_ERR_MSG(extack, "AES-CBC was chosen without an integrity transform");
	else
		NL_SET_ERR_MSG(extack,
			       "IKE integrity is none of HMAC-SHA2-256-128, -384-192, -512-256");
}

/**
 * pqike_sk_algorithm_find() - the algorithm of negotiated transforms
 * @encr: transform ID of type 1
 * @encr_key_bits: its Key Length attribute, 0 for none
 * @integ: transform ID of type 3, 0 for none
 * @extack: names what is not supported
 *
 * Context: any.
 * Return: the algorithm, or NULL.
 */
const struct pqike_sk_algorithm *
pqike_sk_algorithm_find(u16 encr, u16 encr_key_bits, u16 integ,
			struct netlink_ext_ack *extack)
{
	const struct pqike_sk_algorithm *similar = NULL;

	for (unsigned int i = 0; i < ARRAY_SIZE(algorithms); i++) {
		const struct pqike_sk_algorithm *algorithm = &algorithms[i];

		if (algorithm->encr != encr)
			continue;
		similar = algorithm;
		if (algorithm->encr_key_bits == encr_key_bits &&
		    algorithm->integ == integ)
			return algorithm;
	}
	explain_refusal(similar, encr_key_bits, integ, extack);
	return NULL;
}
