// SPDX-License-Identifier: GPL-2.0
/* Traffic Selector payloads, RFC 7296 section 3.13. */
#include <string.h>
#include <sys/socket.h>

#include "wire/payload.h"

#define TS_IPV4_ADDR_RANGE 7
#define TS_IPV6_ADDR_RANGE 8
#define SELECTOR_HEADER_SIZE 8

static size_t address_size(int family)
{
	return family == AF_INET ? 4 : 16;
}

/* Return: false when malformed; *known says whether @selector was set. */
static bool parse_selector(struct reader *reader, struct selector *selector,
			   bool *known)
{
	uint8_t type = read_u8(reader);
	uint8_t protocol = read_u8(reader);
	uint16_t length = read_u16(reader);
	struct reader body = { 0 };
	size_t size;

	if (length < SELECTOR_HEADER_SIZE)
		return false;
	body.left = length - 4U;
	body.data = read_octets(reader, body.left);
	if (!body.data)
		return false;
	*known = type == TS_IPV4_ADDR_RANGE || type == TS_IPV6_ADDR_RANGE;
	if (!*known)
		return true;
	*selector = (struct selector){ .protocol = protocol };
	selector->family = type == TS_IPV4_ADDR_RANGE ? AF_INET : AF_INET6;
	size = address_size(selector->family);
	selector->start_port = read_u16(&body);
	selector->end_port = read_u16(&body);
	if (body.left != 2 * size)
		return false;
	memcpy(selector->start, read_octets(&body, size), size);
	memcpy(selector->end, read_octets(&body, size), size);
	return true;
}

bool ts_parse(const struct payload *payload, struct selectors *selectors)
{
	struct reader reader = { .data = payload->body, .left = payload->len };
	uint8_t n = read_u8(&reader);

	read_octets(&reader, 3);
	selectors->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct selector selector;
		bool known;

		if (!parse_selector(&reader, &selector, &known))
			return false;
		if (known && selectors->n < SELECTORS_MAX)
			selectors->list[selectors->n++] = selector;
	}
	return n && !reader.truncated && !reader.left;
}

/* The highest address of a network. */
static void last_address(const struct prefix *prefix, uint8_t *last)
{
	size_t size = address_size(prefix->family);

	memcpy(last, prefix->address, size);
	for (size_t bit = prefix->length; bit < 8 * size; bit++)
		last[bit / 8] |= (uint8_t)(0x80 >> (bit % 8));
}

static void write_selector(struct writer *writer, const struct prefix *prefix)
{
	size_t size = address_size(prefix->family);
	uint16_t mask = prefix_port_mask(prefix);
	uint8_t last[16];

	last_address(prefix, last);
	write_u8(writer, prefix->family == AF_INET ? TS_IPV4_ADDR_RANGE :
						     TS_IPV6_ADDR_RANGE);
	write_u8(writer, prefix->protocol);
	write_u16(writer, (uint16_t)(SELECTOR_HEADER_SIZE + 2 * size));
	write_u16(writer, prefix->port & mask);
	write_u16(writer, (uint16_t)(prefix->port | (uint16_t)~mask));
	write_octets(writer, prefix->address, size);
	write_octets(writer, last, size);
}

void ts_write(struct message_writer *message, uint8_t type,
	      const struct prefixes *prefixes)
{
	ts_write_first(message, type, NULL, prefixes);
}

void ts_write_first(struct message_writer *message, uint8_t type,
		    const struct prefix *first, const struct prefixes *prefixes)
{
	struct writer *writer = &message->writer;
	size_t offset = payload_begin(message, type);

	write_u8(writer, (uint8_t)(prefixes->n + (first ? 1 : 0)));
	write_octets(writer, "\0\0", 3);
	if (first)
		write_selector(writer, first);
	for (size_t i = 0; i < prefixes->n; i++)
		write_selector(writer, &prefixes->list[i]);
	payload_end(message, offset);
}
