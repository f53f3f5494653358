/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IKE messages: the header and the chain of payloads (RFC 7296 section 3.1
 * and 3.2).  What is inside a payload is payload.h's.
 */
#ifndef PQIKE_MESSAGE_H
#define PQIKE_MESSAGE_H

#include "wire/wire.h"

#define IKE_HEADER_SIZE 28
#define IKE_SPI_SIZE 8
#define IKE_MESSAGE_MAX 65000

/*
 * Of IKE_SA_INIT, which anybody may send and which is kept for each half-open IKE SA;
 * the kernel has the same limit for what follows until the peer is authenticated.
 */
#define IKE_UNAUTHENTICATED_MAX 16384
#define IKE_VERSION 0x20 /* major 2, minor 0 */

enum ike_flag {
	IKE_FLAG_INITIATOR = 0x08,
	IKE_FLAG_VERSION = 0x10,
	IKE_FLAG_RESPONSE = 0x20,
};

enum exchange_type {
	IKE_SA_INIT = 34,
	IKE_AUTH = 35,
	CREATE_CHILD_SA = 36,
	INFORMATIONAL = 37,
	IKE_INTERMEDIATE = 43,
	IKE_FOLLOWUP_KE = 44,
};

enum payload_type {
	PAYLOAD_NONE = 0,
	PAYLOAD_SA = 33,
	PAYLOAD_KE = 34,
	PAYLOAD_IDI = 35,
	PAYLOAD_IDR = 36,
	PAYLOAD_CERT = 37,
	PAYLOAD_CERTREQ = 38,
	PAYLOAD_AUTH = 39,
	PAYLOAD_NONCE = 40,
	PAYLOAD_NOTIFY = 41,
	PAYLOAD_DELETE = 42,
	PAYLOAD_VENDOR_ID = 43,
	PAYLOAD_TSI = 44,
	PAYLOAD_TSR = 45,
	PAYLOAD_SK = 46,
	PAYLOAD_CP = 47,
	PAYLOAD_EAP = 48,
	PAYLOAD_SKF = 53,
};

/* Notify Message Types (RFC 7296 section 3.10.1; RFC 7383, 9242, 9370). */
enum notify_type {
	UNSUPPORTED_CRITICAL_PAYLOAD = 1,
	INVALID_IKE_SPI = 4,
	INVALID_MAJOR_VERSION = 5,
	INVALID_SYNTAX = 7,
	NO_PROPOSAL_CHOSEN = 14,
	INVALID_KE_PAYLOAD = 17,
	AUTHENTICATION_FAILED = 24,
	NO_ADDITIONAL_SAS = 35,
	TS_UNACCEPTABLE = 38,
	TEMPORARY_FAILURE = 43,
	CHILD_SA_NOT_FOUND = 44,
	STATE_NOT_FOUND = 47,
	NOTIFY_STATUS_FIRST = 16384, /* below are errors */
	INITIAL_CONTACT = 16384,
	NAT_DETECTION_SOURCE_IP = 16388,
	NAT_DETECTION_DESTINATION_IP = 16389,
	COOKIE = 16390,
	USE_TRANSPORT_MODE = 16391,
	REKEY_SA = 16393,
	ESP_TFC_PADDING_NOT_SUPPORTED = 16394,
	NON_FIRST_FRAGMENTS_ALSO = 16395,
	IKEV2_FRAGMENTATION_SUPPORTED = 16430,
	USE_PPK = 16435,
	PPK_IDENTITY = 16436,
	NO_PPK_AUTH = 16437,
	INTERMEDIATE_EXCHANGE_SUPPORTED = 16438,
	ADDITIONAL_KEY_EXCHANGE = 16441,
	USE_PPK_INT = 16445,
	PPK_IDENTITY_KEY = 16446,
	IKE_SA_INIT_FULL_TRANSCRIPT_AUTH = 16447,
};

struct ike_header {
	uint8_t spi_i[IKE_SPI_SIZE];
	uint8_t spi_r[IKE_SPI_SIZE];
	uint8_t next_payload;
	uint8_t version; /* major in the high four bits */
	uint8_t exchange_type;
	uint8_t flags; /* enum ike_flag */
	uint32_t message_id;
	uint32_t length; /* of the whole message, in octets */
};

/* A payload of a message; a view into the message's buffer. */
struct payload {
	uint8_t type;
	const uint8_t *body; /* after the generic payload header */
	size_t len;
};

#define PAYLOADS_MAX 64

/*
 * The payloads of a message that this side looks at, in order: one of each that may
 * be there once, the first 40 Notify and the first 16 Delete payloads.
 */
struct payloads {
	size_t n;
	struct payload list[PAYLOADS_MAX];
};

/**
 * header_parse() - read the IKE header
 * @data: a message as it came
 * @len: its size in octets
 * @header: receives the header
 *
 * Return: false when @len is below IKE_HEADER_SIZE or is not the length that
 * the header states.
 */
bool header_parse(const uint8_t *data, size_t len, struct ike_header *header);

/**
 * payloads_parse() - walk a chain of payloads
 * @first: type of the first payload, PAYLOAD_NONE where there is none
 * @data: the chain, @len octets
 * @payloads: receives views into @data
 * @offender: receives the type of an unknown critical payload
 *
 * What is not looked at is left out: unknown payloads without the critical bit,
 * and more of a kind than there is a use for.
 *
 * Return: 0; INVALID_SYNTAX when the chain is malformed, longer or shorter
 * than @len, or has two of a type that may be there once;
 * UNSUPPORTED_CRITICAL_PAYLOAD (RFC 7296 section 2.5).
 */
int payloads_parse(uint8_t first, const uint8_t *data, size_t len,
		   struct payloads *payloads, uint8_t *offender);

/* Return: the first payload of @type, NULL where there is none. */
const struct payload *payloads_find(const struct payloads *payloads, uint8_t type);

/* A message, or a chain of payloads to be sealed, that is being written. */
struct message_writer {
	struct writer writer;
	uint8_t first_payload;
	size_t next_payload_offset; /* of the octet that names the next one */
	bool has_header;
};

/* Octets of the generic header before the body of a payload. */
#define PAYLOAD_HEADER_SIZE 4

/* Begin a chain of payloads without a header, to be sealed by the kernel. */
void chain_begin(struct message_writer *message, uint8_t *buffer, size_t size);

/* Begin a message; header->length and next_payload are filled in at the end. */
void message_begin(struct message_writer *message, uint8_t *buffer, size_t size,
		   const struct ike_header *header);

/* Return: offset of the payload, for payload_end(). */
size_t payload_begin(struct message_writer *message, uint8_t type);
void payload_end(struct message_writer *message, size_t offset);

/**
 * message_end() - complete what message_begin() or chain_begin() began
 *
 * Return: false when it did not fit the buffer.
 */
bool message_end(struct message_writer *message);

/* Return: the name that the IANA registry has, "notify" where there is none. */
const char *notify_name(uint16_t type);
const char *exchange_name(uint8_t type);

#endif
