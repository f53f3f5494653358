// SPDX-License-Identifier: GPL-2.0
#include "kpp_client.h"

static int call(int (*operation)(struct kpp_request *req),
		struct crypto_kpp *tfm, const u8 *in, unsigned int in_len,
		u8 *out, unsigned int *out_len)
{
	struct scatterlist src, dst;
	struct kpp_request req = {
		.tfm = tfm,
		.src = in ? &src : NULL,
		.src_len = in_len,
		.dst = &dst,
		.dst_len = *out_len,
	};
	int err;

	sg_init_one(&src, in, in_len);
	sg_init_one(&dst, out, *out_len);
	err = operation(&req);
	*out_len = req.dst_len;
	return err;
}

int public_key(struct crypto_kpp *tfm, const u8 *in, unsigned int in_len,
	       u8 *out, unsigned int *out_len)
{
	return call(crypto_kpp_generate_public_key, tfm, in, in_len, out,
		    out_len);
}

int shared_secret(struct crypto_kpp *tfm, const u8 *in, unsigned int in_len,
		  u8 *out, unsigned int *out_len)
{
	return call(crypto_kpp_compute_shared_secret, tfm, in, in_len, out,
		    out_len);
}
