// SPDX-License-Identifier: GPL-2.0
/*
 * A fuzz target without the fuzzer: it runs each input that is named once.
 *
 * usage: NAME [-m RUNS] FILE...
 *
 * With -m it runs so many changes to the inputs instead, each made of up to four by
 * the target's own mutator: the same ones each time.
 *
 * A file whose name ends in .hex has an input in hexadecimal on each line, and
 * comments after "#"; any other is an input itself.  A directory that ends the
 * arguments after "-x" gets the inputs of the files as files of their own.
 */
#include <ctype.h>
#include <stdbool.h>

#include "draw.h"
#include "mutator.h"
#include "steps.h"

/* Of the targets that are given datagrams */
void steps_print(void) __attribute__((weak));

/* Of the targets that have one */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed) __attribute__((weak));

/* Of the builds with sanitizers */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

#define INPUT_MAX	((size_t)1 << 20)
#define CHANGED_MAX	16384	/* octets of an input that was changed */
#define CHANGES_MAX	4

struct input {
	size_t size;
	uint8_t *data;
};

static const char *unpack_to;	/* NULL: the inputs are run */
static struct input *kept;	/* to be changed, unless runs is 0 */
static unsigned long runs;
static unsigned long changed; /* runs so far */
static unsigned long inputs;
static uint32_t chance;

static uint32_t draw(uint32_t n)
{
	chance = chance * 1664525 + 1013904223;
	return (chance >> 8) % n;
}

/* In libFuzzer's place: another octet, one more, or one less. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
	size_t at = draw((uint32_t)size + 1);
	uint32_t what = draw(3);

	if (what == 0 && size < max) {
		memmove(data + at + 1, data + at, size - at);
		data[at] = (uint8_t)draw(256);
		return size + 1;
	}
	if (at == size)
		return size;
	if (what == 1) {
		memmove(data + at, data + at + 1, size - at - 1);
		return size - 1;
	}
	data[at] = (uint8_t)draw(256);
	return size;
}

static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = exact_copy(data, size);

	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void keep(const uint8_t *data, size_t size)
{
	kept = realloc(kept, (inputs + 1) * sizeof(*kept));
	require(kept);
	kept[inputs] = (struct input){ size, exact_copy(data, size) };
}

static void run_changed(const struct input *input)
{
	static uint8_t data[CHANGED_MAX];
	size_t size = input->size;

	require(size <= sizeof(data));
	memcpy(data, input->data, size);
	for (uint32_t n = draw(CHANGES_MAX) + 1; n; n--)
		size = LLVMFuzzerCustomMutator(data, size, sizeof(data),
					       draw(UINT32_MAX));
	run(data, size);
}

/* As the process dies of what a run has found */
static void say_runs(void)
{
	fprintf(stderr, "after %lu runs\n", changed);
}

static void run_all_changed(void)
{
	require(LLVMFuzzerCustomMutator);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(say_runs);
	while (inputs && changed++ < runs)
		run_changed(&kept[draw((uint32_t)inputs)]);
	for (unsigned long i = 0; i < inputs; i++)
		free(kept[i].data);
	free(kept);
}

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
	if (unpack_to)
		unpack(data, size);
	else if (runs)
		keep(data, size);
	else
		run(data, size);
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
	if (argc > 3 && !strcmp(argv[1], "-m")) {
		runs = strtoul(argv[2], NULL, 10);
		argv += 2;
		argc -= 2;
	}
	for (int i = 1; i < argc; i++)
		take_file(argv[i]);
	if (runs)
		run_all_changed();
	printf("%lu inputs", inputs);
	if (runs)
		printf(", %lu runs of changed ones", runs);
	if (steps_print)
		steps_print();
	putchar('\n');
	return inputs ? EXIT_SUCCESS : EXIT_FAILURE;
}
