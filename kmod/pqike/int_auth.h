/* SPDX-License-Identifier: GPL-2.0 */
/* Authentication of IKE_INTERMEDIATE exchanges (RFC 9242 section 3.3). */
#ifndef PQIKE_INT_AUTH_H
#define PQIKE_INT_AUTH_H

#include <linux/types.h>

#include "ike_message.h"
#include "prf.h"

/**
 * struct pqike_int_auth - IntAuth_i or IntAuth_r so far
 * @present: a message has been added
 * @value: IntAuth_k, as long as the PRF's output
 */
struct pqike_int_auth {
	bool present;
	u8 value[PQIKE_PRF_LEN_MAX];
};

int pqike_int_auth_add(struct pqike_int_auth *int_auth,
		       struct crypto_shash *prf, const u8 *sk_p,
		       const struct ike_header *header, u8 payload_flags,
		       u8 first_payload, const u8 *plaintext, size_t len);

#endif /* PQIKE_INT_AUTH_H */
