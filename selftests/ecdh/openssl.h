/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ECDH by OpenSSL, with the forms of keys of ecdh.h.
 */
#ifndef _OPENSSL_H
#define _OPENSSL_H

#include <linux/types.h>

#include "curve.h"

const char *openssl_version(void);

/* Whether @key is from 1 to n - 1, and then its public key */
bool openssl_public_key(const struct ecdh_curve *curve, const u8 *key, u8 *point);

/* Whether @peer is a point of the curve, and then the shared secret */
bool openssl_shared_secret(const struct ecdh_curve *curve, const u8 *key,
			   const u8 *peer, u8 *secret);

/* The number of points of the curve, n */
void openssl_order(const struct ecdh_curve *curve, u8 *order);

#endif
