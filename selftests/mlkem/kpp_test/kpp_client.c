// SPDX-License-Identifier: GPL-2.0
#include <crypto/kpp.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "kpp_client.h"

static int call(int (*operation)(struct kpp_request *req),
		struct crypto_kpp *tfm, const u8 *in, unsigned int in_len,
		u8 *out, unsigned int *out_len)
{
	struct kpp_request *req = kpp_request_alloc(tfm, GFP_KERNEL);
	struct scatterlist src, dst;
	int err;

	if (!req)
		return -ENOMEM;
	sg_init_one(&src, in ?: out, in_len);
	sg_init_one(&dst, out, *out_len);
	kpp_request_set_input(req, in ? &src : NULL, in_len);
	kpp_request_set_output(req, &dst, *out_len);
	kpp_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP, NULL, NULL);
	err = operation(req);
	*out_len = req->dst_len;
	kpp_request_free(req);
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
