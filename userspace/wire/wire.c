// SPDX-License-Identifier: GPL-2.0
#include "wire/wire.h"

#include <string.h>

const uint8_t *read_octets(struct reader *reader, size_t len)
{
	const uint8_t *data = reader->data;

	if (reader->truncated || len > reader->left) {
		reader->truncated = true;
		reader->left = 0;
		return NULL;
	}
	reader->data += len;
	reader->left -= len;
	return data;
}

uint8_t read_u8(struct reader *reader)
{
	const uint8_t *data = read_octets(reader, 1);

	return data ? data[0] : 0;
}

uint16_t read_u16(struct reader *reader)
{
	const uint8_t *data = read_octets(reader, 2);

	return data ? (uint16_t)(data[0] << 8 | data[1]) : 0;
}

uint32_t read_u32(struct reader *reader)
{
	uint32_t high = read_u16(reader);

	return high << 16 | read_u16(reader);
}

void write_octets(struct writer *writer, const void *data, size_t len)
{
	if (writer->overflow || len > writer->size - writer->len) {
		writer->overflow = true;
		return;
	}
	if (len)
		memcpy(writer->data + writer->len, data, len);
	writer->len += len;
}

void write_u8(struct writer *writer, uint8_t value)
{
	write_octets(writer, &value, 1);
}

void write_u16(struct writer *writer, uint16_t value)
{
	const uint8_t octets[] = { (uint8_t)(value >> 8), (uint8_t)value };

	write_octets(writer, octets, sizeof(octets));
}

void write_u32(struct writer *writer, uint32_t value)
{
	write_u16(writer, (uint16_t)(value >> 16));
	write_u16(writer, (uint16_t)value);
}

void overwrite_u8(struct writer *writer, size_t offset, uint8_t value)
{
	if (!writer->overflow)
		writer->data[offset] = value;
}

void overwrite_u16(struct writer *writer, size_t offset, size_t value)
{
	overwrite_u8(writer, offset, (uint8_t)(value >> 8));
	overwrite_u8(writer, offset + 1, (uint8_t)value);
}

void overwrite_u32(struct writer *writer, size_t offset, size_t value)
{
	overwrite_u16(writer, offset, value >> 16);
	overwrite_u16(writer, offset + 2, value & 0xffff);
}
