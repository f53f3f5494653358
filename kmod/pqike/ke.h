/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One key exchange: classical Diffie-Hellman or ML-KEM, from making the own
 * KE data to the shared secret.
 */
#ifndef PQIKE_KE_H
#define PQIKE_KE_H

#include <linux/types.h>

struct crypto_kpp;
struct mlkem_ephemeral;
struct mlkem_params;
struct netlink_ext_ack;

/**
 * struct pqike_ke - a key exchange under way
 * @method: transform ID, 0 when there is none
 * @secret_len: octets in @secret, 0 until the exchange is complete
 * @data_len: octets in @data
 * @data: the KE data of this side
 * @x25519: X25519 scalar, until the step that completes the exchange is taken for good
 * @kpp: holds the private key of ECDH or of a MODP group, likewise
 * @ml_kem: initiator: ML-KEM key pair, likewise
 * @secret: the shared secret, for the key schedule to mix in; to be freed with
 *	kfree_sensitive()
 *
 * An initiator that waits for a ciphertext costs its memory control group one
 * allocation of 32 KiB, of which @ml_kem uses less than 24 KiB, and an
 * encapsulation key of at most 1568 octets in @data; and as much again until the request
 * that has @data is sealed, where one of ML-KEM was before it.
 */
struct pqike_ke {
	u16 method;
	u16 secret_len;
	size_t data_len;
	u8 *data;
	u8 *x25519;
	struct crypto_kpp *kpp;
	struct mlkem_ephemeral *ml_kem;
	u8 *secret;
};

const struct mlkem_params *pqike_ke_ml_kem_params(u16 method);
bool pqike_ke_is_classical(u16 method);
bool pqike_ke_is_ml_kem(u16 method);
int pqike_ke_initiate(struct pqike_ke *ke, u16 method,
		      struct netlink_ext_ack *extack);
int pqike_ke_respond(struct pqike_ke *ke, u16 method, const u8 *peer,
		     size_t peer_len, struct netlink_ext_ack *extack);
int pqike_ke_complete(struct pqike_ke *ke, const u8 *peer, size_t peer_len,
		      struct netlink_ext_ack *extack);
void pqike_ke_forget_secret(struct pqike_ke *ke);
void pqike_ke_wipe(struct pqike_ke *ke);

#endif /* PQIKE_KE_H */
