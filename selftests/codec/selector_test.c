// SPDX-License-Identifier: GPL-2.0
/* Narrowing of traffic selectors. */
#include <arpa/inet.h>
#include <string.h>

#include "kselftest.h"
#include "wire/selector.h"

/* What the peer offers, what is configured, what they have in common. */
static const struct {
	const char *start;
	const char *end;
	uint8_t protocol;
	uint16_t start_port;
	uint16_t end_port;
	const char *configured;
	const char *narrowed; /* NULL: nothing */
} cases[] = {
	{ "10.1.0.0", "10.1.255.255", 0, 0, 65535, "10.1.0.0/16", "10.1.0.0/16" },
	{ "0.0.0.0", "255.255.255.255", 0, 0, 65535, "10.1.0.0/16", "10.1.0.0/16" },
	{ "10.1.2.0", "10.1.2.255", 0, 0, 65535, "10.1.0.0/16", "10.1.2.0/24" },
	{ "10.1.2.3", "10.1.2.3", 0, 0, 65535, "10.1.0.0/16", "10.1.2.3/32" },
	{ "10.1.2.3", "10.1.2.3", 0, 0, 65535, "0.0.0.0/0", "10.1.2.3/32" },
	{ "0.0.0.0", "255.255.255.255", 0, 0, 65535, "0.0.0.0/0", "0.0.0.0/0" },
	{ "10.1.2.0", "10.1.2.254", 0, 0, 65535, "10.1.0.0/16", NULL },
	{ "10.1.2.1", "10.1.2.2", 0, 0, 65535, "10.1.0.0/16", NULL },
	{ "10.0.0.0", "10.1.2.255", 0, 0, 65535, "10.1.0.0/16", NULL },
	{ "10.2.0.0", "10.2.255.255", 0, 0, 65535, "10.1.0.0/16", NULL },
	{ "10.1.255.255", "10.1.0.0", 0, 0, 65535, "10.1.0.0/16", NULL },
	{ "10.1.0.0", "10.1.255.255", 6, 0, 65535, "10.1.0.0/16", "10.1.0.0/16[6]" },
	{ "10.1.0.0", "10.1.255.255", 6, 443, 443, "10.1.0.0/16", "10.1.0.0/16[6/443]" },
	{ "10.1.0.0", "10.1.255.255", 0, 0, 65535, "10.1.0.0/16[tcp/443]", "10.1.0.0/16[6/443]" },
	{ "10.1.0.0", "10.1.255.255", 6, 400, 500, "10.1.0.0/16[tcp/443]", "10.1.0.0/16[6/443]" },
	{ "10.1.0.0", "10.1.255.255", 6, 444, 500, "10.1.0.0/16[tcp/443]", NULL },
	{ "10.1.0.0", "10.1.255.255", 17, 0, 65535, "10.1.0.0/16[tcp/443]", NULL },
	{ "10.1.0.0", "10.1.255.255", 6, 400, 500, "10.1.0.0/16", NULL },
	{ "10.1.0.0", "10.1.255.255", 6, 65535, 0, "10.1.0.0/16", NULL },
	{ "10.1.0.0", "10.1.255.255", 6, 1024, 2047, "10.1.0.0/16", "10.1.0.0/16[6/1024-2047]" },
	{ "10.1.0.0", "10.1.255.255", 6, 0, 1023, "10.1.0.0/16", "10.1.0.0/16[6/0-1023]" },
	{ "10.1.0.0", "10.1.255.255", 1, 0x0800, 0x08ff, "10.1.0.0/16", "10.1.0.0/16[1/8]" },
	{ "10.1.0.0", "10.1.255.255", 6, 0, 0, "10.1.0.0/16", "10.1.0.0/16[6/0]" },
	{ "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", 0, 0, 65535, "2001:db8::/32",
	  "2001:db8::/64" },
	{ "2001:db8::", "2001:db8::ffff", 0, 0, 65535, "10.1.0.0/16", NULL },
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

static void set_selector(struct selector *selector, const char *start,
			 const char *end)
{
	*selector = (struct selector){
		.family = strchr(start, ':') ? AF_INET6 : AF_INET,
		.end_port = 65535,
	};
	inet_pton(selector->family, start, selector->start);
	inet_pton(selector->family, end, selector->end);
}

static bool parse(const char *text, struct prefixes *prefixes)
{
	char error[128];

	if (prefix_parse(text, &prefixes->list[prefixes->n++], error,
			 sizeof(error)))
		return true;
	ksft_print_msg("%s: %s\n", text, error);
	return false;
}

static bool narrows_to(const struct selectors *offered,
		       const struct prefixes *configured, const char *expected)
{
	struct prefixes narrowed;
	char is[512] = "nothing";

	if (selectors_narrow(offered, configured, &narrowed))
		prefixes_print(&narrowed, is, sizeof(is));
	if (!strcmp(is, expected))
		return true;
	ksft_print_msg("is %s\n", is);
	return false;
}

static bool run_case(size_t i)
{
	struct selectors offered = { .n = 1 };
	struct prefixes configured = { 0 };
	const char *expected;

	set_selector(&offered.list[0], cases[i].start, cases[i].end);
	offered.list[0].protocol = cases[i].protocol;
	offered.list[0].start_port = cases[i].start_port;
	offered.list[0].end_port = cases[i].end_port;
	expected = cases[i].narrowed ?: "nothing";
	return parse(cases[i].configured, &configured) &&
	       narrows_to(&offered, &configured, expected);
}

/* RFC 7296 section 2.9: the packet that began it comes first, then the rest. */
static bool drops_what_another_contains(void)
{
	struct selectors offered = { .n = 3 };
	struct prefixes configured = { 0 };

	set_selector(&offered.list[0], "10.1.2.3", "10.1.2.3");
	offered.list[0].protocol = 6;
	set_selector(&offered.list[1], "10.1.0.0", "10.1.127.255");
	set_selector(&offered.list[2], "172.16.0.0", "172.16.255.255");
	return parse("10.1.0.0/16", &configured) &&
	       narrows_to(&offered, &configured, "10.1.0.0/17");
}

static bool keeps_several(void)
{
	struct selectors offered = { .n = 3 };
	struct prefixes configured = { 0 };

	set_selector(&offered.list[0], "10.1.0.0", "10.1.0.255");
	set_selector(&offered.list[1], "10.9.0.0", "10.9.255.255");
	set_selector(&offered.list[2], "2001:db8::", "2001:db8::ffff");
	return parse("10.1.0.0/16", &configured) &&
	       parse("10.9.1.0/24", &configured) &&
	       parse("10.3.0.0/16", &configured) &&
	       parse("2001:db8::/32", &configured) &&
	       narrows_to(&offered, &configured,
			  "10.1.0.0/24 10.9.1.0/24 2001:db8::/112");
}

static bool keeps_no_more_than_fit(void)
{
	struct selectors offered = { .n = SELECTORS_MAX };
	struct prefixes configured = { 0 };
	struct prefixes narrowed;

	for (size_t i = 0; i < SELECTORS_MAX; i++) {
		set_selector(&offered.list[i], "10.1.0.0", "10.1.0.0");
		offered.list[i].start[3] = (uint8_t)(2 * i);
		offered.list[i].end[3] = (uint8_t)(2 * i);
	}
	return parse("10.1.0.0/16", &configured) &&
	       selectors_narrow(&offered, &configured, &narrowed) &&
	       narrowed.n == PREFIXES_MAX;
}

static bool prints(void)
{
	struct selectors offered = { .n = 1 };
	char text[SELECTOR_TEXT_SIZE];
	bool first;

	set_selector(&offered.list[0], "10.1.0.0", "10.1.0.9");
	selectors_print(&offered, text, sizeof(text));
	first = !strcmp(text, "10.1.0.0-10.1.0.9");
	offered.n = 0;
	selectors_print(&offered, text, sizeof(text));
	return first && !strcmp(text, "none");
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(N_CASES + 4);
	for (size_t i = 0; i < N_CASES; i++)
		ksft_test_result(run_case(i), "%s-%s with %s\n", cases[i].start,
				 cases[i].end, cases[i].configured);
	ksft_test_result(drops_what_another_contains(),
			 "drops what another contains\n");
	ksft_test_result(keeps_several(), "keeps several\n");
	ksft_test_result(keeps_no_more_than_fit(), "keeps no more than fit\n");
	ksft_test_result(prints(), "prints a range\n");
	ksft_finished();
}
