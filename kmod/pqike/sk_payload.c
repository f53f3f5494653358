// SPDX-License-Identifier: GPL-2.0
/*
 * Sealing and opening of protected IKE messages.
 *
 *	IKE header | generic header | [fragment number, total] |
 *	IV | payloads | padding | Pad Length | ICV
 *
 * To an AEAD all before the IV is associated data, and the nonce is salt | IV;
 * the IV counts up, so no nonce is used twice under one key (RFC 5282 section
 * 3.1).  The MAC beside AES-CBC covers the IV as well, which is random.
 */
#include <crypto/aead.h>
#include <crypto/authenc.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/linux/pqike.h>

#include "sk_payload.h"

struct skf_header {
	__be16 fragment;
	__be16 n_fragments;
} __packed;

#define SK_AAD_LEN	(sizeof(struct ike_header) + \
			 sizeof(struct ike_payload_header))
#define SKF_AAD_LEN	(SK_AAD_LEN + sizeof(struct skf_header))

/**
 * pqike_sk_cipher_init() - get a cipher without a key
 * @cipher: all zero
 * @algorithm: what was negotiated
 * @extack: says what the kernel lacks
 *
 * Context: may sleep.
 * Return: 0 or an error of crypto_alloc_aead().
 */
int pqike_sk_cipher_init(struct pqike_sk_cipher *cipher,
			 const struct pqike_sk_algorithm *algorithm,
			 struct netlink_ext_ack *extack)
{
	struct crypto_aead *aead;
	int err;

	aead = crypto_alloc_aead(algorithm->name, 0, CRYPTO_ALG_ASYNC);
	if (IS_ERR(aead)) {
		NL_SET_ERR_MSG(extack, "the kernel lacks the cipher of the IKE SA");
		return PTR_ERR(aead);
	}
	err = crypto_aead_setauthsize(aead, algorithm->icv_len);
	if (err) {
		crypto_free_aead(aead);
		return err;
	}
	cipher->algorithm = algorithm;
	cipher->aead = aead;
	return 0;
}

/* authenc takes both keys in one buffer, behind the length of the second. */
static int set_both_keys(const struct pqike_sk_algorithm *algorithm,
			 struct crypto_aead *aead, const u8 *sk_a,
			 const u8 *sk_e)
{
	struct {
		struct rtattr attr;
		struct crypto_authenc_key_param param;
		u8 keys[PQIKE_SK_A_LEN_MAX + PQIKE_SK_E_LEN_MAX];
	} *buffer;
	unsigned int len = offsetof(typeof(*buffer), keys) +
			   algorithm->sk_a_len + algorithm->sk_e_len;
	int err;

	buffer = kmalloc(len, GFP_KERNEL_ACCOUNT);
	if (!buffer)
		return -ENOMEM;
	buffer->attr.rta_type = CRYPTO_AUTHENC_KEYA_PARAM;
	buffer->attr.rta_len = RTA_LENGTH(sizeof(buffer->param));
	buffer->param.enckeylen = cpu_to_be32(algorithm->sk_e_len);
	memcpy(buffer->keys, sk_a, algorithm->sk_a_len);
	memcpy(buffer->keys + algorithm->sk_a_len, sk_e, algorithm->sk_e_len);
	err = crypto_aead_setkey(aead, (u8 *)buffer, len);
	kfree_sensitive(buffer);
	return err;
}

/**
 * pqike_sk_cipher_set_key() - start the use of keys
 * @cipher: the cipher
 * @sk_a: SK_ai or SK_ar; not read beside an AEAD
 * @sk_e: SK_ei or SK_er, salt last
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or an error of crypto_aead_setkey().
 */
int pqike_sk_cipher_set_key(struct pqike_sk_cipher *cipher, const u8 *sk_a,
			    const u8 *sk_e)
{
	const struct pqike_sk_algorithm *algorithm = cipher->algorithm;
	const unsigned int key_len = algorithm->sk_e_len - algorithm->salt_len;
	int err;

	err = algorithm->integ ?
		set_both_keys(algorithm, cipher->aead, sk_a, sk_e) :
		crypto_aead_setkey(cipher->aead, sk_e, key_len);
	if (err)
		return err;
	memcpy(cipher->salt, sk_e + key_len, algorithm->salt_len);
	cipher->next_iv = 0;
	return 0;
}

/**
 * pqike_sk_cipher_free() - give a cipher back, its keys wiped
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
	const struct pqike_sk_algorithm *algorithm = cipher->algorithm;
	const size_t ad_len = aad_len + (algorithm->integ ? algorithm->iv_len : 0);
	u8 nonce[PQIKE_SK_SALT_LEN_MAX + PQIKE_SK_IV_LEN_MAX];
	struct aead_request *request;
	struct scatterlist sg[2];
	int err;

	request = aead_request_alloc(cipher->aead, GFP_KERNEL);
	if (!request)
		return -ENOMEM;
	memcpy(nonce, cipher->salt, algorithm->salt_len);
	memcpy(nonce + algorithm->salt_len, message + aad_len,
	       algorithm->iv_len);
	sg_init_table(sg, ARRAY_SIZE(sg));
	sg_set_buf(&sg[0], message, ad_len);
	sg_set_buf(&sg[1], message + aad_len + algorithm->iv_len,
		   text_len + algorithm->icv_len);
	aead_request_set_ad(request, ad_len);
	aead_request_set_callback(request, CRYPTO_TFM_REQ_MAY_SLEEP, NULL, NULL);
	aead_request_set_crypt(request, sg, sg,
			       seal ? text_len : text_len + algorithm->icv_len,
			       nonce);
	err = seal ? crypto_aead_encrypt(request) : crypto_aead_decrypt(request);
	aead_request_free(request);
	memzero_explicit(nonce, sizeof(nonce));
	return err;
}

/* Octets of payloads, padding and Pad Length. */
static size_t padded_len(const struct pqike_sk_algorithm *algorithm, size_t len)
{
	return roundup(len + 1, algorithm->block_len);
}

/* Octets beside associated data and what is encrypted. */
static size_t frame_len(const struct pqike_sk_algorithm *algorithm)
{
	return algorithm->iv_len + algorithm->icv_len;
}

static void write_iv(struct pqike_sk_cipher *cipher, u8 *out)
{
	__be64 counter;

	if (cipher->algorithm->integ) {
		get_random_bytes(out, cipher->algorithm->iv_len);
		return;
	}
	counter = cpu_to_be64(cipher->next_iv++);
	memcpy(out, &counter, sizeof(counter));
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
	const struct pqike_sk_algorithm *algorithm = cipher->algorithm;
	const size_t aad_len = part->n_fragments ? SKF_AAD_LEN : SK_AAD_LEN;
	const size_t text_len = padded_len(algorithm, part->len);
	const size_t message_len = aad_len + frame_len(algorithm) + text_len;
	struct ike_header *out = (struct ike_header *)message;
	struct ike_payload_header *payload = (void *)(out + 1);
	struct skf_header *skf = (void *)(payload + 1);
	u8 *text = message + aad_len + algorithm->iv_len;
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
	write_iv(cipher, message + aad_len);
	memcpy(text, part->plaintext, part->len);
	memset(text + part->len, 0, text_len - part->len);
	text[text_len - 1] = text_len - part->len - 1;

	err = sk_crypt(cipher, message, aad_len, text_len, true);
	return err ?: message_len;
}

/*
 * Octets of payloads that an SKF payload in a message of @message_len octets
 * takes, 0 for none.
 */
static size_t fragment_room(const struct pqike_sk_algorithm *algorithm,
			    size_t message_len)
{
	const size_t overhead = SKF_AAD_LEN + frame_len(algorithm);

	if (message_len < overhead + algorithm->block_len)
		return 0;
	return rounddown(message_len - overhead, algorithm->block_len) - 1;
}

/**
 * pqike_sk_lay_out() - into which messages payloads are going to be sealed
 * @layout: receives it
 * @algorithm: what was negotiated
 * @len: octets of payloads
 * @fragment_size: as for pqike_sk_seal()
 *
 * Context: any.
 * Return: 0, or -EMSGSIZE when even fragments of @fragment_size do not do, or
 * when all together have more than %PQIKE_MESSAGE_MAX octets.
 */
int pqike_sk_lay_out(struct pqike_sk_layout *layout,
		     const struct pqike_sk_algorithm *algorithm, size_t len,
		     size_t fragment_size)
{
	layout->fragmented = false;
	layout->n_messages = 1;
	layout->message_len = SK_AAD_LEN + frame_len(algorithm) +
			      padded_len(algorithm, len);
	layout->room = len;
	if (fragment_size && layout->message_len > fragment_size) {
		layout->fragmented = true;
		layout->message_len = fragment_size;
		layout->room = fragment_room(algorithm, fragment_size);
		if (!layout->room)
			return -EMSGSIZE;
		layout->n_messages = DIV_ROUND_UP(len, layout->room);
	}
	if (layout->n_messages > PQIKE_MESSAGE_MAX / layout->message_len)
		return -EMSGSIZE;
	return 0;
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
 * Return: 0, an error of pqike_sk_lay_out(), -ENOMEM, or an error of the cipher.
 */
int pqike_sk_seal(struct pqike_sk_cipher *cipher,
		  const struct ike_header *header, u8 first_payload,
		  const u8 *plaintext, size_t len, size_t fragment_size,
		  u8 **messages, size_t *messages_len)
{
	struct sk_part part = { .first_payload = first_payload };
	struct pqike_sk_layout layout;
	ssize_t written;
	size_t done = 0;
	u8 *out, *end;
	int err;

	err = pqike_sk_lay_out(&layout, cipher->algorithm, len, fragment_size);
	if (err)
		return err;
	if (layout.fragmented)
		part.n_fragments = layout.n_messages;
	out = kmalloc(layout.n_messages * layout.message_len,
		      GFP_KERNEL_ACCOUNT);
	if (!out)
		return -ENOMEM;

	end = out;
	for (size_t i = 0; i < layout.n_messages; i++) {
		part.fragment = i + 1;
		part.plaintext = plaintext + done;
		part.len = min(layout.room, len - done);
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
static ssize_t sk_read_frame(const struct pqike_sk_algorithm *algorithm,
			     const u8 *message, size_t len,
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
	if (len < aad_len + frame_len(algorithm) + algorithm->block_len ||
	    be16_to_cpu(payload->length) != chain.len) {
		NL_SET_ERR_MSG(extack, "SK payload does not fill the message");
		return -EBADMSG;
	}
	if ((len - aad_len - frame_len(algorithm)) % algorithm->block_len) {
		NL_SET_ERR_MSG(extack, "SK payload is not made of whole cipher blocks");
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
	const struct pqike_sk_algorithm *algorithm = cipher->algorithm;
	struct pqike_sk_opened frame = {};
	size_t text_len, pad_len;
	ssize_t aad_len;
	u8 *copy, *text;
	int err;

	aad_len = sk_read_frame(algorithm, message, len, &frame, extack);
	if (aad_len < 0)
		return aad_len;
	copy = kmemdup(message, len, GFP_KERNEL_ACCOUNT);
	if (!copy)
		return -ENOMEM;

	text = copy + aad_len + algorithm->iv_len;
	text_len = len - aad_len - frame_len(algorithm);
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
	frame.plaintext = kmemdup(text, frame.len, GFP_KERNEL_ACCOUNT);
	if (!frame.plaintext) {
		err = -ENOMEM;
		goto out;
	}
	*opened = frame;
out:
	kfree_sensitive(copy);
	return err;
}
