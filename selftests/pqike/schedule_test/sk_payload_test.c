// SPDX-License-Identifier: GPL-2.0
/*
 * SK and SKF payloads with AES-GCM-16 (RFC 7296 section 3.14, RFC 5282,
 * RFC 7383).
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "report.h"
#include "sk_payload.h"

static bool cipher_begins(struct pqike_sk_cipher *cipher,
			  const struct octets *sk_e)
{
	memset(cipher, 0, sizeof(*cipher));
	if (pqike_sk_cipher_init(cipher, NULL))
		return false;
	if (!pqike_sk_cipher_set_key(cipher, sk_e->data, sk_e->len))
		return true;
	pqike_sk_cipher_free(cipher);
	return false;
}

static struct ike_header header_of(const struct sealed_vector *vector)
{
	struct ike_header header = {
		.version = IKE_VERSION_2,
		.exchange_type = vector->exchange,
		.flags = vector->flags,
		.message_id = cpu_to_be32(vector->message_id),
	};

	memcpy(header.spi_i, vector->spi_i.data, IKE_SPI_LEN);
	memcpy(header.spi_r, vector->spi_r.data, IKE_SPI_LEN);
	return header;
}

static u64 iv_of(const struct sealed_vector *vector)
{
	__be64 iv;

	memcpy(&iv, vector->iv.data, sizeof(iv));
	return be64_to_cpu(iv);
}

static bool seals(struct pqike_sk_cipher *cipher,
		  const struct sealed_vector *vector, size_t fragment_size)
{
	const struct ike_header header = header_of(vector);
	size_t len = 0;
	u8 *message;
	bool passed;

	cipher->next_iv = iv_of(vector);
	if (pqike_sk_seal(cipher, &header, vector->first_payload,
			  vector->plaintext.data, vector->plaintext.len,
			  fragment_size, &message, &len))
		return false;
	passed = len == vector->message.len &&
		 same_octets(message, &vector->message) &&
		 cipher->next_iv == iv_of(vector) + 1;
	kfree(message);
	return passed;
}

static bool opens(struct pqike_sk_cipher *cipher,
		  const struct sealed_vector *vector)
{
	struct pqike_sk_opened opened = {};
	bool passed;

	if (pqike_sk_open(cipher, vector->message.data, vector->message.len,
			  &opened, NULL))
		return false;
	passed = opened.len == vector->plaintext.len &&
		 same_octets(opened.plaintext, &vector->plaintext) &&
		 !memcmp(&opened.header, vector->message.data,
			 sizeof(opened.header)) &&
		 opened.first_payload == vector->first_payload &&
		 !opened.fragment && !opened.n_fragments;
	kfree_sensitive(opened.plaintext);
	return passed;
}

/* Refused, and nothing given out. */
static bool refuses(struct pqike_sk_cipher *cipher, const u8 *message,
		    size_t len)
{
	struct pqike_sk_opened opened;
	u8 *const untouched = (u8 *)&opened;

	memset(&opened, 0xa5, sizeof(opened));
	return pqike_sk_open(cipher, message, len, &opened, NULL) == -EBADMSG &&
	       !memchr_inv(untouched, 0xa5, sizeof(opened));
}

/* Each octet in turn with one bit turned. */
static bool refuses_tampered(struct pqike_sk_cipher *cipher,
			     const struct octets *message)
{
	u8 *copy = kmemdup(message->data, message->len, GFP_KERNEL);
	bool passed = copy;

	for (size_t i = 0; passed && i < message->len; i++) {
		copy[i] ^= 1 << i % 8;
		passed = refuses(cipher, copy, message->len);
		copy[i] = message->data[i];
	}
	kfree(copy);
	return passed;
}

/* Cut to every length, with lengths in the headers that fit. */
static bool refuses_cut(struct pqike_sk_cipher *cipher,
			const struct octets *message)
{
	struct ike_payload_header *payload;
	struct ike_header *header;
	bool passed = true;
	u8 *copy;

	for (size_t len = 0; passed && len < message->len; len++) {
		/* An allocation of its own, so that KASAN sees its end. */
		copy = kmemdup(message->data, len, GFP_KERNEL);
		if (!copy)
			return false;
		header = (struct ike_header *)copy;
		payload = (struct ike_payload_header *)(header + 1);
		if (len >= sizeof(*header))
			header->length = cpu_to_be32(len);
		if (len >= sizeof(*header) + sizeof(*payload))
			payload->length = cpu_to_be16(len - sizeof(*header));
		passed = refuses(cipher, copy, len);
		kfree(copy);
	}
	return passed;
}

static bool refuses_other_key(const struct octets *sk_e,
			      const struct octets *message, size_t octet)
{
	struct octets other = { .len = sk_e->len };
	struct pqike_sk_cipher cipher;
	bool passed = false;
	u8 *key;

	key = kmemdup(sk_e->data, sk_e->len, GFP_KERNEL);
	if (!key)
		return false;
	key[octet] ^= 1;
	other.data = key;
	if (cipher_begins(&cipher, &other)) {
		passed = refuses(&cipher, message->data, message->len);
		pqike_sk_cipher_free(&cipher);
	}
	kfree(key);
	return passed;
}

static void test_sealed(const struct sealed_vector *vector, unsigned int number)
{
	const struct octets *message = &vector->message;
	const struct octets *sk_e = &vector->sk_e;
	struct pqike_sk_cipher cipher;

	if (!cipher_begins(&cipher, sk_e)) {
		report(false, "SK %u: cipher takes the key", number);
		return;
	}
	if (!vector->padding_length) {
		report(seals(&cipher, vector, 0),
		       "SK %u, AES-GCM-16-%u: %zu octets sealed", number,
		       vector->encr_key_bits, vector->plaintext.len);
		report(seals(&cipher, vector, message->len),
		       "SK %u: whole where it just fits", number);
	}
	report(opens(&cipher, vector),
	       "SK %u, AES-GCM-16-%u: %zu octets opened, %u of padding", number,
	       vector->encr_key_bits, vector->plaintext.len,
	       vector->padding_length);
	report(refuses_tampered(&cipher, message),
	       "SK %u: a wrong bit in any octet is noticed", number);
	report(refuses_cut(&cipher, message), "SK %u: refused at every length",
	       number);
	pqike_sk_cipher_free(&cipher);

	report(refuses_other_key(sk_e, message, 0),
	       "SK %u: another key does not open it", number);
	report(refuses_other_key(sk_e, message, sk_e->len - 1),
	       "SK %u: another salt does not open it", number);
}

static bool seals_fragments(struct pqike_sk_cipher *cipher,
			    const struct fragmented_vector *vector)
{
	struct ike_header header;
	size_t len = 0, done = 0;
	bool passed = true;
	u8 *messages;

	memcpy(&header, vector->fragment[0].data, sizeof(header));
	cipher->next_iv = vector->first_iv;
	if (pqike_sk_seal(cipher, &header, vector->first_payload,
			  vector->plaintext.data, vector->plaintext.len,
			  vector->fragment_size, &messages, &len))
		return false;
	for (unsigned int i = 0; passed && i < vector->fragments; i++) {
		const struct octets *fragment = &vector->fragment[i];

		passed = done + fragment->len <= len &&
			 same_octets(messages + done, fragment);
		done += fragment->len;
	}
	kfree(messages);
	return passed && done == len;
}

static bool opens_fragment(struct pqike_sk_cipher *cipher,
			   const struct fragmented_vector *vector,
			   unsigned int number, size_t *done)
{
	const struct octets *fragment = &vector->fragment[number - 1];
	const u8 *expected = vector->plaintext.data + *done;
	struct pqike_sk_opened opened = {};
	bool passed;

	if (pqike_sk_open(cipher, fragment->data, fragment->len, &opened, NULL))
		return false;
	passed = opened.fragment == number &&
		 opened.n_fragments == vector->fragments &&
		 opened.first_payload ==
			 (number == 1 ? vector->first_payload : 0) &&
		 *done + opened.len <= vector->plaintext.len &&
		 !memcmp(opened.plaintext, expected, opened.len);
	*done += opened.len;
	kfree_sensitive(opened.plaintext);
	return passed;
}

static void test_fragmented(const struct fragmented_vector *vector,
			    unsigned int number)
{
	struct pqike_sk_cipher cipher;
	bool passed = true;
	size_t done = 0;

	if (!cipher_begins(&cipher, &vector->sk_e)) {
		report(false, "SKF %u: cipher takes the key", number);
		return;
	}
	report(seals_fragments(&cipher, vector),
	       "SKF %u: %zu octets sealed in %u fragments", number,
	       vector->plaintext.len, vector->fragments);
	for (unsigned int i = 1; passed && i <= vector->fragments; i++)
		passed = opens_fragment(&cipher, vector, i, &done);
	report(passed && done == vector->plaintext.len,
	       "SKF %u: %u fragments opened", number, vector->fragments);
	report(refuses_tampered(&cipher, &vector->fragment[1]),
	       "SKF %u: a wrong bit in any octet is noticed", number);
	pqike_sk_cipher_free(&cipher);
}

static void test_framing(const struct framing_vector *vector)
{
	const struct octets *message = &vector->message;
	struct pqike_sk_opened opened = {};
	struct pqike_sk_cipher cipher;
	bool passed = false;

	if (cipher_begins(&cipher, &vector->sk_e)) {
		if (vector->opens)
			passed = !pqike_sk_open(&cipher, message->data,
						message->len, &opened, NULL);
		else
			passed = refuses(&cipher, message->data, message->len);
		kfree_sensitive(opened.plaintext);
		pqike_sk_cipher_free(&cipher);
	}
	report(passed, "%s: %s", vector->opens ? "opened" : "refused",
	       vector->name);
}

static void test_transforms(void)
{
	static const struct {
		u16 encr;
		u16 key_bits;
		int result;
	} transforms[] = {
		{ 20, 128, 20 },		/* AES-GCM-16 */
		{ 20, 256, 36 },
		{ 20, 192, -EOPNOTSUPP },
		{ 20, 0, -EOPNOTSUPP },
		{ 19, 256, -EOPNOTSUPP },	/* AES-GCM-12 */
		{ 12, 256, -EOPNOTSUPP },	/* AES-CBC */
		{ 0, 0, -EOPNOTSUPP },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(transforms); i++)
		report(pqike_sk_e_len(transforms[i].encr,
				      transforms[i].key_bits, NULL) ==
			       transforms[i].result,
		       "SK_e of transform %u with %u bits: %d",
		       transforms[i].encr, transforms[i].key_bits,
		       transforms[i].result);
}

/**
 * test_sk_payload() - every vector of SK and SKF payloads
 *
 * Context: may sleep.
 */
void test_sk_payload(void)
{
	test_transforms();
	for (unsigned int i = 0; i < ARRAY_SIZE(sealed_vectors); i++)
		test_sealed(&sealed_vectors[i], i);
	for (unsigned int i = 0; i < ARRAY_SIZE(fragmented_vectors); i++)
		test_fragmented(&fragmented_vectors[i], i);
	for (unsigned int i = 0; i < ARRAY_SIZE(framing_vectors); i++)
		test_framing(&framing_vectors[i]);
}
