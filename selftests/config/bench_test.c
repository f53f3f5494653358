// SPDX-License-Identifier: GPL-2.0
/* What `pqike bench kem` asks of the kernel, and prints of its answers. */
#include <errno.h>
#include <json-c/json.h>
#include <linux/pqike.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/bench.h"
#include "kselftest.h"

/* Played below: answers with times that tell the request. */
struct kernel {
	unsigned int requests;
	uint32_t rounds;
	uint32_t most;
	uint32_t least;
	uint16_t ke_method;
	unsigned int refused; /* the number of the request that fails */
};

int kernel_bench_kem(struct kernel *kernel, uint16_t ke_method, uint32_t rounds,
		     struct kernel_bench *bench)
{
	if (++kernel->requests == kernel->refused)
		return -EPERM;
	kernel->rounds += rounds;
	kernel->ke_method = ke_method;
	if (rounds > kernel->most)
		kernel->most = rounds;
	if (!kernel->least || rounds < kernel->least)
		kernel->least = rounds;
	strcpy(bench->implementation, "avx2");
	for (size_t i = 0; i < BENCH_OPERATIONS; i++)
		bench->times[i] = (struct kernel_bench_time){
			.min = 8000 + i - kernel->requests,
			.median = 9000 + i + 100 * (kernel->requests % 3),
			.max = UINT32_MAX + i + kernel->requests,
		};
	return 0;
}

static unsigned int announced;

static void count_progress(const char *set, uint32_t done, uint32_t rounds)
{
	announced += !strcmp(set, "mlkem768") && done < rounds;
}

static void test_requests(void)
{
	struct kernel kernel = { 0 };
	struct bench bench;
	int result = bench_run(&kernel, "mlkem768", 1000, count_progress, &bench);

	ksft_test_result(!result && kernel.requests == 8 && announced == 8,
			 "1000 rounds are eight requests, each announced\n");
	ksft_test_result(kernel.rounds == 1000 && kernel.ke_method == 36,
			 "all rounds are asked for, of the right method\n");
	ksft_test_result(kernel.most <= PQIKE_BENCH_ROUNDS_MAX &&
			 kernel.most - kernel.least <= 1,
			 "requests are of the same size: %u to %u\n",
			 kernel.least, kernel.most);
	/* medians 9100, 9200, 9000, 9100, 9200, 9000, 9100, 9200 */
	ksft_test_result(bench.rounds == 1000 &&
			 bench.kernel.times[0].min == 7992 &&
			 bench.kernel.times[0].median == 9100 &&
			 bench.kernel.times[0].max == UINT32_MAX + 8ULL,
			 "their times are put together\n");
}

static void test_sizes(void)
{
	static const uint32_t rounds[] = {
		1, PQIKE_BENCH_ROUNDS_MAX, PQIKE_BENCH_ROUNDS_MAX + 1, 1000000,
	};
	bool right = true;

	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++) {
		struct kernel kernel = { 0 };
		struct bench bench;

		right &= !bench_run(&kernel, "mlkem1024", rounds[i],
				    count_progress, &bench) &&
			 kernel.rounds == rounds[i] && kernel.least &&
			 kernel.most <= PQIKE_BENCH_ROUNDS_MAX &&
			 kernel.ke_method == 37;
	}
	ksft_test_result(right, "one round, a million, and at the bound\n");
}

static void test_refusal(void)
{
	struct kernel kernel = { .refused = 2 };
	struct bench bench;
	int result = bench_run(&kernel, "mlkem512", 1000, count_progress, &bench);

	ksft_test_result(result == -EPERM && kernel.requests == 2,
			 "no more is asked after a refusal\n");
}

static void fill(struct bench benches[2])
{
	static const char *const sets[] = { "mlkem512", "mlkem1024" };

	for (size_t i = 0; i < 2; i++) {
		struct kernel kernel = { 0 };

		bench_run(&kernel, sets[i], 128, count_progress, &benches[i]);
	}
}

static char *read_whole(const char *file)
{
	char *text = NULL;
	size_t size = 0;
	FILE *in = fopen(file, "r");

	if (!in || getdelim(&text, &size, '\0', in) < 0)
		ksft_exit_fail_msg("cannot read %s\n", file);
	fclose(in);
	return text;
}

static size_t widest_line(const char *text)
{
	size_t widest = 0;

	for (; *text; text += strcspn(text, "\n") + 1)
		if (strcspn(text, "\n") > widest)
			widest = strcspn(text, "\n");
	return widest;
}

static void test_text(const struct bench benches[2])
{
	char *text = NULL, *expected = read_whole("bench.text");
	size_t size;
	FILE *out = open_memstream(&text, &size);

	bench_text(benches, 2, out);
	fclose(out);
	if (strcmp(text, expected) != 0)
		ksft_print_msg("printed\n%s", text);
	ksft_test_result(!strcmp(text, expected), "text\n");
	ksft_test_result(widest_line(text) <= 80,
			 "no line is wider than 80 columns: %zu\n",
			 widest_line(text));
	free(expected);
	free(text);
}

/* By value: versions of json-c differ in where they break lines. */
static void test_json(const struct bench benches[2])
{
	char *text = NULL, *expected = read_whole("bench.json");
	struct json_object *a, *b;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool printed = bench_json(benches, 2, out);

	fclose(out);
	a = json_tokener_parse(text);
	b = json_tokener_parse(expected);
	if (!json_object_equal(a, b))
		ksft_print_msg("printed\n%s", text);
	ksft_test_result(printed && a && json_object_equal(a, b), "JSON\n");
	json_object_put(a);
	json_object_put(b);
	free(expected);
	free(text);
}

int main(void)
{
	struct bench benches[2];

	ksft_print_header();
	ksft_set_plan(9);
	test_requests();
	test_sizes();
	test_refusal();
	fill(benches);
	test_text(benches);
	test_json(benches);
	ksft_finished();
}
