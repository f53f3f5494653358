// SPDX-License-Identifier: GPL-2.0
#include "patch.h"

#define CHANGES_MAX	7
#define ROOM	64	/* how much longer than what is valid */

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void change_octets(struct draw *in, uint8_t *data, size_t len)
{
	size_t offset = draw_u16(in) % len;
	size_t wanted = draw_u8(in) % 32 + 1;
	const uint8_t *octets;
	size_t n = draw_octets(in, smaller(wanted, len - offset), &octets);

	if (n)
		memcpy(data + offset, octets, n);
}

static void change_coefficient(struct draw *in, uint8_t *data, size_t len)
{
	size_t index = draw_u16(in);
	uint16_t value = draw_u16(in) & 0xfff;
	uint8_t *at;

	if (len < 3)
		return;
	index %= len / 3 * 2;
	at = data + index / 2 * 3;
	if (index % 2) {
		at[1] = (uint8_t)((at[1] & 0xf) | value << 4);
		at[2] = (uint8_t)(value >> 4);
	} else {
		at[0] = (uint8_t)value;
		at[1] = (uint8_t)((at[1] & 0xf0) | value >> 8);
	}
}

static void fill(struct draw *in, uint8_t *data, size_t len)
{
	size_t offset = draw_u16(in) % len;
	size_t n = draw_u16(in);

	memset(data + offset, draw_u8(in), smaller(n, len - offset));
}

static uint8_t *resize(struct draw *in, uint8_t *data, size_t *len)
{
	size_t wanted = draw_u16(in) % (*len + ROOM);
	uint8_t *copy = exact_copy(data, smaller(wanted, *len));

	if (wanted > *len) {
		copy = realloc(copy, wanted);
		if (!copy)
			abort();
		memset(copy + *len, 0, wanted - *len);
	}
	free(data);
	*len = wanted;
	return copy;
}

uint8_t *patched(struct draw *in, const uint8_t *valid, size_t valid_len,
		 size_t *len)
{
	uint8_t *data = exact_copy(valid, valid_len);
	unsigned int changes = draw_u8(in) % (CHANGES_MAX + 1);

	*len = valid_len;
	while (changes-- && *len) {
		switch (draw_u8(in) % 4) {
		case 0:
			change_octets(in, data, *len);
			break;
		case 1:
			change_coefficient(in, data, *len);
			break;
		case 2:
			fill(in, data, *len);
			break;
		default:
			data = resize(in, data, len);
			break;
		}
	}
	return data;
}
