// SPDX-License-Identifier: GPL-2.0
/*
 * ML-KEM as key-agreement protocol primitives of the crypto API.
 */
#include <crypto/internal/kpp.h>
#include <crypto/kpp.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "kpp.h"
#include "mlkem.h"

/**
 * DOC: ML-KEM in the call order of kpp
 *
 * kpp models Diffie-Hellman, where both sides do the same.  A KEM has two
 * different sides, and this is how they use a tfm:
 *
 * Initiator, who has the key pair::
 *
 *	crypto_kpp_set_secret(NULL, 0)		a fresh key pair, or
 *	crypto_kpp_set_secret(seed, 64)		that of the seed d || z
 *	crypto_kpp_generate_public_key()	input NULL, 0; output ek
 *	crypto_kpp_compute_shared_secret()	input ct; output the secret
 *
 * Responder, who is sent ek and answers with ct::
 *
 *	crypto_kpp_set_secret(m, 32)		only in tests: a given message m
 *	crypto_kpp_generate_public_key()	input ek; output ct
 *	crypto_kpp_compute_shared_secret()	input NULL, 0; output the secret
 *
 * The initiator's last two calls may be repeated.  The responder's secret can
 * be taken once: until it is, another ek is refused, and with it the tfm is as
 * new.  crypto_kpp_set_secret() is possible at any time and discards, also when
 * it fails, whatever was there.  A peer's error discards nothing.
 *
 * Lengths of inputs are exact.  An output may have more room than is needed:
 * req->dst_len becomes the octets written.  crypto_kpp_maxsize() is the larger
 * of the lengths of ek and ct.
 *
 * Every operation is synchronous and may sleep, whatever the request's flags; and
 * requests allocate memory, as %CRYPTO_ALG_ALLOCATES_MEMORY says.
 * Requests on one tfm run one after another.
 *
 * Errors, none of which writes any output:
 *
 * %-EINVAL: an input, or the secret given, has a wrong length; or a key pair is
 * set and generate_public_key() got an ek.
 * %-EKEYREJECTED: ek has a coefficient that is not reduced (FIPS 203, section
 * 7.2).
 * %-EOVERFLOW: the output has not enough room; req->dst_len becomes the octets
 * needed.
 * %-ENOKEY: generate_public_key() without input, or compute_shared_secret() with
 * input, before a key pair was set; compute_shared_secret() without input when
 * there is no secret to be taken.
 * %-EBUSY: generate_public_key() with input while a secret is waiting.
 * %-ENOMEM, and %-ERESTARTSYS of mlkem_keygen() and mlkem_encaps().
 */

enum mlkem_state {
	MLKEM_EMPTY,
	MLKEM_KEY_PAIR,		/* initiator: ek and dk are there */
	MLKEM_MESSAGE_SET,		/* responder: m is there */
	MLKEM_SHARED,	/* responder: the secret is there */
};

struct kpp_ctx {
	const struct mlkem_params *params;
	struct mutex lock;	/* of all below */
	enum mlkem_state state;
	union {
		struct {
			u8 ek[MLKEM_MAX_EK_LEN];
			u8 dk[MLKEM_MAX_DK_LEN];
		} key_pair;
		u8 message[MLKEM_MESSAGE_LEN];
		u8 shared[MLKEM_SECRET_LEN];
	} secret;
};

static void discard(struct kpp_ctx *ctx)
{
	memzero_explicit(&ctx->secret, sizeof(ctx->secret));
	ctx->state = MLKEM_EMPTY;
}

static int set_key_pair(struct kpp_ctx *ctx, const u8 *seed)
{
	u8 *ek = ctx->secret.key_pair.ek;
	u8 *dk = ctx->secret.key_pair.dk;
	int err;

	if (seed)
		err = mlkem_keygen_derand(ctx->params, seed, ek, dk);
	else
		err = mlkem_keygen(ctx->params, ek, dk);
	if (!err)
		ctx->state = MLKEM_KEY_PAIR;
	return err;
}

static int mlkem_set_secret(struct crypto_kpp *tfm, const void *buf,
			    unsigned int len)
{
	struct kpp_ctx *ctx = kpp_tfm_ctx(tfm);
	int err = 0;

	mutex_lock(&ctx->lock);
	discard(ctx);
	switch (len) {
	case 0:
		err = set_key_pair(ctx, NULL);
		break;
	case MLKEM_SEED_LEN:
		err = set_key_pair(ctx, buf);
		break;
	case MLKEM_MESSAGE_LEN:
		memcpy(ctx->secret.message, buf, MLKEM_MESSAGE_LEN);
		ctx->state = MLKEM_MESSAGE_SET;
		break;
	default:
		err = -EINVAL;
	}
	mutex_unlock(&ctx->lock);
	return err;
}

/* The input of a request, which must have @len octets, to a new buffer. */
static u8 *copy_input(struct kpp_request *req, unsigned int len)
{
	u8 *in;

	if (req->src_len != len || sg_nents_for_len(req->src, len) < 0)
		return ERR_PTR(-EINVAL);
	in = kmalloc(len, GFP_KERNEL);
	if (!in)
		return ERR_PTR(-ENOMEM);
	sg_copy_to_buffer(req->src, sg_nents_for_len(req->src, len), in, len);
	return in;
}

/* Whether the output has room for @len octets, before anything is spent. */
static int check_output(struct kpp_request *req, unsigned int len)
{
	if (req->dst_len < len) {
		req->dst_len = len;
		return -EOVERFLOW;
	}
	return sg_nents_for_len(req->dst, len) < 0 ? -EINVAL : 0;
}

static void write_output(struct kpp_request *req, const u8 *out,
			 unsigned int len)
{
	sg_copy_from_buffer(req->dst, sg_nents_for_len(req->dst, len), out,
			    len);
	req->dst_len = len;
}

static int give_ek(struct kpp_ctx *ctx, struct kpp_request *req)
{
	int err;

	if (ctx->state != MLKEM_KEY_PAIR)
		return -ENOKEY;
	err = check_output(req, ctx->params->ek_len);
	if (err)
		return err;
	write_output(req, ctx->secret.key_pair.ek, ctx->params->ek_len);
	return 0;
}

/* Encapsulate to @ek, with m if one was set; the shared secret replaces it. */
static int encapsulate(struct kpp_ctx *ctx, const u8 *ek, u8 *ct)
{
	const struct mlkem_params *p = ctx->params;
	u8 shared[MLKEM_SECRET_LEN];
	int err;

	if (ctx->state == MLKEM_MESSAGE_SET)
		err = mlkem_encaps_derand(p, ek, p->ek_len, ctx->secret.message,
					  ct, shared);
	else
		err = mlkem_encaps(p, ek, p->ek_len, ct, shared);
	if (err)
		return err;

	memcpy(ctx->secret.shared, shared, MLKEM_SECRET_LEN);
	memzero_explicit(shared, sizeof(shared));
	ctx->state = MLKEM_SHARED;
	return 0;
}

static int answer_ek(struct kpp_ctx *ctx, struct kpp_request *req)
{
	const struct mlkem_params *p = ctx->params;
	u8 *ek, *ct;
	int err;

	if (ctx->state == MLKEM_KEY_PAIR)
		return -EINVAL;
	if (ctx->state == MLKEM_SHARED)
		return -EBUSY;
	err = check_output(req, p->ct_len);
	if (err)
		return err;

	ek = copy_input(req, p->ek_len);
	if (IS_ERR(ek))
		return PTR_ERR(ek);
	ct = kmalloc(p->ct_len, GFP_KERNEL);
	if (!ct) {
		err = -ENOMEM;
		goto free_ek;
	}
	err = encapsulate(ctx, ek, ct);
	if (!err)
		write_output(req, ct, p->ct_len);
	kfree(ct);
free_ek:
	kfree(ek);
	return err;
}

static int mlkem_generate_public_key(struct kpp_request *req)
{
	struct kpp_ctx *ctx = kpp_tfm_ctx(crypto_kpp_reqtfm(req));
	int err;

	mutex_lock(&ctx->lock);
	if (req->src)
		err = answer_ek(ctx, req);
	else
		err = give_ek(ctx, req);
	mutex_unlock(&ctx->lock);
	return err;
}

static int decapsulate(struct kpp_ctx *ctx, struct kpp_request *req)
{
	const struct mlkem_params *p = ctx->params;
	u8 shared[MLKEM_SECRET_LEN];
	u8 *ct;
	int err;

	if (ctx->state != MLKEM_KEY_PAIR)
		return -ENOKEY;
	err = check_output(req, MLKEM_SECRET_LEN);
	if (err)
		return err;

	ct = copy_input(req, p->ct_len);
	if (IS_ERR(ct))
		return PTR_ERR(ct);
	err = mlkem_decaps(p, ctx->secret.key_pair.dk, p->dk_len, ct, p->ct_len,
			   shared);
	if (!err)
		write_output(req, shared, MLKEM_SECRET_LEN);
	memzero_explicit(shared, sizeof(shared));
	kfree(ct);
	return err;
}

static int take_shared_secret(struct kpp_ctx *ctx, struct kpp_request *req)
{
	int err;

	if (ctx->state != MLKEM_SHARED)
		return -ENOKEY;
	err = check_output(req, MLKEM_SECRET_LEN);
	if (err)
		return err;
	write_output(req, ctx->secret.shared, MLKEM_SECRET_LEN);
	discard(ctx);
	return 0;
}

static int mlkem_compute_shared_secret(struct kpp_request *req)
{
	struct kpp_ctx *ctx = kpp_tfm_ctx(crypto_kpp_reqtfm(req));
	int err;

	mutex_lock(&ctx->lock);
	if (req->src)
		err = decapsulate(ctx, req);
	else
		err = take_shared_secret(ctx, req);
	mutex_unlock(&ctx->lock);
	return err;
}

static unsigned int mlkem_max_size(struct crypto_kpp *tfm)
{
	struct kpp_ctx *ctx = kpp_tfm_ctx(tfm);

	return max(ctx->params->ek_len, ctx->params->ct_len);
}

static void init_tfm(struct crypto_kpp *tfm, const struct mlkem_params *p)
{
	struct kpp_ctx *ctx = kpp_tfm_ctx(tfm);

	ctx->params = p;
	ctx->state = MLKEM_EMPTY;
	mutex_init(&ctx->lock);
}

static int mlkem512_init_tfm(struct crypto_kpp *tfm)
{
	init_tfm(tfm, &mlkem512);
	return 0;
}

static int mlkem768_init_tfm(struct crypto_kpp *tfm)
{
	init_tfm(tfm, &mlkem768);
	return 0;
}

static int mlkem1024_init_tfm(struct crypto_kpp *tfm)
{
	init_tfm(tfm, &mlkem1024);
	return 0;
}

static void mlkem_exit_tfm(struct crypto_kpp *tfm)
{
	discard(kpp_tfm_ctx(tfm));
}

#define MLKEM_KPP_ALG(_name) {						\
	.set_secret = mlkem_set_secret,					\
	.generate_public_key = mlkem_generate_public_key,		\
	.compute_shared_secret = mlkem_compute_shared_secret,		\
	.max_size = mlkem_max_size,					\
	.init = _name##_init_tfm,					\
	.exit = mlkem_exit_tfm,						\
	.base = {							\
		.cra_name = #_name,					\
		.cra_driver_name = #_name "-generic",			\
		.cra_priority = 100,					\
		.cra_flags = CRYPTO_ALG_ALLOCATES_MEMORY,		\
		.cra_module = THIS_MODULE,				\
		.cra_ctxsize = sizeof(struct kpp_ctx),			\
	},								\
}

static struct kpp_alg algs[] = {
	MLKEM_KPP_ALG(mlkem512),
	MLKEM_KPP_ALG(mlkem768),
	MLKEM_KPP_ALG(mlkem1024),
};

int mlkem_kpp_register(void)
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

void mlkem_kpp_unregister(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(algs); i++)
		crypto_unregister_kpp(&algs[i]);
}
