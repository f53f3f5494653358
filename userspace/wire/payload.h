/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What stands inside each payload (RFC 7296 section 3.3 to 3.13): parsers
 * from a view, and writers into a message.
 *
 * The parsers return false for a body that is malformed; what they give out
 * are views into the message.
 */
#ifndef PQIKE_PAYLOAD_H
#define PQIKE_PAYLOAD_H

#include "wire/identity.h"
#include "wire/message.h"
#include "wire/prefix.h"
#include "wire/proposal.h"

#define NONCE_MIN 16
#define NONCE_MAX 256

/* A transform that carries attributes this side does not know: never chosen. */
#define TRANSFORM_ID_UNKNOWN 0xffff

/* Nonce Data. */
struct nonce {
	uint16_t len;
	uint8_t data[NONCE_MAX];
};

/* A Security Association payload. */
struct sa_payload {
	size_t n;
	struct proposal proposals[SA_PROPOSALS_MAX];
	uint32_t esp_spi[SA_PROPOSALS_MAX]; /* 0 where there is none */
	/* Of PROTOCOL_IKE in CREATE_CHILD_SA; zeros where there is none. */
	uint8_t ike_spi[SA_PROPOSALS_MAX][IKE_SPI_SIZE];
};

struct ke_payload {
	uint16_t method;
	const uint8_t *data;
	size_t len;
};

struct notify_payload {
	uint8_t protocol;
	uint16_t type;
	const uint8_t *spi;
	size_t spi_len;
	const uint8_t *data;
	size_t len;
};

/* As many as an IKE SA has Child SAs. */
#define DELETE_SPIS_MAX 256

struct delete_payload {
	uint8_t protocol; /* PROTOCOL_IKE or PROTOCOL_ESP or PROTOCOL_AH */
	size_t n;
	uint32_t spis[DELETE_SPIS_MAX]; /* host byte order */
};

/* One traffic selector: a range of addresses, a protocol, a range of ports. */
struct selector {
	int family; /* AF_INET or AF_INET6 */
	uint8_t protocol; /* 0: any */
	uint16_t start_port;
	uint16_t end_port;
	uint8_t start[16];
	uint8_t end[16];
};

/* Their number is an octet. */
#define SELECTORS_MAX 255

struct selectors {
	size_t n;
	struct selector list[SELECTORS_MAX];
};

/**
 * sa_parse() - read a Security Association payload
 *
 * Proposals with more transforms than PROPOSAL_TRANSFORMS_MAX, with an SPI of
 * a size that their protocol does not have, and those after the first
 * SA_PROPOSALS_MAX are left out: they cannot be chosen.
 */
bool sa_parse(const struct payload *payload, struct sa_payload *sa);

/**
 * sa_write() - write a Security Association payload
 * @proposals: array of @n; a number of 0 is replaced by the place in the list
 * @esp_spi: SPI of each proposal, in host byte order; 0: no SPI
 */
void sa_write(struct message_writer *message, const struct proposal *proposals,
	      size_t n, uint32_t esp_spi);

/* As sa_write(), to rekey an IKE SA: with the SPI of the new one. */
void sa_write_rekey(struct message_writer *message,
		    const struct proposal *proposals, size_t n,
		    const uint8_t ike_spi[IKE_SPI_SIZE]);

bool ke_parse(const struct payload *payload, struct ke_payload *ke);
void ke_write(struct message_writer *message, uint16_t method,
	      const uint8_t *data, size_t len);

/* Return: false where the nonce is too short or too long. */
bool nonce_parse(const struct payload *payload, struct nonce *nonce);
void nonce_write(struct message_writer *message, const struct nonce *nonce);

/* Return: whether @a is the lower one (RFC 7296 section 2.8.1). */
bool nonce_is_lower(const struct nonce *a, const struct nonce *b);

bool notify_parse(const struct payload *payload, struct notify_payload *notify);
void notify_write(struct message_writer *message, uint16_t type,
		  const uint8_t *data, size_t len);

/* With the SPI of an ESP SA, host byte order. */
void notify_write_esp(struct message_writer *message, uint16_t type, uint32_t spi);

/* Return: the SPI of the ESP SA that @notify names, 0 where it names none. */
uint32_t notify_esp_spi(const struct notify_payload *notify);

/**
 * notify_find() - the first Notify payload of a type
 *
 * Return: false where there is none, or it is malformed.
 */
bool notify_find(const struct payloads *payloads, uint16_t type,
		 struct notify_payload *notify);

/**
 * notify_find_error() - the first Notify payload that reports an error
 *
 * Return: false where there is none.
 */
bool notify_find_error(const struct payloads *payloads,
		       struct notify_payload *notify);

/* At most DELETE_SPIS_MAX SPIs; the rest is left out. */
bool delete_parse(const struct payload *payload, struct delete_payload *deleted);
void delete_ike_write(struct message_writer *message);
void delete_esp_write(struct message_writer *message, const uint32_t *spis, size_t n);

bool id_parse(const struct payload *payload, struct identity *id);
void id_write(struct message_writer *message, uint8_t type,
	      const struct identity *id);

void auth_write(struct message_writer *message, uint8_t method,
		const uint8_t *data, size_t len);

/* Selectors of types other than the address ranges are left out. */
bool ts_parse(const struct payload *payload, struct selectors *selectors);
void ts_write(struct message_writer *message, uint8_t type,
	      const struct prefixes *prefixes);

/* As ts_write(), with one more that stands first. */
void ts_write_first(struct message_writer *message, uint8_t type,
		    const struct prefix *first, const struct prefixes *prefixes);

#endif
