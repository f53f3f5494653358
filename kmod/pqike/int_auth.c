// SPDX-License-Identifier: GPL-2.0
/*
 * IntAuth_k = prf(SK_p(k-1), IntAuth_(k-1) | A | P)
 *
 * P is the chain of payloads inside SK.  A is the IKE header and SK's generic
 * header as if the message had neither been encrypted nor fragmented: Next
 * Payload is SK, the header's Length is |A| + |P|, that of SK is |P| + 4
 * (RFC 9242 section 3.3.2).
 */
#include <linux/string.h>

#include "int_auth.h"

/**
 * pqike_int_auth_add() - add a message of IKE_INTERMEDIATE
 * @int_auth: what was added before; unchanged on error
 * @prf: the negotiated function
 * @sk_p: SK_pi or SK_pr in force when the exchange began
 * @header: IKE header of the message, or of its first fragment
 * @payload_flags: second octet of SK's generic header
 * @first_payload: type of the first payload in @plaintext
 * @plaintext: the payloads, without padding
 * @len: octets in @plaintext
 *
 * Context: may sleep.
 * Return: 0 or an error of the hash.
 */
int pqike_int_auth_add(struct pqike_int_auth *int_auth,
		       struct crypto_shash *prf, const u8 *sk_p,
		       const struct ike_header *header, u8 payload_flags,
		       u8 first_payload, const u8 *plaintext, size_t len)
{
	struct {
		struct ike_header header;
		struct ike_payload_header sk;
	} __packed a = {
		.header = *header,
		.sk.next_payload = first_payload,
		.sk.flags = payload_flags,
		.sk.length = cpu_to_be16(len + sizeof(a.sk)),
	};
	const struct kvec seed[] = {
		{ int_auth->value,
		  int_auth->present ? pqike_prf_len(prf) : 0 },
		{ &a, sizeof(a) },
		{ (void *)plaintext, len },
	};
	u8 value[PQIKE_PRF_LEN_MAX];
	int err;

	a.header.next_payload = IKE_PAYLOAD_SK;
	a.header.length = cpu_to_be32(sizeof(a) + len);
	err = pqike_prf(prf, sk_p, pqike_prf_len(prf), seed, ARRAY_SIZE(seed),
			value);
	if (!err) {
		memcpy(int_auth->value, value, sizeof(value));
		int_auth->present = true;
	}
	memzero_explicit(value, sizeof(value));
	return err;
}
