// SPDX-License-Identifier: GPL-2.0
/*
 * An IKE message as it came, and a chain of payloads as the kernel decrypted it:
 * header, chain, the inside of every payload, and what is chosen from it.  What
 * was read is written and read again, and must be the same.  The kernel's own
 * reading of the same octets must agree.
 */
#include <linux/types.h>
#include <netinet/in.h>

#include "draw.h"
#include "kernel_reading.h"
#include "steps.h"
#include "wire/payload.h"
#include "wire/proposal_choose.h"
#include "wire/selector.h"

#define TEXT_SIZE	64	/* less than what is printed may need */

static bool is_known(const struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (proposal->transforms[i].id == TRANSFORM_ID_UNKNOWN)
			return false;
	return true;
}

static bool same_transforms(const struct proposal *a, const struct proposal *b)
{
	if (a->protocol != b->protocol || a->n_transforms != b->n_transforms)
		return false;
	for (size_t i = 0; i < a->n_transforms; i++) {
		const struct transform *x = &a->transforms[i];
		const struct transform *y = &b->transforms[i];

		if (x->type != y->type || x->id != y->id ||
		    x->key_bits != y->key_bits)
			return false;
	}
	return true;
}

static void write_and_read_proposal(const struct proposal *proposal, uint32_t spi)
{
	static uint8_t buffer[4096];
	static struct sa_payload again;
	struct message_writer chain;
	struct payload payload;

	chain_begin(&chain, buffer, sizeof(buffer));
	sa_write(&chain, proposal, 1, spi);
	require(message_end(&chain));
	payload = (struct payload){
		.type = PAYLOAD_SA, .body = buffer + 4, .len = chain.writer.len - 4,
	};
	require(sa_parse(&payload, &again));
	require(again.n == 1 && again.esp_spi[0] == spi);
	require(same_transforms(proposal, &again.proposals[0]));
}

/* What the helper chooses as a responder, the kernel must find in the offer. */
static void require_kernel_agrees(const struct payload *offer,
				  const struct proposal *chosen)
{
	static uint8_t buffer[1024];
	struct message_writer chain;

	chain_begin(&chain, buffer, sizeof(buffer));
	sa_write(&chain, chosen, 1, 0);
	require(message_end(&chain));
	require(kernel_agrees(offer->body, offer->len, buffer + 4,
			      chain.writer.len - 4));
}

static void choose(const struct payload *offer, const struct sa_payload *sa)
{
	static struct proposal configured[3], chosen;
	char text[TEXT_SIZE];

	if (!configured[0].n_transforms)
		require(proposal_parse(PROTOCOL_IKE,
				       "aes256gcm16-prfsha384-x25519-ke1_mlkem768",
				       &configured[0], text, sizeof(text)) &&
			proposal_parse(PROTOCOL_IKE,
				       "aes128gcm16-prfsha256-x25519-ecp256",
				       &configured[1], text, sizeof(text)) &&
			proposal_parse(PROTOCOL_ESP, "aes256gcm16-x25519",
				       &configured[2], text, sizeof(text)));
	for (unsigned int how = 0; how < 4; how++) {
		if (!proposal_choose(configured, 3, sa->proposals, sa->n, how & 1,
				     how & 2, &chosen, text, sizeof(text)))
			continue;
		require(!(how & 1) || proposal_has_ml_kem(&chosen));
		require((how & 2) || !proposal_has_additional_ke(&chosen));
		proposal_print(&chosen, text, sizeof(text));
		if (chosen.protocol == PROTOCOL_IKE)
			require_kernel_agrees(offer, &chosen);
	}
}

static void read_sa(const struct payload *payload)
{
	static struct sa_payload sa;
	char text[TEXT_SIZE];

	kernel_agrees(payload->body, payload->len, payload->body, payload->len);
	if (!sa_parse(payload, &sa))
		return;
	require(sa.n <= SA_PROPOSALS_MAX);
	for (size_t i = 0; i < sa.n; i++) {
		require(sa.proposals[i].n_transforms <= PROPOSAL_TRANSFORMS_MAX);
		proposal_print(&sa.proposals[i], text, sizeof(text));
		if (is_known(&sa.proposals[i]))
			write_and_read_proposal(&sa.proposals[i], sa.esp_spi[i]);
	}
	choose(payload, &sa);
}

/* What the helper agrees to, the kernel must find in the payload. */
static void require_kernel_holds(const struct payload *payload,
				 const struct prefix *prefix)
{
	const uint16_t port[] = {
		htons(prefix->port), htons(prefix_port_mask(prefix)),
	};

	require(kernel_holds(payload->body, payload->len, prefix->address,
			     prefix->family == AF_INET ? 4 : 16, prefix->length,
			     prefix->protocol, port));
}

static void narrow(const struct payload *payload,
		   const struct selectors *selectors,
		   const struct prefix *network)
{
	const struct prefixes configured = { .n = 1, .list = { *network } };
	struct prefixes narrowed;

	selectors_narrow(selectors, &configured, &narrowed);
	require(narrowed.n <= PREFIXES_MAX);
	for (size_t i = 0; i < narrowed.n; i++) {
		const struct prefix *prefix = &narrowed.list[i];

		require(prefix->family == network->family &&
			prefix->length >= network->length &&
			prefix->length <= (network->family == AF_INET ? 32 : 128) &&
			prefix->address[0] >= network->address[0]);
		require_kernel_holds(payload, prefix);
	}
}

static void read_ts(const struct payload *payload)
{
	static struct selectors selectors;
	const struct prefix ten = {
		.family = AF_INET, .address = { 10 }, .length = 8,
	};
	const struct prefix any = { .family = AF_INET6 };
	char text[SELECTOR_TEXT_SIZE];

	if (!ts_parse(payload, &selectors))
		return;
	require(selectors.n <= SELECTORS_MAX);
	selectors_print(&selectors, text, sizeof(text));
	require(kernel_reads_ts(payload->body, payload->len));
	narrow(payload, &selectors, &ten);
	narrow(payload, &selectors, &any);
}

static void read_id(const struct payload *payload)
{
	struct identity id;
	char text[IDENTITY_TEXT_SIZE];

	if (!id_parse(payload, &id))
		return;
	require(id.len == payload->len - 4);
	identity_print(&id, text, sizeof(text));
	for (const char *c = text; *c; c++)
		require(*c >= ' ' && *c < 0x7f);
}

static void read_notify(const struct payload *payload)
{
	struct notify_payload notify;

	if (notify_parse(payload, &notify))
		require(notify.len + notify.spi_len + 4 == payload->len);
}

static void read_delete(const struct payload *payload)
{
	struct delete_payload deleted;

	if (delete_parse(payload, &deleted))
		require(deleted.n <= DELETE_SPIS_MAX);
}

static void read_ke(const struct payload *payload)
{
	struct ke_payload ke;

	if (ke_parse(payload, &ke))
		require(ke.len + 4 == payload->len);
}

static void read_payload(const struct payload *payload)
{
	struct nonce nonce;

	switch (payload->type) {
	case PAYLOAD_SA:
		read_sa(payload);
		break;
	case PAYLOAD_KE:
		read_ke(payload);
		break;
	case PAYLOAD_IDI:
	case PAYLOAD_IDR:
		read_id(payload);
		break;
	case PAYLOAD_NOTIFY:
		read_notify(payload);
		break;
	case PAYLOAD_DELETE:
		read_delete(payload);
		break;
	case PAYLOAD_TSI:
	case PAYLOAD_TSR:
		read_ts(payload);
		break;
	default:
		nonce_parse(payload, &nonce);
		break;
	}
}

/* The kernel knows no payload types that it must refuse, nor how many are many. */
static void compare_with_kernel(int error, uint8_t first, const uint8_t *data,
				size_t len, const struct payloads *payloads)
{
	struct kernel_reading kernel;

	kernel_read_chain(first, data, len, &kernel);
	if (!error)
		require(kernel.well_formed && kernel.n >= payloads->n);
	if (!kernel.well_formed)
		require(error);
	for (size_t i = 0; !error && i < payloads->n; i++) {
		const struct payload *payload = &payloads->list[i];

		require(kernel_has_payload(first, data, len, payload->type,
					   payload->body, payload->len));
	}
}

static void read_chain(uint8_t first, const uint8_t *data, size_t len)
{
	static struct payloads payloads;
	struct notify_payload notify;
	uint8_t offender;
	int error;

	error = payloads_parse(first, data, len, &payloads, &offender);
	require(!error || error == INVALID_SYNTAX ||
		error == UNSUPPORTED_CRITICAL_PAYLOAD);
	compare_with_kernel(error, first, data, len, &payloads);
	if (error)
		return;
	require(payloads.n <= PAYLOADS_MAX);
	for (size_t i = 0; i < payloads.n; i++)
		read_payload(&payloads.list[i]);
	notify_find(&payloads, COOKIE, &notify);
	notify_find_error(&payloads, &notify);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ike_header header;
	uint8_t *mended;
	bool right;

	right = header_parse(data, size, &header);
	require(right == kernel_checks_header(data, size) ||
		(right && header.version >> 4 != 2));
	if (size < IKE_HEADER_SIZE)
		return 0;
	/* Whatever length it states: a fuzzer cannot be asked to add up. */
	mended = exact_copy(data, size);
	mended[24] = 0;
	mended[25] = (uint8_t)(size >> 16);
	mended[26] = (uint8_t)(size >> 8);
	mended[27] = (uint8_t)size;
	require(header_parse(mended, size, &header));
	steps_begin(size);
	read_chain(header.next_payload, mended + IKE_HEADER_SIZE,
		   size - IKE_HEADER_SIZE);
	steps_end();
	free(mended);
	return 0;
}
