/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel's AEAD interface as lets sk_payload.c and sk_algorithm.c
 * run here, over a cipher that keeps nothing secret: fake_aead.c has it.
 */
#ifndef _FUZZ_CRYPTO_AEAD_H
#define _FUZZ_CRYPTO_AEAD_H

#include <linux/scatterlist.h>
#include <linux/types.h>

#define CRYPTO_ALG_ASYNC		0
#define CRYPTO_TFM_REQ_MAY_SLEEP	0

struct crypto_aead;

struct aead_request {
	struct crypto_aead *aead;
	struct scatterlist *sg;
	unsigned int ad_len;
	unsigned int crypt_len;
	const u8 *nonce;
};

struct crypto_aead *crypto_alloc_aead(const char *name, u32 type, u32 mask);
void crypto_free_aead(struct crypto_aead *aead);
int crypto_aead_setauthsize(struct crypto_aead *aead, unsigned int size);
int crypto_aead_setkey(struct crypto_aead *aead, const u8 *key,
		       unsigned int len);
struct aead_request *aead_request_alloc(struct crypto_aead *aead, int flags);
void aead_request_free(struct aead_request *request);
int crypto_aead_encrypt(struct aead_request *request);
int crypto_aead_decrypt(struct aead_request *request);

#define aead_request_set_ad(request, len)	((request)->ad_len = (len))
#define aead_request_set_callback(request, flags, complete, data) \
	((void)(request))
#define aead_request_set_crypt(request, src, dst, len, iv) do {	\
	(request)->sg = (src);					\
	(request)->crypt_len = (len);				\
	(request)->nonce = (iv);				\
} while (0)

#endif
