// SPDX-License-Identifier: GPL-2.0
/* What `pqike bench handshake` makes of what it has counted. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/handshake_record.h"
#include "kselftest.h"

#define MILLISECOND UINT64_C(1000000)

/* Latencies of 1 to @n ms, in no order: 7919 is a prime. */
static void establish(struct handshake_record *record, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		handshake_record_established(record, ((uint64_t)i * 7919 % n + 1) *
							     MILLISECOND);
	handshake_record_finish(record);
}

static bool percentile_is(const struct handshake_record *record,
			  unsigned int percent, uint64_t milliseconds)
{
	uint64_t found = handshake_percentile(record, percent);

	if (found != milliseconds * MILLISECOND)
		ksft_print_msg("%u %%: %llu ns\n", percent,
			       (unsigned long long)found);
	return found == milliseconds * MILLISECOND;
}

static void test_percentiles(void)
{
	struct handshake_record record = { 0 };

	ksft_test_result(percentile_is(&record, 50, 0), "of none\n");
	establish(&record, 1);
	ksft_test_result(percentile_is(&record, 0, 1) &&
			 percentile_is(&record, 50, 1) &&
			 percentile_is(&record, 100, 1), "of one\n");
	handshake_record_free(&record);

	record = (struct handshake_record){ 0 };
	establish(&record, 10);
	ksft_test_result(percentile_is(&record, 0, 1) &&
			 percentile_is(&record, 50, 5) &&
			 percentile_is(&record, 51, 6) &&
			 percentile_is(&record, 90, 9) &&
			 percentile_is(&record, 99, 10) &&
			 percentile_is(&record, 100, 10),
			 "of ten, by the nearest rank\n");
	handshake_record_free(&record);

	record = (struct handshake_record){ 0 };
	establish(&record, 5000);
	ksft_test_result(percentile_is(&record, 0, 1) &&
			 percentile_is(&record, 50, 2500) &&
			 percentile_is(&record, 99, 4950) &&
			 percentile_is(&record, 100, 5000), "of 5000\n");
	handshake_record_free(&record);
}

static void test_rate(void)
{
	struct handshake_record record = { 0 };

	establish(&record, 300);
	ksft_test_result(handshake_rate(&record) == 0, "no time has passed\n");
	record.elapsed = 1500 * MILLISECOND;
	record.failed = 7;
	ksft_test_result(handshake_rate(&record) == 200,
			 "the rate is of those established\n");
	handshake_record_free(&record);
}

static void test_most(void)
{
	struct handshake_record record = { 0 };
	bool all = true;

	for (uint32_t i = 0; i < HANDSHAKES_MAX; i++)
		all &= handshake_record_established(&record, i);
	ksft_test_result(all && !handshake_record_established(&record, 0) &&
			 record.established == HANDSHAKES_MAX,
			 "as many as are kept, and no more\n");
	handshake_record_free(&record);
}

static void test_causes(void)
{
	struct handshake_record record = { 0 };
	char text[2 * HANDSHAKE_CAUSE_SIZE];

	for (unsigned int i = 0; i < HANDSHAKE_CAUSES_MAX + 3; i++) {
		snprintf(text, sizeof(text), "cause %u", i);
		handshake_record_failed(&record, text);
		handshake_record_failed(&record, text);
	}
	handshake_record_not_deleted(&record, "cause 0");
	ksft_test_result(record.n_causes == HANDSHAKE_CAUSES_MAX &&
			 record.causes[0].n == 3 &&
			 record.causes[HANDSHAKE_CAUSES_MAX - 1].n == 2 &&
			 record.other_causes == 6 && record.not_deleted == 1 &&
			 record.failed == 2 * (HANDSHAKE_CAUSES_MAX + 3),
			 "causes are told apart up to a bound\n");

	record = (struct handshake_record){ 0 };
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	handshake_record_failed(&record, text);
	handshake_record_failed(&record, text);
	ksft_test_result(record.n_causes == 1 && record.causes[0].n == 2 &&
			 strlen(record.causes[0].text) < HANDSHAKE_CAUSE_SIZE,
			 "a long one is cut off\n");
}

static void test_addresses(void)
{
	static const char *const texts[][2] = {
		{ "peer 192.0.2.2 does not answer",
		  "peer ADDRESS does not answer" },
		{ "peer 2001:db8::1: refused", "peer ADDRESS: refused" },
		{ "to 192.0.2.2.", "to ADDRESS." },
		{ "(2001:db8::1)", "(ADDRESS)" },
		{ "fe80 and 4.5 and 16438: no x192.0.2.2 192.0.2.2x",
		  "fe80 and 4.5 and 16438: no x192.0.2.2 192.0.2.2x" },
		{ "", "" },
	};
	bool right = true;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct handshake_record record = { 0 };

		handshake_record_failed(&record, texts[i][0]);
		if (!strcmp(record.causes[0].text, texts[i][1]))
			continue;
		ksft_print_msg("%s: %s\n", texts[i][0], record.causes[0].text);
		right = false;
	}
	ksft_test_result(right, "addresses are left out\n");
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

static void test_text(const struct handshake_record *record, const char *file)
{
	char *text = NULL, *expected = read_whole(file);
	size_t size;
	FILE *out = open_memstream(&text, &size);

	handshake_text(record, out);
	fclose(out);
	if (strcmp(text, expected) != 0)
		ksft_print_msg("printed\n%s", text);
	ksft_test_result(!strcmp(text, expected), "%s\n", file);
	free(expected);
	free(text);
}

/* By value: versions of json-c differ in where they break lines. */
static void test_json(const struct handshake_record *record, const char *file)
{
	char *text = NULL, *expected = read_whole(file);
	struct json_object *a, *b;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool printed = handshake_json(record, out);

	fclose(out);
	a = json_tokener_parse(text);
	b = json_tokener_parse(expected);
	if (!json_object_equal(a, b))
		ksft_print_msg("printed\n%s", text);
	ksft_test_result(printed && a && json_object_equal(a, b), "%s\n", file);
	json_object_put(a);
	json_object_put(b);
	free(expected);
	free(text);
}

static void test_print(void)
{
	struct handshake_record record = {
		.connections = 64, .in_flight = 16, .elapsed = 4000 * MILLISECOND,
		.interrupted = true, .sent_again = 31,
	};

	establish(&record, 1000);
	for (unsigned int i = 0; i < HANDSHAKE_CAUSES_MAX; i++) {
		char text[64];

		snprintf(text, sizeof(text),
			 "peer 192.0.2.%u does not answer IKE_AUTH", i);
		handshake_record_failed(&record, text);
	}
	for (unsigned int i = 0; i < 4; i++)
		handshake_record_failed(&record, "given up before it was established");
	handshake_record_not_deleted(&record, "peer 192.0.2.2 does not answer INFORMATIONAL; deleted on this side only");
	test_text(&record, "handshake.text");
	test_json(&record, "handshake.json");
	handshake_record_free(&record);

	record = (struct handshake_record){ .connections = 1, .in_flight = 1 };
	handshake_record_finish(&record);
	test_json(&record, "handshake_none.json");
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(13);
	test_percentiles();
	test_rate();
	test_most();
	test_causes();
	test_addresses();
	test_print();
	ksft_finished();
}
