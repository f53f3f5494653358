// SPDX-License-Identifier: GPL-2.0
/*
 * What pqike.ko does with protected messages: any octets are opened or refused;
 * what was sealed is opened again, whole or put together from fragments that come
 * in any order, more than once, and in two sizes.
 */
#include "../../kmod/pqike/sk_payload.h"

#include <asm/byteorder.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <uapi/linux/pqike.h>

#include "../../kmod/pqike/reassembly.h"
#include "draw.h"
#include "fake_aead.h"
#include "patch.h"
#include "steps.h"

#define TEXT_MAX	3000
#define MESSAGES_MAX	128
#define STEPS_MAX	200
#define FIRST_PAYLOAD	41

/* Basic blocks to open one fragment and to keep it: a few for each of its message. */
#define STEPS_FRAGMENT	500UL

/* A message as it was sealed, in one piece or in fragments. */
struct sealed {
	u8 *messages;
	size_t n;
	const u8 *at[MESSAGES_MAX];
	size_t len[MESSAGES_MAX];
};

/* Which fragments have come, of how many */
struct model {
	unsigned int total;
	unsigned int missing;
	bool present[PQIKE_FRAGMENTS_MAX];
};

static const struct ike_header header = {
	.spi_i = { 1 }, .spi_r = { 2 }, .version = IKE_VERSION_2,
	.exchange_type = IKE_AUTH, .flags = IKE_FLAG_INITIATOR,
};

/* Each algorithm that differs from the others in its lengths */
static const struct pqike_sk_algorithm *algorithm_of(unsigned int number)
{
	static const u16 suites[][3] = {
		{ 20, 128, 0 }, { 12, 256, 12 }, { 12, 128, 13 },
		{ 28, 0, 0 }, { 12, 256, 14 },
	};
	const u16 *suite = suites[number % (sizeof(suites) / sizeof(*suites))];
	struct netlink_ext_ack extack;
	const struct pqike_sk_algorithm *algorithm;

	algorithm = pqike_sk_algorithm_find(suite[0], suite[1], suite[2],
					    &extack);
	require(algorithm);
	return algorithm;
}

static void start_cipher(struct pqike_sk_cipher *cipher, unsigned int number)
{
	const struct pqike_sk_algorithm *algorithm = algorithm_of(number);
	u8 *sk_a = malloc(algorithm->sk_a_len + 1);
	u8 *sk_e = malloc(algorithm->sk_e_len);
	struct netlink_ext_ack extack;

	memset(sk_a, 1, algorithm->sk_a_len + 1);
	memset(sk_e, 2, algorithm->sk_e_len);
	memset(cipher, 0, sizeof(*cipher));
	require(!pqike_sk_cipher_init(cipher, algorithm, &extack));
	require(!pqike_sk_cipher_set_key(cipher, sk_a, sk_e));
	free(sk_a);
	free(sk_e);
}

/* Lengths and tag as they should be, for what was changed */
static void mend(const struct pqike_sk_algorithm *algorithm, u8 *message,
		 size_t len)
{
	size_t ad_len = 32, text;

	if (len < sizeof(struct ike_header) + 4)
		return;
	message[24] = 0;
	message[25] = 0;
	message[26] = len >> 8;
	message[27] = len;
	message[30] = (len - 28) >> 8;
	message[31] = len - 28;
	if (message[16] == IKE_PAYLOAD_SKF)
		ad_len = 36;
	text = ad_len + algorithm->iv_len;
	if (algorithm->integ)
		ad_len = text;
	if (len < text + algorithm->icv_len)
		return;
	memset(message + len - algorithm->icv_len,
	       fake_aead_tag(message, ad_len, message + text,
			     len - text - algorithm->icv_len),
	       algorithm->icv_len);
}

static void require_opened(const struct pqike_sk_opened *opened,
			   const u8 *message, size_t len)
{
	require(opened->len < len);
	require(!memcmp(&opened->header, message, sizeof(opened->header)));
	require(opened->first_payload == message[28]);
	require((message[16] == IKE_PAYLOAD_SKF) == (opened->n_fragments != 0));
	require(opened->fragment <= opened->n_fragments);
	require(!opened->n_fragments == !opened->fragment);
}

static void open_any(struct draw *in, struct pqike_sk_cipher *cipher,
		     const u8 *valid, size_t valid_len)
{
	struct pqike_sk_opened opened = { .plaintext = NULL };
	struct netlink_ext_ack extack = { NULL };
	bool mended = draw_u8(in) & 1;
	size_t len;
	u8 *message = patched(in, valid, valid_len, &len);
	int err;

	if (mended)
		mend(cipher->algorithm, message, len);
	steps_begin_other(STEPS_FRAGMENT);
	err = pqike_sk_open(cipher, message, len, &opened, &extack);
	steps_end();
	require(!err || (err == -EBADMSG && extack.message));
	if (err)
		require(!opened.plaintext);
	else
		require_opened(&opened, message, len);
	kfree_sensitive(opened.plaintext);
	free(message);
}

static void split(struct sealed *sealed, size_t messages_len)
{
	u8 *at = sealed->messages, *end = at + messages_len;

	for (sealed->n = 0; at < end; sealed->n++) {
		const struct ike_header *h = (const struct ike_header *)at;

		require(sealed->n < MESSAGES_MAX);
		sealed->at[sealed->n] = at;
		sealed->len[sealed->n] = be32_to_cpu(h->length);
		at += sealed->len[sealed->n];
	}
	require(at == end);
}

/* Return: whether @fragment_size can be done. */
static bool seal(struct pqike_sk_cipher *cipher, const u8 *text, size_t len,
		 size_t fragment_size, struct sealed *sealed)
{
	size_t messages_len;
	int err;

	err = pqike_sk_seal(cipher, &header, FIRST_PAYLOAD, text, len,
			    fragment_size, &sealed->messages, &messages_len);
	require(!err || err == -EMSGSIZE);
	if (err)
		return false;
	split(sealed, messages_len);
	for (size_t i = 0; fragment_size && i < sealed->n; i++)
		require(sealed->len[i] <= fragment_size);
	return true;
}

static void open_whole(struct pqike_sk_cipher *cipher,
		       const struct sealed *sealed, const u8 *text, size_t len)
{
	struct netlink_ext_ack extack = { NULL };
	struct pqike_sk_opened opened;

	require(!pqike_sk_open(cipher, sealed->at[0], sealed->len[0], &opened,
			       &extack));
	require(opened.len == len && opened.first_payload == FIRST_PAYLOAD);
	require(!memcmp(opened.plaintext, text, len));
	kfree_sensitive(opened.plaintext);
}

static int model_add(struct model *model, unsigned int number,
		     unsigned int total)
{
	if (total > PQIKE_FRAGMENTS_MAX)
		return -EMSGSIZE;
	if (total > model->total)
		*model = (struct model){ .total = total, .missing = total };
	if (total < model->total || model->present[number - 1])
		return -EALREADY;
	model->present[number - 1] = true;
	return (int)--model->missing;
}

static void finish(struct pqike_reassembly *reassembly, const u8 *text,
		   size_t len)
{
	struct pqike_sk_opened whole;

	steps_begin_other(STEPS_FRAGMENT);
	pqike_reassembly_finish(reassembly, &whole);
	steps_end();
	require(whole.len == len && whole.first_payload == FIRST_PAYLOAD);
	require(!memcmp(whole.plaintext, text, len));
	kfree_sensitive(whole.plaintext);
}

/*
 * The limit is that of the text, and no fragment goes over it.
 * Return: whether the message is complete.
 */
static bool add(struct pqike_sk_cipher *cipher,
		struct pqike_reassembly *reassembly, struct model *model,
		const u8 *message, size_t len, size_t limit)
{
	struct netlink_ext_ack extack = { NULL };
	struct pqike_sk_opened opened;
	int got;

	steps_begin_other(STEPS_FRAGMENT);
	require(!pqike_sk_open(cipher, message, len, &opened, &extack));
	got = pqike_reassembly_add(reassembly, &opened, limit, &extack);
	steps_end();
	require(got == model_add(model, opened.fragment, opened.n_fragments));
	if (got < 0)
		kfree_sensitive(opened.plaintext);
	return !got;
}

static void reassemble(struct draw *in, struct pqike_sk_cipher *cipher,
		       const struct sealed *sealed, const u8 *text, size_t len)
{
	struct pqike_reassembly reassembly = { .n_fragments = 0 };
	struct model model = { .total = 0 };

	for (unsigned int i = 0; i < STEPS_MAX && in->left; i++) {
		u8 choice = draw_u8(in);
		const struct sealed *from = &sealed[choice & 1];
		size_t which = (choice >> 1) % from->n;

		if (!add(cipher, &reassembly, &model, from->at[which],
			 from->len[which], len))
			continue;
		finish(&reassembly, text, len);
		model = (struct model){ .total = 0 };
	}
	pqike_reassembly_drop(&reassembly);
}

static bool seal_both(struct draw *in, struct pqike_sk_cipher *cipher,
		      const u8 *text, size_t len, struct sealed *sealed)
{
	struct pqike_sk_layout layout;

	for (unsigned int i = 0; i < 2; i++) {
		size_t size = 64 + draw_u16(in) % 1024;

		/* More fragments than are kept here: another target's affair */
		if (pqike_sk_lay_out(&layout, cipher->algorithm, len, size) ||
		    layout.n_messages > MESSAGES_MAX ||
		    !seal(cipher, text, len, size, &sealed[i]))
			return false;
	}
	return sealed[0].n > 1 && sealed[1].n > 1 && sealed[0].n != sealed[1].n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct draw in = { data, size };
	struct sealed whole, fragmented[2];
	struct pqike_sk_cipher cipher;
	size_t len = draw_u16(&in) % TEXT_MAX;
	u8 *text = malloc(len + 1);

	for (size_t i = 0; i < len; i++)
		text[i] = i * 7 + i / 256;
	memset(fragmented, 0, sizeof(fragmented));
	start_cipher(&cipher, len);
	require(seal(&cipher, text, len, 0, &whole) && whole.n == 1);
	open_whole(&cipher, &whole, text, len);
	if (seal_both(&in, &cipher, text, len, fragmented))
		reassemble(&in, &cipher, fragmented, text, len);
	else
		open_any(&in, &cipher, whole.at[0], whole.len[0]);
	free(whole.messages);
	free(fragmented[0].messages);
	free(fragmented[1].messages);
	pqike_sk_cipher_free(&cipher);
	free(text);
	return 0;
}
