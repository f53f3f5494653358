/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel's kpp API as lets kpp.c and what calls it run here.
 */
#ifndef _SHIM_CRYPTO_KPP_H
#define _SHIM_CRYPTO_KPP_H

#include <linux/scatterlist.h>
#include <linux/types.h>

struct kpp_alg;

struct crypto_kpp {
	const struct kpp_alg *alg;
	void *ctx;
};

struct kpp_request {
	struct crypto_kpp *tfm;
	struct scatterlist *src;
	struct scatterlist *dst;
	unsigned int src_len;
	unsigned int dst_len;
};

struct crypto_kpp *crypto_alloc_kpp(const char *name, u32 type, u32 mask);
void crypto_free_kpp(struct crypto_kpp *tfm);
int crypto_kpp_set_secret(struct crypto_kpp *tfm, const void *buf,
			  unsigned int len);
int crypto_kpp_generate_public_key(struct kpp_request *req);
int crypto_kpp_compute_shared_secret(struct kpp_request *req);
unsigned int crypto_kpp_maxsize(struct crypto_kpp *tfm);

#endif
