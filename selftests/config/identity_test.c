// SPDX-License-Identifier: GPL-2.0
/* Identities: from text to type and octets, and back. */
#include <stdio.h>
#include <string.h>

#include "kselftest.h"
#include "wire/identity.h"

static const struct {
	const char *text;
	uint8_t type;
	const char *data;
	uint16_t len;
	const char *printed;
} good[] = {
	{ "192.0.2.1", ID_IPV4_ADDR, "\xc0\0\x02\x01", 4, "192.0.2.1" },
	{ "ipv4:192.0.2.1", ID_IPV4_ADDR, "\xc0\0\x02\x01", 4, "192.0.2.1" },
	{ "2001:db8::1", ID_IPV6_ADDR,
	  "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16, "2001:db8::1" },
	{ "ipv6:::1", ID_IPV6_ADDR, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", 16,
	  "::1" },
	{ "moon.example.org", ID_FQDN, "moon.example.org", 16,
	  "moon.example.org" },
	{ "@moon.example.org", ID_FQDN, "moon.example.org", 16,
	  "moon.example.org" },
	{ "fqdn:192.0.2.1", ID_FQDN, "192.0.2.1", 9, "fqdn:192.0.2.1" },
	{ "dns:a@b", ID_FQDN, "a@b", 3, "fqdn:a@b" },
	{ "ipsec@example.org", ID_RFC822_ADDR, "ipsec@example.org", 17,
	  "ipsec@example.org" },
	{ "@@ipsec", ID_RFC822_ADDR, "ipsec", 5, "email:ipsec" },
	{ "email:ipsec@example.org", ID_RFC822_ADDR, "ipsec@example.org", 17,
	  "ipsec@example.org" },
	{ "keyid:account_tunnel", ID_KEY_ID, "account_tunnel", 14,
	  "keyid:account_tunnel" },
	{ "keyid:*", ID_KEY_ID, "*", 1, "keyid:*" },
	{ "@#00fF", ID_KEY_ID, "\0\xff", 2, "keyid:#00ff" },
	{ "keyid:#61", ID_KEY_ID, "a", 1, "keyid:a" },
	{ "not:an:address", ID_KEY_ID, "not:an:address", 14, "not:an:address" },
};

/* What only a peer can send. */
static const struct {
	struct identity id;
	const char *printed;
} received[] = {
	{ { ID_FQDN, 5, "a\x1b[1m" }, "fqdn:#611b5b316d" },
	{ { ID_FQDN, 3, "a\nb" }, "fqdn:#610a62" },
	{ { ID_FQDN, 0, "" }, "fqdn:#" },
	{ { ID_IPV4_ADDR, 3, { 1, 2, 3 } }, "ipv4:#010203" },
	{ { ID_KEY_ID, 2, "#a" }, "keyid:#2361" },
	{ { 9, 2, { 0x30, 0 } }, "{9}:#3000" },
};

static const char *const bad[] = {
	"%any", "*", "*.example.org", "C=CH, CN=moon", "@#", "@#0", "@#0g",
	"ipv4:moon", "ipv6:192.0.2.1", "keyid:", "fqdn:", "@", "",
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void test_good(size_t i)
{
	char error[128] = "", printed[IDENTITY_TEXT_SIZE] = "";
	struct identity id, again;
	bool ok;

	ok = identity_parse(good[i].text, &id, error, sizeof(error)) &&
	     id.type == good[i].type && id.len == good[i].len &&
	     !memcmp(id.data, good[i].data, id.len);
	if (ok)
		identity_print(&id, printed, sizeof(printed));
	ok = ok && !strcmp(printed, good[i].printed) &&
	     identity_parse(printed, &again, error, sizeof(error)) &&
	     identity_equal(&id, &again);
	if (!ok)
		ksft_print_msg("error \"%s\", printed %s\n", error, printed);
	ksft_test_result(ok, "%s is %s and reads back\n", good[i].text,
			 good[i].printed);
}

static void test_longest(void)
{
	char text[IDENTITY_TEXT_SIZE + 1];
	struct identity id = { .type = 255, .len = IDENTITY_DATA_MAX };

	memset(text, 'x', sizeof(text));
	identity_print(&id, text, IDENTITY_TEXT_SIZE);
	ksft_test_result(strlen(text) == strlen("{255}:#") + 2 * id.len,
			 "the longest identity fits into its text\n");
	identity_print(&id, text, 4);
	ksft_test_result(!strcmp(text, "{25"), "a text is cut to its buffer\n");
}

static void test_equal(const char *a, const char *b, bool expected)
{
	struct identity first, second;
	char error[128];

	ksft_test_result(identity_parse(a, &first, error, sizeof(error)) &&
			 identity_parse(b, &second, error, sizeof(error)) &&
			 identity_equal(&first, &second) == expected,
			 "%s %s %s\n", a, expected ? "is" : "is not", b);
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(LENGTH(good) + LENGTH(received) + LENGTH(bad) + 2 + 6);
	for (size_t i = 0; i < LENGTH(good); i++)
		test_good(i);
	for (size_t i = 0; i < LENGTH(received); i++) {
		char printed[IDENTITY_TEXT_SIZE];

		identity_print(&received[i].id, printed, sizeof(printed));
		ksft_test_result(!strcmp(printed, received[i].printed),
				 "received: %s\n", received[i].printed);
	}
	for (size_t i = 0; i < LENGTH(bad); i++) {
		char error[128] = "";
		struct identity id;

		ksft_test_result(!identity_parse(bad[i], &id, error,
						 sizeof(error)) && *error,
				 "\"%s\" is refused: %s\n", bad[i], error);
	}
	test_longest();
	test_equal("moon.example.org", "Moon.Example.ORG", true);
	test_equal("carol@example.org", "Carol@EXAMPLE.org", true);
	test_equal("moon.example.org", "noon.example.org", false);
	test_equal("fqdn:a@b", "email:A@B", false);
	test_equal("keyid:moon", "keyid:Moon", false);
	test_equal("fqdn:mo[n", "fqdn:mo{n", false);
	ksft_finished();
}
