// SPDX-License-Identifier: GPL-2.0
#include <crypto/ecdh.h>
#include <stdlib.h>

#include "kpp_client.h"

int set_private_key(struct crypto_kpp *tfm, const u8 *key, unsigned int len)
{
	struct ecdh params = { .key = (char *)key, .key_size = (unsigned short)len };
	const unsigned int encoded_len = crypto_ecdh_key_len(&params);
	char *encoded = malloc(encoded_len);
	int err = crypto_ecdh_encode_key(encoded, encoded_len, &params);

	if (!err)
		err = crypto_kpp_set_secret(tfm, encoded, encoded_len);
	free(encoded);
	return err;
}

int public_key(struct crypto_kpp *tfm, u8 *out, unsigned int len)
{
	struct scatterlist dst;
	struct kpp_request req = { .tfm = tfm, .dst = &dst, .dst_len = len };

	sg_init_one(&dst, out, len);
	return crypto_kpp_generate_public_key(&req);
}

int shared_secret(struct crypto_kpp *tfm, const u8 *peer, unsigned int peer_len,
		  u8 *out, unsigned int len)
{
	struct scatterlist src, dst;
	struct kpp_request req = {
		.tfm = tfm,
		.src = &src,
		.src_len = peer_len,
		.dst = &dst,
		.dst_len = len,
	};

	sg_init_one(&src, peer, peer_len);
	sg_init_one(&dst, out, len);
	return crypto_kpp_compute_shared_secret(&req);
}
