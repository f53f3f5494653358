// SPDX-License-Identifier: GPL-2.0
/*
 * Key exchanges.  The initiator's side is begun and, when the peer's KE data
 * has come, completed; the responder has the peer's data at once and answers
 * in one step.  Private keys go when the step that reaches the shared secret is taken
 * for good: one that lacks memory for what is made of the secret can be taken again,
 * as can one that the peer was not told of before the socket is closed.  The secret
 * goes when it has been mixed into the keys.
 */
#include <crypto/curve25519.h>
#include <crypto/kpp.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../mlkem/mlkem.h"
#include "ecdh.h"
#include "ike_message.h"
#include "ke.h"
#include "kpp.h"
#include "modp.h"

/**
 * pqike_ke_ml_kem_params() - the parameter set of a method
 * @method: transform ID
 *
 * Context: any.
 * Return: the parameter set; NULL when the method is not ML-KEM.
 */
const struct mlkem_params *pqike_ke_ml_kem_params(u16 method)
{
	switch (method) {
	case IKE_KE_ML_KEM_512:
		return &mlkem512;
	case IKE_KE_ML_KEM_768:
		return &mlkem768;
	case IKE_KE_ML_KEM_1024:
		return &mlkem1024;
	default:
		return NULL;
	}
}

/**
 * pqike_ke_is_ml_kem() - whether a method is ML-KEM
 * @method: transform ID
 *
 * Context: any.
 * Return: true when it is.
 */
bool pqike_ke_is_ml_kem(u16 method)
{
	return pqike_ke_ml_kem_params(method);
}

/**
 * pqike_ke_is_classical() - whether a method is a Diffie-Hellman that is
 *			     supported
 * @method: transform ID
 *
 * Context: any.
 * Return: true when it is.
 */
bool pqike_ke_is_classical(u16 method)
{
	return method == IKE_KE_CURVE25519 ||
	       pqike_ecdh_coordinate_len(method) || pqike_modp_len(method);
}

static void wipe_private_key(struct pqike_ke *ke)
{
	kfree_sensitive(ke->x25519);
	ke->x25519 = NULL;
	if (ke->kpp)
		crypto_free_kpp(ke->kpp);
	ke->kpp = NULL;
	mlkem_ephemeral_free(ke->ml_kem);
	ke->ml_kem = NULL;
}

/**
 * pqike_ke_forget_secret() - wipe a shared secret that has been mixed in
 * @ke: complete
 *
 * Context: may sleep.
 */
void pqike_ke_forget_secret(struct pqike_ke *ke)
{
	kfree_sensitive(ke->secret);
	ke->secret = NULL;
	ke->secret_len = 0;
}

/**
 * pqike_ke_wipe() - end a key exchange and wipe every secret of it
 * @ke: the exchange; all zero afterwards
 *
 * Context: may sleep.
 */
void pqike_ke_wipe(struct pqike_ke *ke)
{
	wipe_private_key(ke);
	pqike_ke_forget_secret(ke);
	kfree(ke->data);
	memzero_explicit(ke, sizeof(*ke));
}

static int alloc_data(struct pqike_ke *ke, size_t len)
{
	ke->data = kmalloc(len, GFP_KERNEL_ACCOUNT);
	ke->data_len = len;
	return ke->data ? 0 : -ENOMEM;
}

static int x25519_keygen(struct pqike_ke *ke)
{
	int err;

	err = alloc_data(ke, CURVE25519_KEY_SIZE);
	if (err)
		return err;
	ke->x25519 = kmalloc(CURVE25519_KEY_SIZE, GFP_KERNEL_ACCOUNT);
	if (!ke->x25519)
		return -ENOMEM;
	curve25519_generate_secret(ke->x25519);
	return curve25519_generate_public(ke->data, ke->x25519) ?
		0 : -EKEYREJECTED;
}

static int ecdh_keygen(struct pqike_ke *ke, struct netlink_ext_ack *extack)
{
	struct crypto_kpp *kpp;
	int err;

	err = alloc_data(ke, 2 * pqike_ecdh_coordinate_len(ke->method));
	if (err)
		return err;
	kpp = pqike_ecdh_keygen(ke->method, ke->data, extack);
	if (IS_ERR(kpp))
		return PTR_ERR(kpp);
	ke->kpp = kpp;
	return 0;
}

static int modp_keygen(struct pqike_ke *ke, struct netlink_ext_ack *extack)
{
	struct crypto_kpp *kpp;
	int err;

	err = alloc_data(ke, pqike_modp_len(ke->method));
	if (err)
		return err;
	kpp = pqike_modp_keygen(ke->method, ke->data, extack);
	if (IS_ERR(kpp))
		return PTR_ERR(kpp);
	ke->kpp = kpp;
	return 0;
}

static int ml_kem_keygen(struct pqike_ke *ke, const struct mlkem_params *params)
{
	struct mlkem_ephemeral *ml_kem;
	int err;

	err = alloc_data(ke, params->ek_len);
	if (err)
		return err;
	ml_kem = mlkem_ephemeral_keygen(params, ke->data);
	if (IS_ERR(ml_kem))
		return PTR_ERR(ml_kem);
	ke->ml_kem = ml_kem;
	return 0;
}

/**
 * pqike_ke_initiate() - make the KE data of the side that speaks first
 * @ke: all zero; wiped on error
 * @method: transform ID
 * @extack: names what is not supported
 *
 * Context: may sleep.
 * Return: 0, -EOPNOTSUPP for an unknown method, -ENOMEM, or an error of the
 * crypto API.
 */
int pqike_ke_initiate(struct pqike_ke *ke, u16 method,
		      struct netlink_ext_ack *extack)
{
	const struct mlkem_params *params = pqike_ke_ml_kem_params(method);
	int err;

	ke->method = method;
	if (params) {
		err = ml_kem_keygen(ke, params);
	} else if (method == IKE_KE_CURVE25519) {
		err = x25519_keygen(ke);
	} else if (pqike_ecdh_coordinate_len(method)) {
		err = ecdh_keygen(ke, extack);
	} else if (pqike_modp_len(method)) {
		err = modp_keygen(ke, extack);
	} else {
		NL_SET_ERR_MSG(extack, "key exchange method is not supported");
		err = -EOPNOTSUPP;
	}
	if (err)
		pqike_ke_wipe(ke);
	return err;
}

static int ml_kem_encapsulate(const struct mlkem_params *params, const u8 *peer,
			      size_t peer_len, u8 *ct, u8 *secret,
			      struct netlink_ext_ack *extack)
{
	int err;

	err = mlkem_encaps(params, peer, peer_len, ct, secret);
	if (err == -EINVAL)
		NL_SET_ERR_MSG(extack, "ML-KEM encapsulation key has the wrong length");
	else if (err == -EKEYREJECTED)
		NL_SET_ERR_MSG(extack, "ML-KEM encapsulation key is not reduced modulo q");
	return err;
}

static int ml_kem_respond(struct pqike_ke *ke, const struct mlkem_params *params,
			  const u8 *peer, size_t peer_len,
			  struct netlink_ext_ack *extack)
{
	int err;

	err = alloc_data(ke, params->ct_len);
	if (err)
		return err;
	ke->secret = kmalloc(MLKEM_SECRET_LEN, GFP_KERNEL_ACCOUNT);
	if (!ke->secret)
		return -ENOMEM;
	ke->secret_len = MLKEM_SECRET_LEN;
	return ml_kem_encapsulate(params, peer, peer_len, ke->data, ke->secret, extack);
}

/**
 * pqike_ke_respond() - answer the peer's KE data
 * @ke: all zero; wiped on error; complete on success
 * @method: transform ID
 * @peer: the peer's KE data
 * @peer_len: octets in @peer
 * @extack: says what is wrong with @peer
 *
 * The ML-KEM encapsulation key is checked as FIPS 203 section 7.2 demands.
 *
 * Context: may sleep.
 * Return: 0, -EOPNOTSUPP for an unknown method, -EINVAL for a wrong length,
 * -EKEYREJECTED for KE data that must not be used, -ENOMEM, or an error of the
 * crypto API.
 */
int pqike_ke_respond(struct pqike_ke *ke, u16 method, const u8 *peer,
		     size_t peer_len, struct netlink_ext_ack *extack)
{
	const struct mlkem_params *params = pqike_ke_ml_kem_params(method);
	int err;

	if (params) {
		ke->method = method;
		err = ml_kem_respond(ke, params, peer, peer_len, extack);
		if (err)
			pqike_ke_wipe(ke);
		return err;
	}
	err = pqike_ke_initiate(ke, method, extack);
	if (err)
		return err;
	err = pqike_ke_complete(ke, peer, peer_len, extack);
	if (err)
		pqike_ke_wipe(ke);
	else
		wipe_private_key(ke);
	return err;
}

static int x25519_complete(struct pqike_ke *ke, const u8 *peer, size_t peer_len,
			   u8 *secret, struct netlink_ext_ack *extack)
{
	if (peer_len != CURVE25519_KEY_SIZE) {
		NL_SET_ERR_MSG(extack, "X25519 KE data has not 32 octets");
		return -EINVAL;
	}
	/* An all-zero result means a point of small order (RFC 8031). */
	if (!curve25519(secret, ke->x25519, peer)) {
		NL_SET_ERR_MSG(extack, "X25519 KE data is a point of small order");
		return -EKEYREJECTED;
	}
	return 0;
}

static int ecdh_complete(struct pqike_ke *ke, const u8 *peer, size_t peer_len,
			 u8 *secret, struct netlink_ext_ack *extack)
{
	const unsigned int coordinate = pqike_ecdh_coordinate_len(ke->method);
	int err;

	if (peer_len != 2 * coordinate) {
		NL_SET_ERR_MSG(extack, "ECDH KE data has the wrong length");
		return -EINVAL;
	}
	err = pqike_kpp_shared_secret(ke->kpp, peer, peer_len, secret,
				      coordinate);
	if (!err || err == -ENOMEM)
		return err;
	NL_SET_ERR_MSG(extack, "ECDH KE data is no point of the curve");
	return -EKEYREJECTED;
}

static int modp_complete(struct pqike_ke *ke, const u8 *peer, size_t peer_len,
			 u8 *secret, struct netlink_ext_ack *extack)
{
	const unsigned int len = pqike_modp_len(ke->method);

	if (peer_len != len) {
		NL_SET_ERR_MSG(extack, "KE data is not as long as the prime of the MODP group");
		return -EINVAL;
	}
	if (pqike_modp_check_public_key(ke->method, peer)) {
		NL_SET_ERR_MSG(extack, "KE data is not between 1 and p - 1 of the MODP group");
		return -EKEYREJECTED;
	}
	return pqike_modp_shared_secret(ke->kpp, ke->method, peer, secret);
}

static int ml_kem_complete(struct pqike_ke *ke, const u8 *peer, size_t peer_len,
			   u8 *secret, struct netlink_ext_ack *extack)
{
	int err;

	err = mlkem_ephemeral_decaps(ke->ml_kem, peer, peer_len, secret);
	if (err)
		NL_SET_ERR_MSG(extack, "ML-KEM ciphertext has the wrong length");
	return err;
}

static int reach_secret(struct pqike_ke *ke, const u8 *peer, size_t peer_len,
			u8 *secret, struct netlink_ext_ack *extack)
{
	if (ke->ml_kem)
		return ml_kem_complete(ke, peer, peer_len, secret, extack);
	if (ke->x25519)
		return x25519_complete(ke, peer, peer_len, secret, extack);
	if (pqike_modp_len(ke->method))
		return modp_complete(ke, peer, peer_len, secret, extack);
	return ecdh_complete(ke, peer, peer_len, secret, extack);
}

static size_t secret_len_of(u16 method)
{
	if (pqike_ke_is_ml_kem(method))
		return MLKEM_SECRET_LEN;
	if (method == IKE_KE_CURVE25519)
		return CURVE25519_KEY_SIZE;
	return pqike_ecdh_coordinate_len(method) ?: pqike_modp_len(method);
}

/**
 * pqike_ke_complete() - reach the shared secret with the peer's KE data
 * @ke: begun with pqike_ke_initiate(); unchanged on error
 * @peer: the peer's KE data
 * @peer_len: octets in @peer
 * @extack: says what is wrong with @peer
 *
 * The private key stays: the caller wipes @ke when its step is taken, or forgets
 * the secret where that has come to nothing.
 *
 * Context: may sleep.
 * Return: 0, -EINVAL for a wrong length, -EKEYREJECTED for KE data that must
 * not be used, -ENOMEM, or an error of the crypto API.
 */
int pqike_ke_complete(struct pqike_ke *ke, const u8 *peer, size_t peer_len,
		      struct netlink_ext_ack *extack)
{
	const size_t secret_len = secret_len_of(ke->method);
	u8 *secret;
	int err;

	secret = kmalloc(secret_len, GFP_KERNEL_ACCOUNT);
	if (!secret)
		return -ENOMEM;
	err = reach_secret(ke, peer, peer_len, secret, extack);
	if (err) {
		kfree_sensitive(secret);
		return err;
	}
	ke->secret = secret;
	ke->secret_len = secret_len;
	return 0;
}
