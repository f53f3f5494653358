// SPDX-License-Identifier: GPL-2.0
#include "fake_aead.h"

#include <crypto/aead.h>
#include <stdlib.h>

#include "draw.h"

#define MASK	0x5a	/* what encryption does to an octet */

struct crypto_aead {
	unsigned int tag_len;
};

u8 fake_aead_tag(const u8 *ad, size_t ad_len, const u8 *text, size_t text_len)
{
	u8 sum = 0;

	for (size_t i = 0; i < ad_len; i++)
		sum += ad[i];
	for (size_t i = 0; i < text_len; i++)
		sum += text[i];
	return sum;
}

struct crypto_aead *crypto_alloc_aead(const char *name, u32 type, u32 mask)
{
	require(*name);
	(void)type;
	(void)mask;
	return malloc(sizeof(struct crypto_aead));
}

void crypto_free_aead(struct crypto_aead *aead)
{
	free(aead);
}

int crypto_aead_setauthsize(struct crypto_aead *aead, unsigned int size)
{
	aead->tag_len = size;
	return 0;
}

int crypto_aead_setkey(struct crypto_aead *aead, const u8 *key,
		       unsigned int len)
{
	u8 sum = 0;

	/* All of it is there to be read. */
	(void)aead;
	for (unsigned int i = 0; i < len; i++)
		sum |= key[i];
	return sum ? 0 : -EINVAL;
}

struct aead_request *aead_request_alloc(struct crypto_aead *aead, int flags)
{
	struct aead_request *request = calloc(1, sizeof(*request));

	(void)flags;
	request->aead = aead;
	return request;
}

void aead_request_free(struct aead_request *request)
{
	free(request);
}

static void mask_text(const struct aead_request *request, size_t len)
{
	u8 *text = request->sg[1].buf;

	for (size_t i = 0; i < len; i++)
		text[i] ^= MASK;
}

static u8 tag_of(const struct aead_request *request, size_t len)
{
	require(request->sg[0].len == request->ad_len);
	require(request->sg[1].len == len + request->aead->tag_len);
	return fake_aead_tag(request->sg[0].buf, request->ad_len,
			     request->sg[1].buf, len);
}

int crypto_aead_encrypt(struct aead_request *request)
{
	size_t len = request->crypt_len;
	u8 *text = request->sg[1].buf;

	mask_text(request, len);
	memset(text + len, tag_of(request, len), request->aead->tag_len);
	return 0;
}

int crypto_aead_decrypt(struct aead_request *request)
{
	const size_t tag_len = request->aead->tag_len;
	const u8 *text = request->sg[1].buf;
	size_t len;

	require(request->crypt_len >= tag_len);
	len = request->crypt_len - tag_len;
	for (size_t i = 0; i < tag_len; i++)
		if (text[len + i] != tag_of(request, len))
			return -EBADMSG;
	mask_text(request, len);
	return 0;
}
