// SPDX-License-Identifier: GPL-2.0
/*
 * Sealing and opening of protected IKE messages.
 *
 *	IKE header | generic header | [fragment number, total] |
 *	IV | payloads | padding | Pad Length | ICV
 *
 * All before the IV is associated data.  The nonce is salt | IV; the IV counts
 * up, so no nonce is used twice under one key (RFC 5282 section 3.1).
 */
#include <crypto/aead.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "sk_payload.h"

struct skf_header {
	__be16 fragment;
	__be16 n_fragments;
} __packed;

#define SK_AAD_LEN	(sizeof(struct ike_header) + \
			 sizeof(struct ike_payload_header))
#define SKF_AAD_LEN	(SK_AAD_LEN + sizeof(struct skf_header))

/* What a message has beside associated data and payloads. */
#define SK_OVERHEAD	(PQIKE_SK_IV_LEN + 1 + PQIKE_SK_ICV_LEN)

/**
 * pqike_sk_e_len() - octets of SK_e for a cipher
 * @encr: transform ID of type 1
 * @key_bits: its Key Length attribute
 * @extack: names what is not supported
 *
 * Context: any.
 * Return: octets with salt, or -EOPNOTSUPP.
 */
int pqike_sk_e_len(u16 encr, u16 key_bits, struct netlink_ext_ack *extack)
{
	if (encr != IKE_ENCR_AES_GCM_16 || (key_bits != 128 && key_bits != 256)) {
		NL_SET_ERR_MSG(extack, "IKE encryption is not AES-GCM-16 with 128 or 256 bits");
		return -EOPNOTSUPP;
	}
	return key_bits / 8 + PQIKE_SK_SALT_LEN;
}

/**
 * pqike_sk_cipher_init() - get a cipher without a key
 * @cipher: all zero
 * @extack: says what the kernel lacks
 *
 * Context: may sleep.
 * Return: 0 or an error of crypto_alloc_aead().
 */
int pqike_sk_cipher_init(struct pqike_sk_cipher *cipher,
			 struct netlink_ext_ack *extack)
{
	struct crypto_aead *aead;
	int err;

	aead = crypto_alloc_aead("gcm(aes)", 0, CRYPTO_ALG_ASYNC);
	if (IS_ERR(aead)) {
		NL_SET_ERR_MSG(extack, "the kernel has no gcm(aes)");
		return PTR_ERR(aead);
	}
	err = crypto_aead_setauthsize(aead, PQIKE_SK_ICV_LEN);
	if (err) {
		crypto_free_aead(aead);
		return err;
	}
	cipher->aead = aead;
	return 0;
}

/**
 * pqike_sk_cipher_set_key() - start the use of a key
 * @cipher: the cipher
 * @sk_e: key and salt
 * @sk_e_len: octets in @sk_e
 *
 * Context: may sleep.
 * Return: 0 or an error of crypto_aead_setkey().
 */
int pqike_sk_cipher_set_key(struct pqike_sk_cipher *cipher, const u8 *sk_e,
			    unsigned int sk_e_len)
{
	const unsigned int key_len = sk_e_len - PQIKE_SK_SALT_LEN;
	int err;

	err = crypto_aead_setkey(cipher->aead, sk_e, key_len);
	if (err)
		return err;
	memcpy(cipher->salt, sk_e + key_len, PQIKE_SK_SALT_LEN);
	cipher->next_iv = 0;
	return 0;
}

/**
 * pqike_sk_cipher_free() - give a cipher back, its key wiped
 * @cipher: all zero afterwards
 *
 * Context: may sleep.
 */
void pqike_sk_cipher_free(struct pqike_sk_cipher *cipher)
{
	if (cipher->aead)
		crypto_free_aead(cipher->aead);
	memzero_explicit(cipher, sizeof(*cipher));
}

/*
 * Encrypt or decrypt in place: @aad_len octets, the IV, then @text_len octets
 * and the ICV.  The message is in memory from kmalloc().
 */
static int sk_crypt(const struct pqike_sk_cipher *cipher, u8 *message,
		    size_t aad_len, size_t text_len, bool seal)
{
	u8 nonce[PQIKE_SK_SALT_LEN + PQIKE_SK_IV_LEN];
	struct aead_request *request;
	struct scatterlist sg[2];
	int err;

	request = aead_request_alloc(cipher->aead, GFP_KERNEL);
	if (!request)
		return -ENOMEM;
	memcpy(nonce, cipher->salt, PQIKE_SK_SALT_LEN);
	memcpy(nonce + PQIKE_SK_SALT_LEN, message + aad_len, PQIKE_SK_IV_LEN);
	sg_init_table(sg, ARRAY_SIZE(sg));
	sg_set_buf(&sg[0], message, aad_len);
	sg_set_buf(&sg[1], message + aad_len + PQIKE_SK_IV_LEN,
		   text_len + PQIKE_SK_ICV_LEN);
	aead_request_set_ad(request, aad_len);
	aead_request_set_callback(request, CRYPTO_TFM_REQ_MAY_SLEEP, NULL, NULL);
	aead_request_set_crypt(request, sg, sg,
			       seal ? text_len : text_len + PQIKE_SK_ICV_LEN,
			       nonce);
	err = seal ? crypto_aead_encrypt(request) : crypto_aead_decrypt(request);
	aead_request_free(request);
	memzero_explicit(nonce, sizeof(nonce));
	return err;
}

/* A message under construction: a whole one or one fragment. */
struct sk_part {
	u8 first_payload;
	u16 fragment;
	u16 n_fragments;
	const u8 *plaintext;
	size_t len;
};

/* Write and encrypt one message at @message; returns its length. */
static ssize_t sk_seal_part(struct pqike_sk_cipher *cipher,
			    const struct ike_header *header,
			    const struct sk_part *part, u8 *message)
{
	const size_t aad_len = part->n_fragments ? SKF_AAD_LEN : SK_AAD_LEN;
	const size_t message_len = aad_len + SK_OVERHEAD + part->len;
	struct ike_header *out = (struct ike_header *)message;
	struct ike_payload_header *payload = (void *)(out + 1);
	struct skf_header *skf = (void *)(payload + 1);
	__be64 iv = cpu_to_be64(cipher->next_iv++);
	u8 *text = message + aad_len + sizeof(iv);
	int err;

	*out = *header;
	out->next_payload = part->n_fragments ? IKE_PAYLOAD_SKF : IKE_PAYLOAD_SK;
	out->length = cpu_to_be32(message_len);
	payload->next_payload = part->first_payload;
	payload->flags = 0;
	payload->length = cpu_to_be16(message_len - sizeof(*out));
	if (part->n_fragments) {
		skf->fragment = cpu_to_be16(part->fragment);
		skf->n_fragments = cpu_to_be16(part->n_fragments);
	}
	memcpy(message + aad_len, &iv, sizeof(iv));
	memcpy(text, part->plaintext, part->len);
	text[part->len] = 0;

	err = sk_crypt(cipher, message, aad_len, part->len + 1, true);
	return err ?: message_len;
}

/**
 * pqike_sk_seal() - protect a message, in fragments where it is too long
 * @cipher: cipher of this direction
 * @header: IKE header; Next Payload and Length are set here
 * @first_payload: type of the first payload in @plaintext
 * @plaintext: chain of payloads
 * @len: octets in @plaintext, at most PQIKE_MESSAGE_MAX
 * @fragment_size: largest message in octets, header included; 0: never
 *	fragment
 * @messages: receives the messages, one after the other, each as long as its
 *	header says; to be freed with kfree()
 * @messages_len: receives the octets of all
 *
 * Context: may sleep.
 * Return: 0, -EMSGSIZE when even fragments of @fragment_size do not do,
 * -ENOMEM, or an error of the cipher.
 */
int pqike_sk_seal(struct pqike_sk_cipher *cipher,
		  const struct ike_header *header, u8 first_payload,
		  const u8 *plaintext, size_t len, size_t fragment_size,
		  u8 **messages, size_t *messages_len)
{
	size_t n_fragments = 0, room = len, overhead = SK_AAD_LEN + SK_OVERHEAD;
	struct sk_part part = { .first_payload = first_payload };
	size_t n_messages, done = 0;
	ssize_t written;
	u8 *out, *end;

	if (fragment_size && overhead + len > fragment_size) {
		overhead = SKF_AAD_LEN + SK_OVERHEAD;
		if (fragment_size <= overhead)
			return -EMSGSIZE;
		room = fragment_size - overhead;
		n_fragments = DIV_ROUND_UP(len, room);
		if (n_fragments > U16_MAX)
			return -EMSGSIZE;
	}
	n_messages = n_fragments ?: 1;
	out = kmalloc(len + n_messages * overhead, GFP_KERNEL);
	if (!out)
		return -ENOMEM;

	end = out;
	part.n_fragments = n_fragments;
	for (size_t i = 0; i < n_messages; i++) {
		part.fragment = i + 1;
		part.plaintext = plaintext + done;
		part.len = min(room, len - done);
		written = sk_seal_part(cipher, header, &part, end);
		if (written < 0) {
			kfree_sensitive(out);
			return written;
		}
		end += written;
		done += part.len;
		part.first_payload = IKE_PAYLOAD_NONE;
	}
	*messages = out;
	*messages_len = end - out;
	return 0;
}

/* Read what stands before the IV; returns its length. */
static ssize_t sk_read_frame(const u8 *message, size_t len,
			     struct pqike_sk_opened *opened,
			     struct netlink_ext_ack *extack)
{
	const struct ike_payload_header *payload;
	struct ike_payload_chain chain;
	const struct skf_header *skf;
	size_t aad_len = SK_AAD_LEN;
	bool fragment;

	if (ike_message_check(message, len, &chain)) {
		NL_SET_ERR_MSG(extack, "malformed IKE header");
		return -EBADMSG;
	}
	fragment = chain.next_type == IKE_PAYLOAD_SKF;
	if (fragment) {
		aad_len = SKF_AAD_LEN;
	} else if (chain.next_type != IKE_PAYLOAD_SK) {
		NL_SET_ERR_MSG(extack, "message does not begin with an SK payload");
		return -EBADMSG;
	}
	payload = (const struct ike_payload_header *)chain.data;
	if (len < aad_len + SK_OVERHEAD ||
	    be16_to_cpu(payload->length) != chain.len) {
		NL_SET_ERR_MSG(extack, "SK payload does not fill the message");
		return -EBADMSG;
	}
	memcpy(&opened->header, message, sizeof(opened->header));
	opened->first_payload = payload->next_payload;
	opened->payload_flags = payload->flags;
	if (fragment) {
		skf = (const struct skf_header *)(payload + 1);
		opened->fragment = be16_to_cpu(skf->fragment);
		opened->n_fragments = be16_to_cpu(skf->n_fragments);
		if (!opened->fragment || opened->fragment > opened->n_fragments) {
			NL_SET_ERR_MSG(extack, "fragment number out of range");
			return -EBADMSG;
		}
	}
	return aad_len;
}

/**
 * pqike_sk_open() - verify and decrypt one message or fragment
 * @cipher: cipher of the peer's direction
 * @message: from the IKE header on, any memory
 * @len: octets in @message
 * @opened: receives header and plaintext; untouched on error
 * @extack: says what is wrong with @message
 *
 * Context: may sleep.
 * Return: 0, -EBADMSG when the message is malformed or does not verify,
 * -ENOMEM, or an error of the cipher.
 */
int pqike_sk_open(struct pqike_sk_cipher *cipher, const u8 *message, size_t len,
		  struct pqike_sk_opened *opened,
		  struct netlink_ext_ack *extack)
{
	struct pqike_sk_opened frame = {};
	size_t text_len, pad_len;
	ssize_t aad_len;
	u8 *copy, *text;
	int err;

	aad_len = sk_read_frame(message, len, &frame, extack);
	if (aad_len < 0)
		return aad_len;
	copy = kmemdup(message, len, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;

	text = copy + aad_len + PQIKE_SK_IV_LEN;
	text_len = len - aad_len - PQIKE_SK_IV_LEN - PQIKE_SK_ICV_LEN;
	err = sk_crypt(cipher, copy, aad_len, text_len, false);
	if (err) {
		NL_SET_ERR_MSG(extack, "message does not verify");
		goto out;
	}
	pad_len = text[text_len - 1] + 1;
	if (pad_len > text_len) {
		NL_SET_ERR_MSG(extack, "Pad Length is larger than the payload");
		err = -EBADMSG;
		goto out;
	}
	frame.len = text_len - pad_len;
	frame.plaintext = kmemdup(text, frame.len, GFP_KERNEL);
	if (!frame.plaintext) {
		err = -ENOMEM;
		goto out;
	}
	*opened = frame;
out:
	kfree_sensitive(copy);
	return err;
}
