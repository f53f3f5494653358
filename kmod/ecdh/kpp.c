// SPDX-License-Identifier: GPL-2.0
/*
 * ECDH as key-agreement protocol primitives of the crypto API.
 *
 * The names, the forms of keys and the lengths are those of the kernel's crypto/ecdh.c,
 * in whose place these are found by their priority: crypto_ecdh_encode_key() makes what
 * crypto_kpp_set_secret() takes, without a key for a random one; points are x || y,
 * exactly as long as the curve wants; and a request whose output has less room than
 * there is gets as much as fits.
 *
 * Every operation is synchronous and may sleep.  Requests on one tfm may run side by side,
 * but not beside crypto_kpp_set_secret().
 *
 * Errors: %-EINVAL for a secret, a length or a point that is not valid, %-ENOKEY before
 * there is a secret, %-ENOMEM, and those of ecdh_generate_private_key().
 */
#include <crypto/ecdh.h>
#include <crypto/internal/kpp.h>
#include <crypto/kpp.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/string.h>

#include "ecdh.h"
#include "kpp.h"

struct kpp_ctx {
	const struct ecdh_curve *curve;
	bool has_key;
	u8 key[ECDH_MAX_OCTETS];
};

static void discard(struct kpp_ctx *ctx)
{
	memzero_explicit(ctx->key, sizeof(ctx->key));
	ctx->has_key = false;
}

static int set_key(struct kpp_ctx *ctx, const struct ecdh *params)
{
	if (!params->key_size)
		return ecdh_generate_private_key(ctx->curve, ctx->key);
	if (params->key_size != ctx->curve->octets)
		return -EINVAL;
	memcpy(ctx->key, params->key, params->key_size);
	return ecdh_check_private_key(ctx->curve, ctx->key);
}

static int ecdh_set_secret(struct crypto_kpp *tfm, const void *buf,
			   unsigned int len)
{
	struct kpp_ctx *ctx = kpp_tfm_ctx(tfm);
	struct ecdh params;
	int err;

	discard(ctx);
	if (crypto_ecdh_decode_key(buf, len, &params) < 0)
		return -EINVAL;
	err = set_key(ctx, &params);
	if (err)
		discard(ctx);
	else
		ctx->has_key = true;
	return err;
}

static int write_output(struct kpp_request *req, const u8 *out, unsigned int len)
{
	const unsigned int fits = min(len, req->dst_len);
	const int nents = sg_nents_for_len(req->dst, fits);

	if (nents < 0 || sg_copy_from_buffer(req->dst, nents, out, fits) != fits)
		return -EINVAL;
	return 0;
}

static int ecdh_generate_public_key(struct kpp_request *req)
{
	const struct kpp_ctx *ctx = kpp_tfm_ctx(crypto_kpp_reqtfm(req));
	u8 point[2 * ECDH_MAX_OCTETS];
	int err;

	if (!ctx->has_key)
		return -ENOKEY;
	err = ecdh_public_key(ctx->curve, ctx->key, point);
	return err ?: write_output(req, point, 2 * ctx->curve->octets);
}

/* The peer's point, which must have exactly @len octets */
static int read_input(struct kpp_request *req, u8 *point, unsigned int len)
{
	int nents;

	if (req->src_len != len)
		return -EINVAL;
	nents = sg_nents_for_len(req->src, len);
	if (nents < 0 || sg_copy_to_buffer(req->src, nents, point, len) != len)
		return -EINVAL;
	return 0;
}

static int ecdh_compute_shared_secret(struct kpp_request *req)
{
	const struct kpp_ctx *ctx = kpp_tfm_ctx(crypto_kpp_reqtfm(req));
	u8 peer[2 * ECDH_MAX_OCTETS], secret[ECDH_MAX_OCTETS];
	int err;

	if (!ctx->has_key)
		return -ENOKEY;
	err = read_input(req, peer, 2 * ctx->curve->octets);
	if (err)
		return err;
	err = ecdh_shared_secret(ctx->curve, ctx->key, peer, secret);
	if (err)
		return err;
	err = write_output(req, secret, ctx->curve->octets);
	memzero_explicit(secret, sizeof(secret));
	return err;
}

static unsigned int ecdh_max_size(struct crypto_kpp *tfm)
{
	const struct kpp_ctx *ctx = kpp_tfm_ctx(tfm);

	return 2 * ctx->curve->octets;
}

static void init_tfm(struct crypto_kpp *tfm, const struct ecdh_curve *curve)
{
	struct kpp_ctx *ctx = kpp_tfm_ctx(tfm);

	ctx->curve = curve;
	discard(ctx);
}

static int p256_init_tfm(struct crypto_kpp *tfm)
{
	init_tfm(tfm, &ecdh_p256);
	return 0;
}

static int p384_init_tfm(struct crypto_kpp *tfm)
{
	init_tfm(tfm, &ecdh_p384);
	return 0;
}

static void ecdh_exit_tfm(struct crypto_kpp *tfm)
{
	discard(kpp_tfm_ctx(tfm));
}

/* Of crypto/ecdh.c the priority is 100. */
#define ECDH_KPP_ALG(_curve) {						\
	.set_secret = ecdh_set_secret,					\
	.generate_public_key = ecdh_generate_public_key,		\
	.compute_shared_secret = ecdh_compute_shared_secret,		\
	.max_size = ecdh_max_size,					\
	.init = _curve##_init_tfm,					\
	.exit = ecdh_exit_tfm,						\
	.base = {							\
		.cra_name = "ecdh-nist-" #_curve,			\
		.cra_driver_name = "ecdh-nist-" #_curve "-montgomery",	\
		.cra_priority = 200,					\
		.cra_flags = CRYPTO_ALG_ALLOCATES_MEMORY,		\
		.cra_module = THIS_MODULE,				\
		.cra_ctxsize = sizeof(struct kpp_ctx),			\
	},								\
}

static struct kpp_alg algs[] = {
	ECDH_KPP_ALG(p256),
	ECDH_KPP_ALG(p384),
};

int ecdh_kpp_register(void)
{
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(algs); i++) {
		err = crypto_register_kpp(&algs[i]);
		if (err) {
			while (i--)
				crypto_unregister_kpp(&algs[i]);
			return err;
		}
	}
	return 0;
}

void ecdh_kpp_unregister(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(algs); i++)
		crypto_unregister_kpp(&algs[i]);
}
