// SPDX-License-Identifier: GPL-2.0
#include "repeat.h"

#include <stdbool.h>
#include <string.h>

#include "wire/payload.h"

#define TAG_SIZE		4	/* of the kernel that is played */
#define PAYLOAD_HEADER_SIZE	4
#define NEXT_PAYLOAD_OFFSET	16
#define SKF_NUMBERS_SIZE	4
#define MORE_PROPOSALS		2
#define MORE_TRANSFORMS		3

/* More than any reader takes of a kind, SPIs but for one */
#define TIMES_MAX	300

struct message {
	uint8_t *data;
	size_t len;
	size_t max;
	uint32_t chance;
};

/* A piece of the message that has its length in its third and fourth octet */
struct piece {
	size_t at;
	size_t len;
};

static size_t draw(struct message *message, size_t n)
{
	message->chance = message->chance * 1664525 + 1013904223;
	return (message->chance >> 8) % n;
}

static void add_u16(struct message *message, size_t at, size_t more)
{
	size_t sum = (size_t)message->data[at] << 8 | message->data[at + 1];

	sum += more;
	message->data[at] = (uint8_t)(sum >> 8);
	message->data[at + 1] = (uint8_t)sum;
}

static void grow(struct message *message, const struct piece *outer, size_t more)
{
	add_u16(message, outer->at + 2, more);
}

/* A few, or many; at most @most. */
static size_t draw_times(struct message *message, size_t most)
{
	size_t times = draw(message, draw(message, 2) ? TIMES_MAX : 20) + 1;

	return times < most ? times : most;
}

/* Return: how many copies of the piece were put before it, at most @most. */
static size_t repeat(struct message *message, const struct piece *piece,
		     size_t most)
{
	size_t room = (message->max - message->len) / piece->len;
	size_t times = draw_times(message, most < room ? most : room);
	uint8_t *at = message->data + piece->at;

	memmove(at + times * piece->len, at, message->len - piece->at);
	for (size_t i = 0; i < times; i++)
		memcpy(at + i * piece->len, at + times * piece->len, piece->len);
	message->len += times * piece->len;
	return times;
}

/* Return: whether a piece of @min octets or more is at @at, and ends by @end. */
static bool is_piece(const struct message *message, size_t at, size_t end,
		     size_t min, struct piece *piece)
{
	const uint8_t *data = message->data + at;

	if (at + PAYLOAD_HEADER_SIZE > end)
		return false;
	*piece = (struct piece){ at, (size_t)data[2] << 8 | data[3] };
	return piece->len >= min && piece->len <= end - at;
}

/* Return: whether there is a piece from @at to @end; any of them. */
static bool choose(struct message *message, size_t at, size_t end, size_t min,
		   struct piece *piece)
{
	struct piece each;
	size_t n = 0;

	for (; is_piece(message, at, end, min, &each); at += each.len)
		if (!draw(message, ++n))
			*piece = each;
	return n;
}

static size_t end_of(const struct piece *piece)
{
	return piece->at + piece->len;
}

static void repeat_transform(struct message *message,
			     const struct piece *payload,
			     const struct piece *proposal)
{
	uint8_t *count = &message->data[proposal->at + 7];
	size_t first = proposal->at + 8 + message->data[proposal->at + 6];
	struct piece transform;
	size_t n;

	if (!choose(message, first, end_of(proposal), 8, &transform))
		return;
	n = repeat(message, &transform, UINT8_MAX - *count);
	for (size_t i = 0; i < n; i++)
		message->data[transform.at + i * transform.len] = MORE_TRANSFORMS;
	*count += (uint8_t)n;
	grow(message, proposal, n * transform.len);
	grow(message, payload, n * transform.len);
}

/* Proposals have numbers that rise: so do those after the copies. */
static void number_on(struct message *message, size_t at, size_t end, size_t n)
{
	struct piece each;

	for (; is_piece(message, at, end, 8, &each); at += each.len)
		message->data[each.at + 4] += (uint8_t)n;
}

static void repeat_proposal(struct message *message, const struct piece *payload,
			    const struct piece *proposal)
{
	size_t n = repeat(message, proposal, UINT8_MAX);

	for (size_t i = 0; i < n; i++) {
		uint8_t *copy = message->data + proposal->at + i * proposal->len;

		copy[0] = MORE_PROPOSALS;
		copy[4] += (uint8_t)i;
	}
	grow(message, payload, n * proposal->len);
	number_on(message, proposal->at + n * proposal->len,
		  end_of(payload) + n * proposal->len, n);
}

static void repeat_in_sa(struct message *message, const struct piece *payload)
{
	struct piece proposal;

	if (!choose(message, payload->at + 4, end_of(payload), 8, &proposal))
		return;
	if (draw(message, 2))
		repeat_transform(message, payload, &proposal);
	else
		repeat_proposal(message, payload, &proposal);
}

static void repeat_selector(struct message *message, const struct piece *payload)
{
	uint8_t *count = &message->data[payload->at + 4];
	struct piece selector;
	size_t n;

	if (!choose(message, payload->at + 8, end_of(payload), 8, &selector))
		return;
	n = repeat(message, &selector, UINT8_MAX - *count);
	*count += (uint8_t)n;
	grow(message, payload, n * selector.len);
}

static void repeat_spi(struct message *message, const struct piece *payload)
{
	struct piece spi = { payload->at + 8, message->data[payload->at + 5] };
	size_t n;

	if (!spi.len || spi.len > payload->len - 8)
		return;
	n = repeat(message, &spi, TIMES_MAX);
	add_u16(message, payload->at + 6, n);
	grow(message, payload, n * spi.len);
}

static void repeat_payload(struct message *message, const struct piece *payload,
			   uint8_t type)
{
	size_t n = repeat(message, payload, TIMES_MAX);

	for (size_t i = 0; i < n; i++)
		message->data[payload->at + i * payload->len] = type;
}

static void repeat_in(struct message *message, const struct piece *payload,
		      uint8_t type)
{
	if (type == PAYLOAD_SA && payload->len >= 12)
		repeat_in_sa(message, payload);
	else if ((type == PAYLOAD_TSI || type == PAYLOAD_TSR) && payload->len > 8)
		repeat_selector(message, payload);
	else if (type == PAYLOAD_DELETE && payload->len > 8)
		repeat_spi(message, payload);
	else
		repeat_payload(message, payload, type);
}

/* The chain of payloads, in an SK payload where there is one */
struct chain {
	size_t type_at;	/* of the first payload */
	size_t at;
	size_t end;
};

static struct chain chain_of(const struct message *message)
{
	struct chain chain = {
		NEXT_PAYLOAD_OFFSET, IKE_HEADER_SIZE, message->len,
	};
	uint8_t type = message->data[NEXT_PAYLOAD_OFFSET];

	if (type != PAYLOAD_SK && type != PAYLOAD_SKF)
		return chain;
	chain.type_at = IKE_HEADER_SIZE;
	chain.at += PAYLOAD_HEADER_SIZE;
	if (type == PAYLOAD_SKF)
		chain.at += SKF_NUMBERS_SIZE;
	chain.end -= TAG_SIZE;
	return chain;
}

size_t repeat_in_message(uint8_t *data, size_t len, size_t max, uint32_t seed)
{
	struct message message = { data, len, max, seed };
	uint8_t type, chosen_type = 0;
	struct piece each, chosen;
	struct chain chain;
	size_t n = 0;

	if (len < IKE_HEADER_SIZE + PAYLOAD_HEADER_SIZE)
		return len;
	chain = chain_of(&message);
	type = data[chain.type_at];
	while (type && is_piece(&message, chain.at, chain.end,
				PAYLOAD_HEADER_SIZE, &each)) {
		if (!draw(&message, ++n)) {
			chosen = each;
			chosen_type = type;
		}
		type = data[each.at];
		chain.at += each.len;
	}
	if (!n)
		return len;
	if (draw(&message, 3))
		repeat_in(&message, &chosen, chosen_type);
	else
		repeat_payload(&message, &chosen, chosen_type);
	return message.len;
}
