/* SPDX-License-Identifier: GPL-2.0 */
/* ECDH over P-256 and P-384 as IKEv2 uses it (RFC 5903). */
#ifndef PQIKE_ECDH_H
#define PQIKE_ECDH_H

#include <linux/types.h>

#define PQIKE_ECDH_COORDINATE_MAX	48

struct crypto_kpp;
struct netlink_ext_ack;

struct crypto_kpp *pqike_ecdh_keygen(u16 method, u8 *point,
				     struct netlink_ext_ack *extack);
int pqike_ecdh_shared_secret(struct crypto_kpp *ecdh, const u8 *peer_point,
			     size_t peer_len, u8 *secret);
unsigned int pqike_ecdh_coordinate_len(u16 method);

#endif /* PQIKE_ECDH_H */
