/* SPDX-License-Identifier: GPL-2.0 */
/* ECDH over P-256 and P-384 as IKEv2 uses it (RFC 5903). */
#ifndef PQIKE_ECDH_H
#define PQIKE_ECDH_H

#include <linux/types.h>

struct crypto_kpp;
struct netlink_ext_ack;

struct crypto_kpp *pqike_ecdh_keygen(u16 method, u8 *point,
				     struct netlink_ext_ack *extack);
unsigned int pqike_ecdh_coordinate_len(u16 method);

#endif /* PQIKE_ECDH_H */
