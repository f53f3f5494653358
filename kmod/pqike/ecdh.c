// SPDX-License-Identifier: GPL-2.0
/*
 * ECDH over the NIST curves, by kpp algorithms: those of kmod/ecdh, or the kernel's
 * where that is not loaded.  KE data is the point as x | y, the shared secret its
 * x-coordinate (RFC 5903 section 7); kpp has the same forms, and checks that the
 * peer's point is on the curve.
 */
#include <crypto/ecdh.h>
#include <crypto/kpp.h>
#include <linux/err.h>
#include <linux/netlink.h>

#include "ecdh.h"
#include "ike_message.h"
#include "kpp.h"

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
		err = pqike_kpp_public_key(ecdh, point, point_len);
	/* The check of a public key that is random fails for want of memory only. */
	if (err == -EAGAIN)
		err = -ENOMEM;
	if (err) {
		NL_SET_ERR_MSG(extack, "ECDH key generation failed");
		crypto_free_kpp(ecdh);
		return ERR_PTR(err);
	}
	return ecdh;
}
