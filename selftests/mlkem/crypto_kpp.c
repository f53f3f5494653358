// SPDX-License-Identifier: GPL-2.0
/*
 * The registry of kpp algorithms and the calls of their users, as the kernel
 * has them, for tests outside it.
 */
#include <crypto/internal/kpp.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

static struct kpp_alg *registered[8];

int crypto_register_kpp(struct kpp_alg *alg)
{
	for (size_t i = 0; i < ARRAY_SIZE(registered); i++) {
		if (!registered[i]) {
			registered[i] = alg;
			return 0;
		}
	}
	return -ENOMEM;
}

void crypto_unregister_kpp(struct kpp_alg *alg)
{
	for (size_t i = 0; i < ARRAY_SIZE(registered); i++) {
		if (registered[i] == alg)
			registered[i] = NULL;
	}
}

static struct crypto_kpp *make_tfm(const struct kpp_alg *alg)
{
	struct crypto_kpp *tfm = malloc(sizeof(*tfm));

	tfm->alg = alg;
	tfm->ctx = calloc(1, alg->base.cra_ctxsize);
	alg->init(tfm);
	return tfm;
}

struct crypto_kpp *crypto_alloc_kpp(const char *name, u32 type, u32 mask)
{
	(void)type;
	(void)mask;

	for (size_t i = 0; i < ARRAY_SIZE(registered); i++) {
		if (registered[i] && !strcmp(registered[i]->base.cra_name, name))
			return make_tfm(registered[i]);
	}
	return ERR_PTR(-ENOENT);
}

void crypto_free_kpp(struct crypto_kpp *tfm)
{
	tfm->alg->exit(tfm);
	free(tfm->ctx);
	free(tfm);
}

int crypto_kpp_set_secret(struct crypto_kpp *tfm, const void *buf,
			  unsigned int len)
{
	return tfm->alg->set_secret(tfm, buf, len);
}

int crypto_kpp_generate_public_key(struct kpp_request *req)
{
	return req->tfm->alg->generate_public_key(req);
}

int crypto_kpp_compute_shared_secret(struct kpp_request *req)
{
	return req->tfm->alg->compute_shared_secret(req);
}

unsigned int crypto_kpp_maxsize(struct crypto_kpp *tfm)
{
	return tfm->alg->max_size(tfm);
}
