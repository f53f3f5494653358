/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _EXCHANGE_H
#define _EXCHANGE_H

#include <crypto/kpp.h>
#include <linux/types.h>

#define MAX_OCTETS	48

/* Heap memory, for scatterlists */
struct side {
	struct crypto_kpp *tfm;
	u8 public[2 * MAX_OCTETS];
	u8 secret[MAX_OCTETS];
};

/**
 * side_new() - one side of an exchange, with a key pair
 * @algorithm: of the crypto API, or one driver of it
 * @key: private key of @octets octets, or NULL for a random one
 * @octets: of a coordinate
 *
 * Return: it, or an ERR_PTR() of the crypto API.
 */
struct side *side_new(const char *algorithm, const u8 *key, unsigned int octets);

void side_free(struct side *side);

/**
 * side_complete() - reach the secret
 * @side: this side
 * @peer: the peer's public key, heap memory
 * @len: its octets
 * @octets: octets of the secret
 *
 * Return: what the crypto API returned.
 */
int side_complete(struct side *side, const u8 *peer, unsigned int len,
		  unsigned int octets);

#endif
