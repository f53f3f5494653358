// SPDX-License-Identifier: GPL-2.0
/* Whether a transform holds the key that it held before. */
#include "opens.h"

#include <crypto/aead.h>
#include <linux/crypto.h>
#include <linux/err.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#define SPI_AND_SEQ_LEN	8
#define IV_LEN_MAX	16
#define DATA_LEN	16

static size_t packet_len(struct crypto_aead *aead)
{
	return SPI_AND_SEQ_LEN + crypto_aead_ivsize(aead) + DATA_LEN +
	       crypto_aead_authsize(aead);
}

static int crypt_packet(struct crypto_aead *aead, u8 *packet, bool encrypt)
{
	unsigned int len = crypto_aead_ivsize(aead) + DATA_LEN;
	DECLARE_CRYPTO_WAIT(wait);
	struct aead_request *req;
	struct scatterlist sg;
	u8 *iv;
	int err = -ENOMEM;

	req = aead_request_alloc(aead, GFP_KERNEL);
	iv = kzalloc(IV_LEN_MAX, GFP_KERNEL);
	if (!req || !iv)
		goto free;

	if (!encrypt)
		len += crypto_aead_authsize(aead);
	sg_init_one(&sg, packet, packet_len(aead));
	aead_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP,
				  crypto_req_done, &wait);
	aead_request_set_ad(req, SPI_AND_SEQ_LEN);
	aead_request_set_crypt(req, &sg, &sg, len, iv);
	err = crypto_wait_req(encrypt ? crypto_aead_encrypt(req) :
					crypto_aead_decrypt(req), &wait);
free:
	kfree(iv);
	aead_request_free(req);
	return err;
}

/**
 * seal() - seal a packet with a transform of ESP
 * @aead: the transform, without Extended Sequence Numbers
 *
 * Context: process; may sleep.
 * Return: the packet for opens(), to be freed; or ERR_PTR().
 */
u8 *seal(struct crypto_aead *aead)
{
	u8 *packet = kzalloc(packet_len(aead), GFP_KERNEL);
	int err;

	if (!packet)
		return ERR_PTR(-ENOMEM);

	err = crypt_packet(aead, packet, true);
	if (!err)
		return packet;

	kfree(packet);
	return ERR_PTR(err);
}

/**
 * opens() - whether a transform still opens what it sealed
 * @aead: the transform
 * @packet: of seal()
 *
 * Context: process; may sleep.
 * Return: 1, 0, or a negative errno when it cannot be told.
 */
int opens(struct crypto_aead *aead, const u8 *packet)
{
	u8 *copy = kmemdup(packet, packet_len(aead), GFP_KERNEL);
	int err;

	if (!copy)
		return -ENOMEM;

	err = crypt_packet(aead, copy, false);
	kfree(copy);
	if (err == -EBADMSG)
		return 0;
	return err ?: 1;
}
