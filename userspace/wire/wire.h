/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fields in network byte order, read from and written to bounded buffers.
 *
 * A reader or writer that would pass its bound sets its flag and from then on
 * reads zeros or writes nothing, so that a caller checks once at the end.
 */
#ifndef PQIKE_WIRE_H
#define PQIKE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const uint8_t *data;
	size_t left; /* octets not yet read */
	bool truncated;
};

struct writer {
	uint8_t *data;
	size_t size;
	size_t len; /* octets written, at most @size */
	bool overflow;
};

uint8_t read_u8(struct reader *reader);
uint16_t read_u16(struct reader *reader);
uint32_t read_u32(struct reader *reader);

/* Return: the next @len octets, NULL where there are fewer. */
const uint8_t *read_octets(struct reader *reader, size_t len);

void write_u8(struct writer *writer, uint8_t value);
void write_u16(struct writer *writer, uint16_t value);
void write_u32(struct writer *writer, uint32_t value);
void write_octets(struct writer *writer, const void *data, size_t len);

/* Write over what stands at @offset; nothing after an overflow. */
void overwrite_u8(struct writer *writer, size_t offset, uint8_t value);
void overwrite_u16(struct writer *writer, size_t offset, size_t value);
void overwrite_u32(struct writer *writer, size_t offset, size_t value);

#endif
