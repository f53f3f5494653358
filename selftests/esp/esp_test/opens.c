// SPDX-License-Identifier: GPL-2.0
/* Whether a transform holds a key. */
#include "opens.h"

#include <crypto/aead.h>
#include <linux/crypto.h>
#include <linux/err.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#define SPI_AND_SEQ_LEN	8
#define IV_LEN		8
#define DATA_LEN	16
#define ICV_LEN		16
#define PACKET_LEN	(SPI_AND_SEQ_LEN + IV_LEN + DATA_LEN + ICV_LEN)

static int crypt_packet(struct crypto_aead *aead, u8 *packet, bool encrypt)
{
	DECLARE_CRYPTO_WAIT(wait);
	struct aead_request *req;
	struct scatterlist sg;
	u8 *iv;
	int err = -ENOMEM;

	req = aead_request_alloc(aead, GFP_KERNEL);
	iv = kzalloc(IV_LEN, GFP_KERNEL);
	if (!req || !iv)
		goto free;

	sg_init_one(&sg, packet, PACKET_LEN);
	aead_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP,
				  crypto_req_done, &wait);
	aead_request_set_ad(req, SPI_AND_SEQ_LEN);
	aead_request_set_crypt(req, &sg, &sg,
			       IV_LEN + DATA_LEN + (encrypt ? 0 : ICV_LEN), iv);
	err = crypto_wait_req(encrypt ? crypto_aead_encrypt(req) :
					crypto_aead_decrypt(req), &wait);
free:
	kfree(iv);
	aead_request_free(req);
	return err;
}

static int seal_packet(const u8 *key, unsigned int key_len, u8 *packet)
{
	struct crypto_aead *aead;
	int err;

	aead = crypto_alloc_aead("seqiv(rfc4106(gcm(aes)))", 0, 0);
	if (IS_ERR(aead))
		return PTR_ERR(aead);

	err = crypto_aead_setkey(aead, key, key_len) ?:
	      crypto_aead_setauthsize(aead, ICV_LEN) ?:
	      crypt_packet(aead, packet, true);
	crypto_free_aead(aead);
	return err;
}

/**
 * opens() - whether a transform of ESP opens what was sealed under a key
 * @aead: the transform, seqiv(rfc4106(gcm(aes)))
 * @key: the key that another transform seals with, salt included
 * @key_len: its octets
 *
 * Context: process; may sleep.
 * Return: 1, 0, or a negative errno when it cannot be told.
 */
int opens(struct crypto_aead *aead, const u8 *key, unsigned int key_len)
{
	u8 *packet = kzalloc(PACKET_LEN, GFP_KERNEL);
	int err;

	if (!packet)
		return -ENOMEM;

	err = seal_packet(key, key_len, packet);
	if (err)
		goto free;
	err = crypt_packet(aead, packet, false);
	if (!err)
		err = 1;
	else if (err == -EBADMSG)
		err = 0;
free:
	kfree(packet);
	return err;
}
