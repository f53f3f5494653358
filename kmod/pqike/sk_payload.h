/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Encrypted payload SK (RFC 7296 section 3.14) and its fragments SKF
 * (RFC 7383).
 */
#ifndef PQIKE_SK_PAYLOAD_H
#define PQIKE_SK_PAYLOAD_H

#include <linux/types.h>

#include "ike_message.h"
#include "sk_algorithm.h"

struct crypto_aead;
struct netlink_ext_ack;

/**
 * struct pqike_sk_cipher - one direction of an IKE SA
 * @algorithm: what was negotiated
 * @aead: holds the keys
 * @salt: the last octets of SK_e, where the algorithm has a salt
 * @next_iv: counts the messages sealed; never goes back under one key
 */
struct pqike_sk_cipher {
	const struct pqike_sk_algorithm *algorithm;
	struct crypto_aead *aead;
	u8 salt[PQIKE_SK_SALT_LEN_MAX];
	u64 next_iv;
};

/**
 * struct pqike_sk_opened - what was inside one SK or SKF payload
 * @header: the IKE header, as received
 * @first_payload: type of the first payload inside; 0 in later fragments
 * @payload_flags: second octet of the SK payload's generic header
 * @fragment: Fragment Number, 0 for an SK payload
 * @n_fragments: Total Fragments, 0 for an SK payload
 * @plaintext: without padding, to be freed with kfree_sensitive()
 * @len: octets in @plaintext
 */
struct pqike_sk_opened {
	struct ike_header header;
	u8 first_payload;
	u8 payload_flags;
	u16 fragment;
	u16 n_fragments;
	u8 *plaintext;
	size_t len;
};

/**
 * struct pqike_sk_layout - into which messages payloads are sealed
 * @fragmented: SKF payloads, else one SK payload
 * @n_messages: how many
 * @message_len: octets of each, header included; the last one may be shorter
 * @room: octets of payloads in each
 */
struct pqike_sk_layout {
	bool fragmented;
	size_t n_messages;
	size_t message_len;
	size_t room;
};

int pqike_sk_cipher_init(struct pqike_sk_cipher *cipher,
			 const struct pqike_sk_algorithm *algorithm,
			 struct netlink_ext_ack *extack);
int pqike_sk_cipher_set_key(struct pqike_sk_cipher *cipher, const u8 *sk_a,
			    const u8 *sk_e);
void pqike_sk_cipher_free(struct pqike_sk_cipher *cipher);
int pqike_sk_lay_out(struct pqike_sk_layout *layout,
		     const struct pqike_sk_algorithm *algorithm, size_t len,
		     size_t fragment_size);
int pqike_sk_seal(struct pqike_sk_cipher *cipher,
		  const struct ike_header *header, u8 first_payload,
		  const u8 *plaintext, size_t len, size_t fragment_size,
		  u8 **messages, size_t *messages_len);
int pqike_sk_open(struct pqike_sk_cipher *cipher, const u8 *message, size_t len,
		  struct pqike_sk_opened *opened,
		  struct netlink_ext_ack *extack);

#endif /* PQIKE_SK_PAYLOAD_H */
