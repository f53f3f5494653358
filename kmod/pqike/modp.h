/* SPDX-License-Identifier: GPL-2.0 */
/* Diffie-Hellman modulo the primes of 2048, 3072 and 4096 bits (RFC 3526). */
#ifndef PQIKE_MODP_H
#define PQIKE_MODP_H

#include <linux/types.h>

struct crypto_kpp;
struct netlink_ext_ack;

unsigned int pqike_modp_len(u16 method);
struct crypto_kpp *pqike_modp_key(u16 method, const u8 *private_key,
				  unsigned int private_key_len,
				  struct netlink_ext_ack *extack);
struct crypto_kpp *pqike_modp_keygen(u16 method, u8 *public_key,
				     struct netlink_ext_ack *extack);
int pqike_modp_check_public_key(u16 method, const u8 *public_key);
int pqike_modp_shared_secret(struct crypto_kpp *kpp, u16 method, const u8 *peer,
			     u8 *secret);

#endif /* PQIKE_MODP_H */
