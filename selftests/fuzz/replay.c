// SPDX-License-Identifier: GPL-2.0
/*
 * A fuzz target without the fuzzer: it runs each input that is named once.
 *
 * usage: NAME FILE...
 *
 * A file whose name ends in .hex has an input in hexadecimal on each line, and
 * comments after "#"; any other is an input itself.  A directory that ends the
 * arguments after "-x" gets the inputs of the files as files of their own.
 */
#include <ctype.h>
#include <stdbool.h>

#include "draw.h"
#include "steps.h"

/* Of the targets that are given datagrams */
void steps_print(void) __attribute__((weak));

#define INPUT_MAX	((size_t)1 << 20)

static const char *unpack_to;	/* NULL: the inputs are run */
static unsigned long inputs;

static void unpack(const uint8_t *data, size_t size)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/seed-%lu", unpack_to, inputs);
	file = fopen(path, "wb");
	require(file && fwrite(data, 1, size, file) == size && !fclose(file));
}

static void take(const uint8_t *data, size_t size)
{
	uint8_t *copy = exact_copy(data, size);

	if (unpack_to)
		unpack(copy, size);
	else
		LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	inputs++;
}

/* Return: octets in @data, which are written over the line. */
static size_t read_hex(char *line, uint8_t *data)
{
	size_t len = 0;
	unsigned int octet;

	for (char *at = line; isxdigit((unsigned char)*at); at += 2) {
		require(isxdigit((unsigned char)at[1]));
		require(sscanf(at, "%2x", &octet) == 1);
		data[len++] = (uint8_t)octet;
	}
	return len;
}

static void take_lines(FILE *file)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, file) > 0)
		if (line[0] != '#')
			take((uint8_t *)line, read_hex(line, (uint8_t *)line));
	free(line);
}

static void take_whole(FILE *file)
{
	uint8_t *data = malloc(INPUT_MAX);
	size_t len;

	require(data);
	len = fread(data, 1, INPUT_MAX, file);
	take(data, len);
	free(data);
}

static void take_file(const char *path)
{
	const char *end = strrchr(path, '.');
	FILE *file = fopen(path, "rb");

	if (!file) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	if (end && !strcmp(end, ".hex"))
		take_lines(file);
	else
		take_whole(file);
	fclose(file);
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "-x")) {
		unpack_to = argv[--argc];
		argv++;
		argc--;
	}
	for (int i = 1; i < argc; i++)
		take_file(argv[i]);
	printf("%lu inputs", inputs);
	if (steps_print)
		steps_print();
	putchar('\n');
	return inputs ? EXIT_SUCCESS : EXIT_FAILURE;
}
