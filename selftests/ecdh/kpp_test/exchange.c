// SPDX-License-Identifier: GPL-2.0
#include <crypto/ecdh.h>
#include <crypto/kpp.h>
#include <linux/err.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "exchange.h"

static int call(int (*operation)(struct kpp_request *req),
		struct crypto_kpp *tfm, const u8 *in, unsigned int in_len,
		u8 *out, unsigned int out_len)
{
	struct kpp_request *req = kpp_request_alloc(tfm, GFP_KERNEL);
	struct scatterlist src, dst;
	DECLARE_CRYPTO_WAIT(wait);
	int err;

	if (!req)
		return -ENOMEM;
	sg_init_one(&src, in ?: out, in_len);
	sg_init_one(&dst, out, out_len);
	kpp_request_set_input(req, in ? &src : NULL, in_len);
	kpp_request_set_output(req, &dst, out_len);
	kpp_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP |
				 CRYPTO_TFM_REQ_MAY_BACKLOG, crypto_req_done, &wait);
	err = crypto_wait_req(operation(req), &wait);
	kpp_request_free(req);
	return err;
}

static int set_key(struct crypto_kpp *tfm, const u8 *key, unsigned int octets)
{
	struct ecdh params = { .key = (char *)key, .key_size = key ? octets : 0 };
	char encoded[32 + MAX_OCTETS];
	const unsigned int len = crypto_ecdh_key_len(&params);
	int err;

	if (len > sizeof(encoded))
		return -EINVAL;
	err = crypto_ecdh_encode_key(encoded, len, &params);
	return err ?: crypto_kpp_set_secret(tfm, encoded, len);
}

struct side *side_new(const char *algorithm, const u8 *key, unsigned int octets)
{
	struct side *side = kzalloc(sizeof(*side), GFP_KERNEL);
	int err;

	if (!side)
		return ERR_PTR(-ENOMEM);
	side->tfm = crypto_alloc_kpp(algorithm, 0, 0);
	if (IS_ERR(side->tfm)) {
		err = PTR_ERR(side->tfm);
		kfree(side);
		return ERR_PTR(err);
	}
	err = set_key(side->tfm, key, octets);
	if (!err)
		err = call(crypto_kpp_generate_public_key, side->tfm, NULL, 0,
			   side->public, 2 * octets);
	if (err) {
		side_free(side);
		return ERR_PTR(err);
	}
	return side;
}

void side_free(struct side *side)
{
	crypto_free_kpp(side->tfm);
	kfree(side);
}

int side_complete(struct side *side, const u8 *peer, unsigned int len,
		  unsigned int octets)
{
	return call(crypto_kpp_compute_shared_secret, side->tfm, peer, len,
		    side->secret, octets);
}
