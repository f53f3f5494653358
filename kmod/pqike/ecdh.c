// SPDX-License-Identifier: GPL-2.0
/*
 * ECDH over the NIST curves, by the kernel's kpp algorithms.  KE data is the
 * point as x | y, the shared secret its x-coordinate (RFC 5903 section 7); kpp
 * has the same forms, and checks that the peer's point is on the curve.
 */
#include <crypto/ecdh.h>
#include <crypto/kpp.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "ecdh.h"
#include "ike_message.h"

/**
 * pqike_ecdh_coordinate_len() - octets of one coordinate
 * @method: transform ID of type 4
 *
 * Context: any.
 * Return: 0 when @method is not one of the curves.
 */
unsigned int pqike_ecdh_coordinate_len(u16 method)
{
	switch (method) {
	case IKE_KE_ECP_256:
		return 32;
	case IKE_KE_ECP_384:
		return 48;
	default:
		return 0;
	}
}

/* Run one kpp operation; input and output are heap memory. */
static int ecdh_run(struct crypto_kpp *ecdh,
		    int (*operation)(struct kpp_request *), u8 *in,
		    unsigned int in_len, u8 *out, unsigned int out_len)
{
	struct scatterlist src, dst;
	struct kpp_request *request;
	DECLARE_CRYPTO_WAIT(wait);
	int err;

	request = kpp_request_alloc(ecdh, GFP_KERNEL);
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

/* An empty key asks kpp to make one. */
static int ecdh_set_random_key(struct crypto_kpp *ecdh)
{
	struct ecdh params = { .key = NULL, .key_size = 0 };
	char encoded[32];
	unsigned int len = crypto_ecdh_key_len(&params);
	int err;

	if (WARN_ON_ONCE(len > sizeof(encoded)))
		return -EINVAL;
	err = crypto_ecdh_encode_key(encoded, len, &params);
	return err ?: crypto_kpp_set_secret(ecdh, encoded, len);
}

/**
 * pqike_ecdh_keygen() - make a key pair
 * @method: IKE_KE_ECP_256 or IKE_KE_ECP_384
 * @point: receives the public point, two coordinates; heap memory
 * @extack: says what the kernel lacks
 *
 * Context: may sleep.
 * Return: what holds the private key, to be freed with crypto_free_kpp() which
 * wipes it; or ERR_PTR() of an error of the crypto API.
 */
struct crypto_kpp *pqike_ecdh_keygen(u16 method, u8 *point,
				     struct netlink_ext_ack *extack)
{
	unsigned int point_len = 2 * pqike_ecdh_coordinate_len(method);
	struct crypto_kpp *ecdh;
	int err;

	ecdh = crypto_alloc_kpp(method == IKE_KE_ECP_256 ? "ecdh-nist-p256" :
				"ecdh-nist-p384", 0, 0);
	if (IS_ERR(ecdh)) {
		NL_SET_ERR_MSG(extack, "the kernel has no ECDH for this curve");
		return ecdh;
	}
	err = ecdh_set_random_key(ecdh);
	if (!err)
		err = ecdh_run(ecdh, crypto_kpp_generate_public_key, NULL, 0,
			       point, point_len);
	if (err) {
		NL_SET_ERR_MSG(extack, "ECDH key generation failed");
		crypto_free_kpp(ecdh);
		return ERR_PTR(err);
	}
	return ecdh;
}

/**
 * pqike_ecdh_shared_secret() - the x-coordinate that both sides reach
 * @ecdh: this side's private key
 * @peer_point: the peer's public point
 * @peer_len: octets in @peer_point, two coordinates
 * @secret: receives one coordinate
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or an error of kpp when the point is not on the curve.
 */
int pqike_ecdh_shared_secret(struct crypto_kpp *ecdh, const u8 *peer_point,
			     size_t peer_len, u8 *secret)
{
	const size_t secret_len = peer_len / 2;
	u8 *point, *x;
	int err = -ENOMEM;

	point = kmemdup(peer_point, peer_len, GFP_KERNEL);
	x = kmalloc(secret_len, GFP_KERNEL);
	if (point && x)
		err = ecdh_run(ecdh, crypto_kpp_compute_shared_secret, point,
			       peer_len, x, secret_len);
	if (!err)
		memcpy(secret, x, secret_len);
	kfree_sensitive(x);
	kfree(point);
	return err;
}
