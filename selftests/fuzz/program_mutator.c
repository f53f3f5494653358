// SPDX-License-Identifier: GPL-2.0
/*
 * A mutator for inputs that are programs: a few octets, which are a thing that
 * happens, happen many times over, the same each time or counting up.
 */
#include "mutator.h"

#include <string.h>

#define PIECE_MAX	6
#define TIMES_MAX	200
#define STRIDE_MAX	4

static size_t draw(uint32_t *chance, size_t n)
{
	*chance = *chance * 1664525 + 1013904223;
	return (*chance >> 8) % n;
}

/* Return: octets of @data then; 0 when there is no room. */
static size_t repeat(uint8_t *data, size_t size, size_t max, uint32_t chance)
{
	size_t len = draw(&chance, size < PIECE_MAX ? size : PIECE_MAX) + 1;
	uint8_t *at = data + draw(&chance, size - len + 1);
	size_t times = draw(&chance, TIMES_MAX) + 1;
	uint8_t stride = (uint8_t)draw(&chance, STRIDE_MAX);

	if (times > (max - size) / len)
		times = (max - size) / len;
	memmove(at + times * len, at, (size_t)(data + size - at));
	for (size_t i = 0; i < times; i++)
		memcpy(at + i * len, at + times * len, len);
	for (size_t i = 0; i <= times; i++)
		at[i * len] += (uint8_t)(i * stride);
	return times ? size + times * len : 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	size_t len = 0;

	if (size && size <= max && seed % 4 == 0)
		len = repeat(data, size, max, seed / 4);
	return len ? len : LLVMFuzzerMutate(data, size, max);
}
