// SPDX-License-Identifier: GPL-2.0
#include "wire/payload.h"

#include <string.h>

#define ESP_SPI_SIZE 4

bool ke_parse(const struct payload *payload, struct ke_payload *ke)
{
	struct reader reader = { .data = payload->body, .left = payload->len };

	ke->method = read_u16(&reader);
	read_u16(&reader);
	ke->len = reader.left;
	ke->data = reader.data;
	return !reader.truncated && ke->len;
}

void ke_write(struct message_writer *message, uint16_t method,
	      const uint8_t *data, size_t len)
{
	size_t offset = payload_begin(message, PAYLOAD_KE);

	write_u16(&message->writer, method);
	write_u16(&message->writer, 0);
	write_octets(&message->writer, data, len);
	payload_end(message, offset);
}

bool nonce_parse(const struct payload *payload, struct nonce *nonce)
{
	if (payload->len < NONCE_MIN || payload->len > NONCE_MAX)
		return false;
	nonce->len = (uint16_t)payload->len;
	memcpy(nonce->data, payload->body, payload->len);
	return true;
}

void nonce_write(struct message_writer *message, const struct nonce *nonce)
{
	size_t offset = payload_begin(message, PAYLOAD_NONCE);

	write_octets(&message->writer, nonce->data, nonce->len);
	payload_end(message, offset);
}

bool nonce_is_lower(const struct nonce *a, const struct nonce *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int difference = memcmp(a->data, b->data, len);

	return difference ? difference < 0 : a->len < b->len;
}

bool notify_parse(const struct payload *payload, struct notify_payload *notify)
{
	struct reader reader = { .data = payload->body, .left = payload->len };

	notify->protocol = read_u8(&reader);
	notify->spi_len = read_u8(&reader);
	notify->type = read_u16(&reader);
	notify->spi = read_octets(&reader, notify->spi_len);
	notify->len = reader.left;
	notify->data = reader.data;
	return !reader.truncated;
}

void notify_write(struct message_writer *message, uint16_t type,
		  const uint8_t *data, size_t len)
{
	size_t offset = payload_begin(message, PAYLOAD_NOTIFY);

	write_u8(&message->writer, 0);
	write_u8(&message->writer, 0);
	write_u16(&message->writer, type);
	write_octets(&message->writer, data, len);
	payload_end(message, offset);
}

void notify_write_esp(struct message_writer *message, uint16_t type, uint32_t spi)
{
	size_t offset = payload_begin(message, PAYLOAD_NOTIFY);

	write_u8(&message->writer, PROTOCOL_ESP);
	write_u8(&message->writer, ESP_SPI_SIZE);
	write_u16(&message->writer, type);
	write_u32(&message->writer, spi);
	payload_end(message, offset);
}

uint32_t notify_esp_spi(const struct notify_payload *notify)
{
	struct reader reader = { .data = notify->spi, .left = notify->spi_len };

	if (notify->protocol != PROTOCOL_ESP || notify->spi_len != ESP_SPI_SIZE)
		return 0;
	return read_u32(&reader);
}

static bool next_notify(const struct payloads *payloads, size_t *i,
			struct notify_payload *notify)
{
	while (*i < payloads->n) {
		const struct payload *payload = &payloads->list[(*i)++];

		if (payload->type == PAYLOAD_NOTIFY &&
		    notify_parse(payload, notify))
			return true;
	}
	return false;
}

bool notify_find(const struct payloads *payloads, uint16_t type,
		 struct notify_payload *notify)
{
	size_t i = 0;

	while (next_notify(payloads, &i, notify))
		if (notify->type == type)
			return true;
	return false;
}

bool notify_find_error(const struct payloads *payloads,
		       struct notify_payload *notify)
{
	size_t i = 0;

	while (next_notify(payloads, &i, notify))
		if (notify->type < NOTIFY_STATUS_FIRST)
			return true;
	return false;
}

bool delete_parse(const struct payload *payload, struct delete_payload *deleted)
{
	struct reader reader = { .data = payload->body, .left = payload->len };
	uint8_t spi_size;
	uint16_t n;

	deleted->protocol = read_u8(&reader);
	spi_size = read_u8(&reader);
	n = read_u16(&reader);
	deleted->n = 0;
	if (deleted->protocol == PROTOCOL_IKE)
		return !reader.truncated && !spi_size && !n && !reader.left;
	if (reader.truncated || spi_size != ESP_SPI_SIZE ||
	    reader.left != (size_t)n * ESP_SPI_SIZE)
		return false;
	while (reader.left && deleted->n < DELETE_SPIS_MAX)
		deleted->spis[deleted->n++] = read_u32(&reader);
	return true;
}

void delete_ike_write(struct message_writer *message)
{
	size_t offset = payload_begin(message, PAYLOAD_DELETE);

	write_u8(&message->writer, PROTOCOL_IKE);
	write_u8(&message->writer, 0);
	write_u16(&message->writer, 0);
	payload_end(message, offset);
}

void delete_esp_write(struct message_writer *message, const uint32_t *spis, size_t n)
{
	size_t offset = payload_begin(message, PAYLOAD_DELETE);

	write_u8(&message->writer, PROTOCOL_ESP);
	write_u8(&message->writer, ESP_SPI_SIZE);
	write_u16(&message->writer, (uint16_t)n);
	for (size_t i = 0; i < n; i++)
		write_u32(&message->writer, spis[i]);
	payload_end(message, offset);
}

bool id_parse(const struct payload *payload, struct identity *id)
{
	struct reader reader = { .data = payload->body, .left = payload->len };

	*id = (struct identity){ .type = read_u8(&reader) };
	read_octets(&reader, 3);
	if (reader.truncated || !reader.left || reader.left > sizeof(id->data))
		return false;
	id->len = (uint16_t)reader.left;
	memcpy(id->data, reader.data, id->len);
	return true;
}

void id_write(struct message_writer *message, uint8_t type,
	      const struct identity *id)
{
	size_t offset = payload_begin(message, type);

	write_u8(&message->writer, id->type);
	write_octets(&message->writer, "\0\0", 3);
	write_octets(&message->writer, id->data, id->len);
	payload_end(message, offset);
}

void auth_write(struct message_writer *message, uint8_t method,
		const uint8_t *data, size_t len)
{
	size_t offset = payload_begin(message, PAYLOAD_AUTH);

	write_u8(&message->writer, method);
	write_octets(&message->writer, "\0\0", 3);
	write_octets(&message->writer, data, len);
	payload_end(message, offset);
}
