/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_CRYPTO_INTERNAL_KPP_H
#define _SHIM_CRYPTO_INTERNAL_KPP_H

#include <crypto/kpp.h>

#define CRYPTO_ALG_ALLOCATES_MEMORY	0x00010000

struct crypto_alg {
	const char *cra_name;
	const char *cra_driver_name;
	int cra_priority;
	u32 cra_flags;
	void *cra_module;
	size_t cra_ctxsize;
};

struct kpp_alg {
	int (*set_secret)(struct crypto_kpp *tfm, const void *buf,
			  unsigned int len);
	int (*generate_public_key)(struct kpp_request *req);
	int (*compute_shared_secret)(struct kpp_request *req);
	unsigned int (*max_size)(struct crypto_kpp *tfm);
	int (*init)(struct crypto_kpp *tfm);
	void (*exit)(struct crypto_kpp *tfm);
	struct crypto_alg base;
};

static inline void *kpp_tfm_ctx(struct crypto_kpp *tfm)
{
	return tfm->ctx;
}

static inline struct crypto_kpp *crypto_kpp_reqtfm(struct kpp_request *req)
{
	return req->tfm;
}

int crypto_register_kpp(struct kpp_alg *alg);
void crypto_unregister_kpp(struct kpp_alg *alg);

#endif
