// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of a kpp, waited for.
 */
#include <crypto/kpp.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "kpp.h"

/* @in and @out are heap memory; @in may be NULL. */
static int run_kpp(struct crypto_kpp *kpp, int (*operation)(struct kpp_request *),
		   u8 *in, unsigned int in_len, u8 *out, unsigned int out_len)
{
	struct scatterlist src, dst;
	struct kpp_request *request;
	DECLARE_CRYPTO_WAIT(wait);
	int err;

	request = kpp_request_alloc(kpp, GFP_KERNEL);
	if (!request)
		return -ENOMEM;
	sg_init_one(&dst, out, out_len);
	kpp_request_set_output(request, &dst, out_len);
	if (in) {
		sg_init_one(&src, in, in_len);
		kpp_request_set_input(request, &src, in_len);
	} else {
		kpp_request_set_input(request, NULL, 0);
	}
	kpp_request_set_callback(request, CRYPTO_TFM_REQ_MAY_BACKLOG |
				 CRYPTO_TFM_REQ_MAY_SLEEP,
				 crypto_req_done, &wait);
	err = crypto_wait_req(operation(request), &wait);
	kfree_sensitive(request);
	return err;
}

/**
 * pqike_kpp_public_key() - the public key that belongs to a private one
 * @kpp: holds the private key
 * @public_key: receives it; heap memory
 * @len: octets of a public key
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or an error of kpp.
 */
int pqike_kpp_public_key(struct crypto_kpp *kpp, u8 *public_key,
			 unsigned int len)
{
	return run_kpp(kpp, crypto_kpp_generate_public_key, NULL, 0, public_key,
		       len);
}

/**
 * pqike_kpp_shared_secret() - what both sides reach
 * @kpp: holds this side's private key
 * @peer: the peer's public key, any memory
 * @peer_len: octets in @peer
 * @secret: receives it, zeros in front where it is short; heap memory
 * @secret_len: octets of a shared secret
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or an error of kpp when it does not take @peer.
 */
int pqike_kpp_shared_secret(struct crypto_kpp *kpp, const u8 *peer,
			    unsigned int peer_len, u8 *secret,
			    unsigned int secret_len)
{
	u8 *copy;
	int err;

	copy = kmemdup(peer, peer_len, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	err = run_kpp(kpp, crypto_kpp_compute_shared_secret, copy, peer_len, secret,
		      secret_len);
	kfree(copy);
	return err;
}
