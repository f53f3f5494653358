// SPDX-License-Identifier: GPL-2.0
#include "wire/message.h"

#include <string.h>

#define PAYLOAD_CRITICAL 0x80
#define MESSAGE_LENGTH_OFFSET 24
#define NEXT_PAYLOAD_OFFSET 16

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Payloads of RFC 7296 section 3 that this side understands or may ignore, and how
 * many of each it looks at: no other kind is crowded out by one.
 */
static const struct payload_rule {
	uint8_t type;
	uint8_t max;
	bool once; /* more than one in a message are malformed */
} payload_rules[] = {
	{ PAYLOAD_SA, 1, true },	{ PAYLOAD_KE, 1, true },
	{ PAYLOAD_IDI, 1, true },	{ PAYLOAD_IDR, 1, true },
	{ PAYLOAD_AUTH, 1, true },	{ PAYLOAD_NONCE, 1, true },
	{ PAYLOAD_TSI, 1, true },	{ PAYLOAD_TSR, 1, true },
	{ PAYLOAD_NOTIFY, 40, false },	{ PAYLOAD_DELETE, 16, false },
	{ PAYLOAD_CERT, 0, false },	{ PAYLOAD_CERTREQ, 0, false },
	{ PAYLOAD_VENDOR_ID, 0, false }, { PAYLOAD_CP, 0, false },
	{ PAYLOAD_EAP, 0, false },
};

static const struct {
	uint16_t type;
	const char *name;
} notify_names[] = {
	{ UNSUPPORTED_CRITICAL_PAYLOAD, "UNSUPPORTED_CRITICAL_PAYLOAD" },
	{ INVALID_MAJOR_VERSION, "INVALID_MAJOR_VERSION" },
	{ INVALID_SYNTAX, "INVALID_SYNTAX" },
	{ NO_PROPOSAL_CHOSEN, "NO_PROPOSAL_CHOSEN" },
	{ INVALID_KE_PAYLOAD, "INVALID_KE_PAYLOAD" },
	{ AUTHENTICATION_FAILED, "AUTHENTICATION_FAILED" },
	{ NO_ADDITIONAL_SAS, "NO_ADDITIONAL_SAS" },
	{ TS_UNACCEPTABLE, "TS_UNACCEPTABLE" },
	{ TEMPORARY_FAILURE, "TEMPORARY_FAILURE" },
	{ INVALID_IKE_SPI, "INVALID_IKE_SPI" },
	{ 9, "INVALID_MESSAGE_ID" },
	{ 11, "INVALID_SPI" },
	{ 34, "SINGLE_PAIR_REQUIRED" },
	{ 36, "INTERNAL_ADDRESS_FAILURE" },
	{ 37, "FAILED_CP_REQUIRED" },
	{ 39, "INVALID_SELECTORS" },
	{ CHILD_SA_NOT_FOUND, "CHILD_SA_NOT_FOUND" },
	{ STATE_NOT_FOUND, "STATE_NOT_FOUND" },
};

static const struct {
	uint8_t type;
	const char *name;
} exchange_names[] = {
	{ IKE_SA_INIT, "IKE_SA_INIT" },
	{ IKE_AUTH, "IKE_AUTH" },
	{ CREATE_CHILD_SA, "CREATE_CHILD_SA" },
	{ INFORMATIONAL, "INFORMATIONAL" },
	{ IKE_INTERMEDIATE, "IKE_INTERMEDIATE" },
	{ IKE_FOLLOWUP_KE, "IKE_FOLLOWUP_KE" },
};

const char *notify_name(uint16_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(notify_names); i++)
		if (notify_names[i].type == type)
			return notify_names[i].name;
	return "notify";
}

const char *exchange_name(uint8_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(exchange_names); i++)
		if (exchange_names[i].type == type)
			return exchange_names[i].name;
	return "exchange";
}

bool header_parse(const uint8_t *data, size_t len, struct ike_header *header)
{
	struct reader reader = { .data = data, .left = len };

	if (len < IKE_HEADER_SIZE)
		return false;
	memcpy(header->spi_i, read_octets(&reader, IKE_SPI_SIZE), IKE_SPI_SIZE);
	memcpy(header->spi_r, read_octets(&reader, IKE_SPI_SIZE), IKE_SPI_SIZE);
	header->next_payload = read_u8(&reader);
	header->version = read_u8(&reader);
	header->exchange_type = read_u8(&reader);
	header->flags = read_u8(&reader);
	header->message_id = read_u32(&reader);
	header->length = read_u32(&reader);
	return header->length == len;
}

/* Return: ARRAY_SIZE(payload_rules) where @type is not known. */
static size_t find_rule(uint8_t type)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(payload_rules) && payload_rules[i].type != type)
		i++;
	return i;
}

const struct payload *payloads_find(const struct payloads *payloads, uint8_t type)
{
	for (size_t i = 0; i < payloads->n; i++)
		if (payloads->list[i].type == type)
			return &payloads->list[i];
	return NULL;
}

/* How many payloads of each kind there were, up to what is looked at. */
struct payload_counts {
	uint8_t n[ARRAY_SIZE(payload_rules)];
};

static int add_payload(struct payloads *payloads, struct payload_counts *counts,
		       const struct payload *payload, bool critical,
		       uint8_t *offender)
{
	size_t i = find_rule(payload->type);

	if (i == ARRAY_SIZE(payload_rules)) {
		if (!critical)
			return 0;
		*offender = payload->type;
		return UNSUPPORTED_CRITICAL_PAYLOAD;
	}
	if (counts->n[i] == payload_rules[i].max)
		return payload_rules[i].once ? INVALID_SYNTAX : 0;
	if (payloads->n == PAYLOADS_MAX)
		return INVALID_SYNTAX;
	counts->n[i]++;
	payloads->list[payloads->n++] = *payload;
	return 0;
}

int payloads_parse(uint8_t first, const uint8_t *data, size_t len,
		   struct payloads *payloads, uint8_t *offender)
{
	struct reader reader = { .data = data, .left = len };
	struct payload_counts counts = { 0 };
	uint8_t type = first;

	payloads->n = 0;
	*offender = 0;
	while (type != PAYLOAD_NONE) {
		uint8_t next = read_u8(&reader);
		uint8_t flags = read_u8(&reader);
		uint16_t length = read_u16(&reader);
		struct payload payload = { .type = type };
		int error;

		if (length < PAYLOAD_HEADER_SIZE)
			return INVALID_SYNTAX;
		payload.len = (size_t)length - PAYLOAD_HEADER_SIZE;
		payload.body = read_octets(&reader, payload.len);
		if (!payload.body)
			return INVALID_SYNTAX;
		error = add_payload(payloads, &counts, &payload,
				    flags & PAYLOAD_CRITICAL, offender);
		if (error)
			return error;
		type = next;
	}
	return reader.left ? INVALID_SYNTAX : 0;
}

void chain_begin(struct message_writer *message, uint8_t *buffer, size_t size)
{
	*message = (struct message_writer){
		.writer = { .data = buffer, .size = size },
	};
}

void message_begin(struct message_writer *message, uint8_t *buffer, size_t size,
		   const struct ike_header *header)
{
	struct writer *writer = &message->writer;

	chain_begin(message, buffer, size);
	message->has_header = true;
	message->next_payload_offset = NEXT_PAYLOAD_OFFSET;
	write_octets(writer, header->spi_i, IKE_SPI_SIZE);
	write_octets(writer, header->spi_r, IKE_SPI_SIZE);
	write_u8(writer, PAYLOAD_NONE);
	write_u8(writer, header->version);
	write_u8(writer, header->exchange_type);
	write_u8(writer, header->flags);
	write_u32(writer, header->message_id);
	write_u32(writer, 0);
}

size_t payload_begin(struct message_writer *message, uint8_t type)
{
	struct writer *writer = &message->writer;
	size_t offset = writer->len;

	if (!message->first_payload)
		message->first_payload = type;
	if (message->has_header || offset)
		overwrite_u8(writer, message->next_payload_offset, type);
	message->next_payload_offset = offset;
	write_u8(writer, PAYLOAD_NONE);
	write_u8(writer, 0);
	write_u16(writer, 0);
	return offset;
}

void payload_end(struct message_writer *message, size_t offset)
{
	struct writer *writer = &message->writer;

	if (writer->len - offset > UINT16_MAX)
		writer->overflow = true;
	overwrite_u16(writer, offset + 2, writer->len - offset);
}

bool message_end(struct message_writer *message)
{
	struct writer *writer = &message->writer;

	if (message->has_header)
		overwrite_u32(writer, MESSAGE_LENGTH_OFFSET, writer->len);
	return !writer->overflow;
}
