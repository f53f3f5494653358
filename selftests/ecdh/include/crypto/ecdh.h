/* SPDX-License-Identifier: GPL-2.0 */
/* A secret as the kernel's crypto/ecdh_helper.c reads it */
#ifndef _SHIM_CRYPTO_ECDH_H
#define _SHIM_CRYPTO_ECDH_H

#include <errno.h>
#include <linux/types.h>
#include <string.h>

#define CRYPTO_KPP_SECRET_TYPE_ECDH	2

struct kpp_secret {
	unsigned short type;
	unsigned short len;
};

struct ecdh {
	char *key;
	unsigned short key_size;
};

static inline unsigned int crypto_ecdh_key_len(const struct ecdh *params)
{
	return sizeof(struct kpp_secret) + sizeof(params->key_size) +
	       params->key_size;
}

static inline int crypto_ecdh_encode_key(char *buf, unsigned int len,
					 const struct ecdh *params)
{
	const struct kpp_secret secret = {
		.type = CRYPTO_KPP_SECRET_TYPE_ECDH,
		.len = (unsigned short)len,
	};

	if (len != crypto_ecdh_key_len(params))
		return -EINVAL;
	memcpy(buf, &secret, sizeof(secret));
	memcpy(buf + sizeof(secret), &params->key_size, sizeof(params->key_size));
	if (params->key_size)
		memcpy(buf + len - params->key_size, params->key, params->key_size);
	return 0;
}

static inline int crypto_ecdh_decode_key(const char *buf, unsigned int len,
					 struct ecdh *params)
{
	struct kpp_secret secret;

	params->key_size = 0;
	if (len < crypto_ecdh_key_len(params))
		return -EINVAL;
	memcpy(&secret, buf, sizeof(secret));
	memcpy(&params->key_size, buf + sizeof(secret), sizeof(params->key_size));
	if (secret.type != CRYPTO_KPP_SECRET_TYPE_ECDH || len < secret.len ||
	    secret.len != crypto_ecdh_key_len(params))
		return -EINVAL;
	params->key = (char *)buf + sizeof(secret) + sizeof(params->key_size);
	return 0;
}

#endif
