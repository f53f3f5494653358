// SPDX-License-Identifier: GPL-2.0
/*
 * SK and SKF payloads (RFC 7296 section 3.14, RFC 5282, RFC 7634, RFC 3602,
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
			  const struct keyed_suite *suite)
{
	const struct pqike_sk_algorithm *algorithm;

	memset(cipher, 0, sizeof(*cipher));
	algorithm = pqike_sk_algorithm_find(suite->encr, suite->encr_key_bits,
					    suite->integ, NULL);
	if (!algorithm || algorithm->sk_a_len != suite->sk_a.len ||
	    algorithm->sk_e_len != suite->sk_e.len ||
	    pqike_sk_cipher_init(cipher, algorithm, NULL))
		return false;
	if (!pqike_sk_cipher_set_key(cipher, suite->sk_a.data,
				     suite->sk_e.data))
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

/* Gives what is inside the vector's message. */
static bool opens(struct pqike_sk_cipher *cipher,
		  const struct sealed_vector *vector, const u8 *message)
{
	struct pqike_sk_opened opened = {};
	bool passed;

	if (pqike_sk_open(cipher, message, vector->message.len, &opened, NULL))
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

/*
 * A message sealed under an IV that is random is compared by what is in it, and
 * its IV with that of another.
 */
static bool is_sealed(struct pqike_sk_cipher *cipher,
		      const struct sealed_vector *vector, const u8 *message)
{
	static u8 iv_before[PQIKE_SK_IV_LEN_MAX];
	const u8 *iv = message + sizeof(struct ike_header) +
		       sizeof(struct ike_payload_header);
	bool fresh;

	if (!vector->suite.integ)
		return same_octets(message, &vector->message) &&
		       cipher->next_iv == iv_of(vector) + 1;
	fresh = memcmp(iv, iv_before, sizeof(iv_before));
	memcpy(iv_before, iv, sizeof(iv_before));
	return fresh && opens(cipher, vector, message);
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
		 is_sealed(cipher, vector, message);
	kfree(message);
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

static bool refuses_other_key(const struct sealed_vector *vector,
			      const struct octets *changed, size_t octet)
{
	struct sealed_vector other = *vector;
	struct octets *key = changed == &vector->suite.sk_a ?
		&other.suite.sk_a : &other.suite.sk_e;
	struct pqike_sk_cipher cipher;
	bool passed = false;
	u8 *copy;

	copy = kmemdup(changed->data, changed->len, GFP_KERNEL);
	if (!copy)
		return false;
	copy[octet] ^= 1;
	key->data = copy;
	if (cipher_begins(&cipher, &other.suite)) {
		passed = refuses(&cipher, vector->message.data,
				 vector->message.len);
		pqike_sk_cipher_free(&cipher);
	}
	kfree(copy);
	return passed;
}

/* Of an AEAD the key and the salt; else the keys of the MAC. */
static void test_other_keys(const struct sealed_vector *vector,
			    unsigned int number)
{
	const struct octets *changed =
		vector->suite.integ ? &vector->suite.sk_a : &vector->suite.sk_e;

	report(refuses_other_key(vector, changed, 0),
	       "SK %u: another key does not open it", number);
	report(refuses_other_key(vector, changed, changed->len - 1),
	       "SK %u: another key or salt, in its end, does not open it",
	       number);
}

/* With the padding that there must be? */
static bool is_padded_least(const struct sealed_vector *vector)
{
	return vector->padding_length < (vector->suite.integ ? 16 : 1);
}

static void test_sealed(const struct sealed_vector *vector, unsigned int number)
{
	const struct octets *message = &vector->message;
	struct pqike_sk_cipher cipher;

	if (!cipher_begins(&cipher, &vector->suite)) {
		report(false, "SK %u: cipher takes the keys", number);
		return;
	}
	if (is_padded_least(vector)) {
		report(seals(&cipher, vector, 0),
		       "SK %u, %s, %zu octets: sealed", number,
		       cipher.algorithm->name, vector->plaintext.len);
		report(seals(&cipher, vector, message->len),
		       "SK %u: whole where it just fits", number);
	}
	report(opens(&cipher, vector, message->data),
	       "SK %u, %s, %zu octets: opened, %u of padding", number,
	       cipher.algorithm->name, vector->plaintext.len,
	       vector->padding_length);
	report(refuses_tampered(&cipher, message),
	       "SK %u: a wrong bit in any octet is noticed", number);
	report(refuses_cut(&cipher, message), "SK %u: refused at every length",
	       number);
	pqike_sk_cipher_free(&cipher);
	test_other_keys(vector, number);
}

/* IKE header, generic header, fragment number and total */
#define SKF_HEADERS	36

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

		/* A random IV makes all behind it different. */
		passed = done + fragment->len <= len &&
			 (vector->suite.integ ?
			  !memcmp(messages + done, fragment->data, SKF_HEADERS) :
			  same_octets(messages + done, fragment));
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

	if (!cipher_begins(&cipher, &vector->suite)) {
		report(false, "SKF %u: cipher takes the keys", number);
		return;
	}
	report(seals_fragments(&cipher, vector),
	       "SKF %u, %s: %zu octets sealed in %u fragments", number,
	       cipher.algorithm->name, vector->plaintext.len,
	       vector->fragments);
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

	if (cipher_begins(&cipher, &vector->suite)) {
		if (vector->opens)
			passed = !pqike_sk_open(&cipher, message->data,
						message->len, &opened, NULL);
		else
			passed = refuses(&cipher, message->data, message->len);
		kfree_sensitive(opened.plaintext);
		pqike_sk_cipher_free(&cipher);
	}
	report(passed, "transforms %u and %u, %s: %s", vector->suite.encr,
	       vector->suite.integ, vector->opens ? "opened" : "refused",
	       vector->name);
}

static void test_transforms(void)
{
	static const struct {
		u16 encr;
		u16 key_bits;
		u16 integ;
		bool supported;
	} transforms[] = {
		{ 20, 128, 0, true },		/* AES-GCM-16 */
		{ 20, 256, 0, true },
		{ 20, 192, 0, true },
		{ 20, 160, 0, false },
		{ 20, 0, 0, false },
		{ 20, 256, 12, false },		/* an AEAD beside an integrity */
		{ 28, 0, 0, true },		/* ChaCha20-Poly1305 */
		{ 28, 256, 0, false },
		{ 28, 0, 13, false },
		{ 12, 128, 12, true },		/* AES-CBC */
		{ 12, 256, 14, true },
		{ 12, 192, 12, true },
		{ 12, 160, 12, false },
		{ 12, 0, 12, false },
		{ 12, 128, 0, false },		/* and nothing that verifies */
		{ 12, 256, 2, false },		/* HMAC-SHA1-96 */
		{ 12, 256, 15, false },
		{ 19, 256, 0, false },		/* AES-GCM-12 */
		{ 13, 256, 12, false },		/* AES-CTR */
		{ 11, 0, 12, false },		/* NULL */
		{ 0, 0, 0, false },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(transforms); i++)
		report(!pqike_sk_algorithm_find(transforms[i].encr,
						transforms[i].key_bits,
						transforms[i].integ, NULL) ==
			       !transforms[i].supported,
		       "encryption %u with %u bits, integrity %u: %s",
		       transforms[i].encr, transforms[i].key_bits,
		       transforms[i].integ,
		       transforms[i].supported ? "taken" : "refused");
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
