/* SPDX-License-Identifier: GPL-2.0 */
/* The algorithms that protect SK payloads (RFC 7296 sections 3.3.2 and 3.14). */
#ifndef PQIKE_SK_ALGORITHM_H
#define PQIKE_SK_ALGORITHM_H

#include <linux/types.h>

/* Of HMAC-SHA2-512 (RFC 4868 section 2.6). */
#define PQIKE_SK_A_LEN_MAX	64

/* AES-256 or ChaCha20, and the four octets of salt. */
#define PQIKE_SK_E_LEN_MAX	36

#define PQIKE_SK_SALT_LEN_MAX	4
#define PQIKE_SK_IV_LEN_MAX	16

struct netlink_ext_ack;

/**
 * struct pqike_sk_algorithm - encryption and integrity of an IKE SA
 * @encr: transform ID of type 1
 * @encr_key_bits: its Key Length attribute, 0 where it has none
 * @integ: transform ID of type 3, 0 beside an AEAD
 * @name: in the crypto API, always as an AEAD
 * @sk_a_len: octets of SK_ai and of SK_ar
 * @sk_e_len: octets of SK_ei and of SK_er, salt included
 * @salt_len: octets at the end of SK_e that begin each nonce
 * @iv_len: octets of IV in the message
 * @block_len: what the length of payloads and padding is a multiple of
 * @icv_len: octets of the Integrity Checksum Data
 */
struct pqike_sk_algorithm {
	u16 encr;
	u16 encr_key_bits;
	u16 integ;
	const char *name;
	u8 sk_a_len;
	u8 sk_e_len;
	u8 salt_len;
	u8 iv_len;
	u8 block_len;
	u8 icv_len;
};

const struct pqike_sk_algorithm *
pqike_sk_algorithm_find(u16 encr, u16 encr_key_bits, u16 integ,
			struct netlink_ext_ack *extack);

#endif /* PQIKE_SK_ALGORITHM_H */
