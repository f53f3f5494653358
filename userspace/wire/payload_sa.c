// SPDX-License-Identifier: GPL-2.0
/* Security Association payload, RFC 7296 section 3.3. */
#include <string.h>

#include "wire/payload.h"

#define LAST 0
#define MORE_PROPOSALS 2
#define MORE_TRANSFORMS 3
#define PROPOSAL_HEADER_SIZE 8
#define TRANSFORM_HEADER_SIZE 8
#define ESP_SPI_SIZE 4
#define ATTRIBUTE_KEY_LENGTH (0x8000 | 14) /* in TV format */
#define ATTRIBUTE_TV 0x8000

/* Return: false when malformed; an unknown attribute only marks @transform. */
static bool parse_attributes(struct reader reader, struct transform *transform)
{
	while (reader.left && !reader.truncated) {
		uint16_t type = read_u16(&reader);
		uint16_t value = read_u16(&reader);

		if (type == ATTRIBUTE_KEY_LENGTH) {
			transform->key_bits = value;
			continue;
		}
		transform->id = TRANSFORM_ID_UNKNOWN;
		if (!(type & ATTRIBUTE_TV))
			read_octets(&reader, value);
	}
	return !reader.truncated;
}

static bool parse_transform(struct reader *reader, struct transform *transform,
			    uint8_t *more)
{
	struct reader attributes;
	uint16_t length;

	*more = read_u8(reader);
	read_u8(reader);
	length = read_u16(reader);
	transform->type = read_u8(reader);
	read_u8(reader);
	transform->id = read_u16(reader);
	transform->key_bits = 0;
	if (length < TRANSFORM_HEADER_SIZE)
		return false;
	attributes.left = (size_t)length - TRANSFORM_HEADER_SIZE;
	attributes.data = read_octets(reader, attributes.left);
	attributes.truncated = !attributes.data;
	return parse_attributes(attributes, transform);
}

/* Return: false when malformed; *fits says whether all were taken. */
static bool parse_transforms(struct reader *reader, size_t n,
			     struct proposal *proposal, bool *fits)
{
	*fits = true;
	for (size_t i = 0; i < n; i++) {
		struct transform transform;
		uint8_t more;

		if (!parse_transform(reader, &transform, &more))
			return false;
		if (more != (i + 1 < n ? MORE_TRANSFORMS : LAST))
			return false;
		if (proposal->n_transforms < PROPOSAL_TRANSFORMS_MAX)
			proposal->transforms[proposal->n_transforms++] = transform;
		else
			*fits = false;
	}
	return reader->left == 0;
}

/* The SPI of a proposal, of either protocol. */
struct spi {
	uint32_t esp;
	uint8_t ike[IKE_SPI_SIZE];
};

/* Return: false for a size that the protocol does not have. */
static bool parse_spi(const struct proposal *proposal, const uint8_t *data,
		      size_t len, struct spi *spi)
{
	struct reader reader = { .data = data, .left = len };

	*spi = (struct spi){ 0 };
	if (proposal->protocol == PROTOCOL_IKE) {
		if (len == IKE_SPI_SIZE)
			memcpy(spi->ike, data, IKE_SPI_SIZE);
		return len == 0 || len == IKE_SPI_SIZE;
	}
	spi->esp = read_u32(&reader);
	return len == ESP_SPI_SIZE && spi->esp != 0;
}

static bool parse_proposal(struct reader reader, struct proposal *proposal,
			   struct spi *spi, bool *usable)
{
	const uint8_t *spi_data;
	uint8_t n_transforms;
	uint8_t spi_len;
	bool fits;

	proposal->n_transforms = 0;
	proposal->number = read_u8(&reader);
	proposal->protocol = read_u8(&reader);
	spi_len = read_u8(&reader);
	n_transforms = read_u8(&reader);
	spi_data = read_octets(&reader, spi_len);
	if (!spi_data || !n_transforms)
		return false;
	if (!parse_transforms(&reader, n_transforms, proposal, &fits))
		return false;
	*usable = parse_spi(proposal, spi_data, spi_len, spi) && fits;
	return true;
}

static void take_proposal(struct sa_payload *sa, const struct spi *spi)
{
	sa->esp_spi[sa->n] = spi->esp;
	memcpy(sa->ike_spi[sa->n], spi->ike, IKE_SPI_SIZE);
	sa->n++;
}

bool sa_parse(const struct payload *payload, struct sa_payload *sa)
{
	struct reader reader = { .data = payload->body, .left = payload->len };
	struct proposal surplus;
	uint8_t number = 0;
	uint8_t more;

	sa->n = 0;
	do {
		bool room = sa->n < SA_PROPOSALS_MAX;
		struct reader body = { 0 };
		uint16_t length;
		struct spi spi;
		bool usable;

		more = read_u8(&reader);
		read_u8(&reader);
		length = read_u16(&reader);
		if (length < PROPOSAL_HEADER_SIZE ||
		    (more != LAST && more != MORE_PROPOSALS))
			return false;
		body.left = length - 4U;
		body.data = read_octets(&reader, body.left);
		if (!body.data ||
		    !parse_proposal(body,
				    room ? &sa->proposals[sa->n] : &surplus,
				    &spi, &usable))
			return false;
		/* RFC 7296 section 3.3.1: a choice is told by its number. */
		if (body.data[0] <= number)
			return false;
		number = body.data[0];
		if (room && usable)
			take_proposal(sa, &spi);
	} while (more == MORE_PROPOSALS);
	return reader.left == 0;
}

static void write_transform(struct writer *writer,
			    const struct transform *transform, bool last)
{
	write_u8(writer, last ? LAST : MORE_TRANSFORMS);
	write_u8(writer, 0);
	write_u16(writer, transform->key_bits ? TRANSFORM_HEADER_SIZE + 4 :
						TRANSFORM_HEADER_SIZE);
	write_u8(writer, transform->type);
	write_u8(writer, 0);
	write_u16(writer, transform->id);
	if (transform->key_bits) {
		write_u16(writer, ATTRIBUTE_KEY_LENGTH);
		write_u16(writer, transform->key_bits);
	}
}

static void write_proposal(struct writer *writer, const struct proposal *proposal,
			   uint8_t number, const uint8_t *spi, size_t spi_len,
			   bool last)
{
	size_t offset = writer->len;

	write_u8(writer, last ? LAST : MORE_PROPOSALS);
	write_u8(writer, 0);
	write_u16(writer, 0);
	write_u8(writer, number);
	write_u8(writer, proposal->protocol);
	write_u8(writer, (uint8_t)spi_len);
	write_u8(writer, (uint8_t)proposal->n_transforms);
	write_octets(writer, spi, spi_len);
	for (size_t i = 0; i < proposal->n_transforms; i++)
		write_transform(writer, &proposal->transforms[i],
				i + 1 == proposal->n_transforms);
	overwrite_u16(writer, offset + 2, writer->len - offset);
}

static void write_proposals(struct message_writer *message,
			    const struct proposal *proposals, size_t n,
			    const uint8_t *spi, size_t spi_len)
{
	size_t offset = payload_begin(message, PAYLOAD_SA);

	for (size_t i = 0; i < n; i++)
		write_proposal(&message->writer, &proposals[i],
			       proposals[i].number ? proposals[i].number :
						     (uint8_t)(i + 1),
			       spi, spi_len, i + 1 == n);
	payload_end(message, offset);
}

void sa_write(struct message_writer *message, const struct proposal *proposals,
	      size_t n, uint32_t esp_spi)
{
	const uint8_t spi[ESP_SPI_SIZE] = {
		(uint8_t)(esp_spi >> 24), (uint8_t)(esp_spi >> 16),
		(uint8_t)(esp_spi >> 8), (uint8_t)esp_spi,
	};

	write_proposals(message, proposals, n, spi, esp_spi ? sizeof(spi) : 0);
}

void sa_write_rekey(struct message_writer *message,
		    const struct proposal *proposals, size_t n,
		    const uint8_t ike_spi[IKE_SPI_SIZE])
{
	write_proposals(message, proposals, n, ike_spi, IKE_SPI_SIZE);
}
