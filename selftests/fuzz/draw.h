/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a fuzz target is made of: it draws its decisions from the octets of the
 * input, one after the other, and requires what must hold.  Where the input has
 * ended it draws zeros.
 */
#ifndef DRAW_H
#define DRAW_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As libFuzzer calls it.  Return: 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The process ends here, and the fuzzer keeps the input, when it does not hold. */
#define require(condition)						\
	do {								\
		if (!(condition)) {					\
			fprintf(stderr, "%s:%d: not so: %s\n",		\
				__FILE__, __LINE__, #condition);	\
			abort();					\
		}							\
	} while (0)

struct draw {
	const uint8_t *data;
	size_t left;
};

/* Return: how many octets could be had, at most @len, and where they are. */
static inline size_t draw_octets(struct draw *in, size_t len,
				 const uint8_t **octets)
{
	if (len > in->left)
		len = in->left;
	*octets = in->data;
	in->data += len;
	in->left -= len;
	return len;
}

static inline uint8_t draw_u8(struct draw *in)
{
	const uint8_t *octet;

	return draw_octets(in, 1, &octet) ? *octet : 0;
}

static inline uint16_t draw_u16(struct draw *in)
{
	uint16_t high = draw_u8(in);

	return (uint16_t)(high << 8 | draw_u8(in));
}

/* A copy that ends where its memory does, so that no octet after it can be read. */
static inline uint8_t *exact_copy(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	if (len)
		memcpy(copy, data, len);
	return copy;
}

#endif
