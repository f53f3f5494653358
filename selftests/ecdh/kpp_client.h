/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KPP_CLIENT_H
#define _KPP_CLIENT_H

#include <crypto/kpp.h>
#include <linux/types.h>

/* crypto_kpp_set_secret() with a private key, or with none for a random one */
int set_private_key(struct crypto_kpp *tfm, const u8 *key, unsigned int len);

/* crypto_kpp_generate_public_key() and crypto_kpp_compute_shared_secret() */
int public_key(struct crypto_kpp *tfm, u8 *out, unsigned int len);
int shared_secret(struct crypto_kpp *tfm, const u8 *peer, unsigned int peer_len,
		  u8 *out, unsigned int len);

#endif
