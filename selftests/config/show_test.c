// SPDX-License-Identifier: GPL-2.0
/* What `pqike show` prints for SAs that were made up here. */
#include <arpa/inet.h>
#include <json-c/json.h>
#include <linux/pqike.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show.h"
#include "kselftest.h"

static void set_id(struct identity *id, const char *text)
{
	char error[128];

	if (!identity_parse(text, id, error, sizeof(error)))
		ksft_exit_fail_msg("%s: %s\n", text, error);
}

static void set_prefix(struct prefix *prefix, const char *text)
{
	char error[128];

	if (!prefix_parse(text, prefix, error, sizeof(error)))
		ksft_exit_fail_msg("%s: %s\n", text, error);
}

static void set_address(struct address *address, const char *text)
{
	address->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	inet_pton(address->family, text, address->octets);
}

static void fill_connections(struct kernel_connection connections[2])
{
	strcpy(connections[0].name, "home");
	strcpy(connections[0].psk, "pqike:ike-home");
	set_id(&connections[0].local_id, "moon.example.org");
	set_id(&connections[0].remote_id, "sun.example.org");
	strcpy(connections[1].name, "classical");
	strcpy(connections[1].psk, "pqike:ike-classical");
	connections[1].allow_classical = true;
	set_id(&connections[1].local_id, "keyid:a_tunnel");
	set_id(&connections[1].remote_id, "x234567890.x234567890.x234567890."
	       "x234567890.x234567890.x234567890.x234567890.example.org");
}

static void fill_child_sas(struct kernel_child_sa children[3])
{
	children[0] = (struct kernel_child_sa){
		.id = 1, .spi_in = 0xc1234567, .spi_out = 0x0abcdef1,
		.encr = 12, .encr_key_bits = 256, .integ = 12, .esn = true,
		.reqid = 3, .installed = true,
		.bytes_in = 1008, .packets_in = 12,
		.bytes_out = UINT64_MAX, .packets_out = 13,
		.if_id_in = 42, .if_id_out = 42,
	};
	set_address(&children[0].local_address, "192.0.2.1");
	set_address(&children[0].remote_address, "198.51.100.1");
	children[0].local_ts.n = 2;
	set_prefix(&children[0].local_ts.list[0], "10.1.0.0/16");
	set_prefix(&children[0].local_ts.list[1], "2001:db8:1::/48");
	children[0].remote_ts.n = 1;
	set_prefix(&children[0].remote_ts.list[0], "10.2.0.0/16[6/443]");
	children[1] = (struct kernel_child_sa){ .id = 2, .spi_in = 0xc7 };
	set_address(&children[1].local_address, "2001:db8::1");
	set_address(&children[1].remote_address, "2001:db8::2");
	children[2] = (struct kernel_child_sa){
		.id = 3, .spi_in = 0xc8, .spi_out = 0xc9, .encr = 28,
		.installed = true, .if_id_in = UINT32_MAX, .if_id_out = 42,
	};
	set_address(&children[2].local_address, "2001:db8::1");
	set_address(&children[2].remote_address, "2001:db8::2");
}

static void fill_ike_sas(struct kernel_ike_sa sas[4],
			 const struct kernel_child_sa *children)
{
	sas[0] = (struct kernel_ike_sa){
		.id = 7, .connection = "home",
		.role = PQIKE_ROLE_INITIATOR,
		.state = PQIKE_IKE_SA_STATE_ESTABLISHED,
		.spi_i = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef },
		.spi_r = { 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10 },
		.suite = { 20, 256, 6, 31, 1, { 36 } },
		.additional_ke_done = 1,
		.ppk_mixed = true, .full_transcript_auth = true,
		.n_child_sas = 3, .child_sas = children,
	};
	sas[1] = (struct kernel_ike_sa){
		.id = 8, .role = PQIKE_ROLE_RESPONDER,
		.state = PQIKE_IKE_SA_STATE_KEYED,
		.suite = { 12, 128, 5, 20, 2, { 36, 37 }, 12, false },
		.additional_ke_done = 1,
	};
	sas[2] = (struct kernel_ike_sa){
		.id = 9, .connection = "home",
		.state = PQIKE_IKE_SA_STATE_HALF_OPEN,
	};
	sas[3] = (struct kernel_ike_sa){
		.id = 10, .connection = "gone",
		.role = PQIKE_ROLE_RESPONDER, .state = 99,
		.suite = { 20, 256, 7, 19, 0, { 0 } },
	};
}

#define NOW 1000000

static void fill_more(struct show_ike_sa more[4],
		      struct show_child_sa children[3])
{
	const char *const lines[] = {
		"ike 192.0.2.1:4500 198.51.100.1:4500 there 7321 7079 93784 vpn.example.org",
		"child c1234567 net 31+36",
		"ike [2001:db8::1]:500 [2001:db8::2]:500 none - - -",
	};

	if (!status_ike_sa_read(&more[0].told, lines[0]) ||
	    !status_child_sa_read(&children[0].told, lines[1]) ||
	    !status_ike_sa_read(&more[1].told, lines[2]))
		ksft_exit_fail_msg("what a helper tells is not read\n");
	more[0].children = children;
	children[0].in = (struct xfrm_state){
		.found = true, .set_mark = { 5, UINT32_MAX },
		.replay_window = 32, .source_port = 4500,
		.destination_port = 4500, .added = NOW - 65, .used = NOW - 1,
		.rekey = 3300, .end = 3960,
	};
	children[0].out = (struct xfrm_state){
		.found = true, .mark = { 0x2a, 0xff },
		.source_port = 4500, .destination_port = 4501,
		.added = NOW - 65, .rekey = 3300, .end = 3960,
	};
}

static void fill_stats(struct kernel_stats *stats)
{
	*stats = (struct kernel_stats){
		.handshakes = {
			[PQIKE_HANDSHAKE_IKE_SA] = {
				3, 1, 0, 2, { { 31, 3 }, { 36, 2 } },
			},
			[PQIKE_HANDSHAKE_IKE_SA_REKEY] = {
				2, 1, 1, 1, { { 31, UINT64_MAX } },
			},
			[PQIKE_HANDSHAKE_FIRST_CHILD_SA] = { .count = 1 },
			[PQIKE_HANDSHAKE_CHILD_SA] = { .count = 20 },
			[PQIKE_HANDSHAKE_CHILD_SA_REKEY] = {
				.count = 300, .dropped_ml_kem = 4,
			},
		},
		.failures = {
			[PQIKE_FAILURE_CAUSE_UNVERIFIED] = 12,
			[PQIKE_FAILURE_CAUSE_OTHER] = UINT64_MAX,
		},
		.operations = {
			[PQIKE_OPERATION_IKE_SA_NEW] = { 3, 0, 3600 },
			[PQIKE_OPERATION_IKE_SA_OPEN] = { 40, 12, 48000000 },
			[PQIKE_OPERATION_CHILD_SA_DEL] = { 2, 0, 3000000000 },
		},
	};
}

static void fill_configured(struct status_configured of_home[3],
			    struct status_configured of_classical[1])
{
	if (!status_configured_read(&of_home[0], "configured net up") ||
	    !status_configured_read(&of_home[1], "configured web trap") ||
	    !status_configured_read(&of_home[2], "configured db connecting") ||
	    !status_configured_read(&of_classical[0], "configured net down"))
		ksft_exit_fail_msg("what a helper tells of children is not read\n");
}

static bool told_configured_reads_back(enum status_state state)
{
	const struct status_configured told = { "net.a-b", state };
	struct status_configured read = { 0 };
	char line[STATUS_LINE_SIZE];

	status_configured_print(&told, line, sizeof(line));
	return status_configured_read(&read, line) &&
	       !memcmp(&told, &read, sizeof(told)) &&
	       !status_configured_read(&read, "configured net") &&
	       !status_configured_read(&read, "configured net sideways");
}

/* What is written is what is read. */
static void test_told(void)
{
	const struct status_ike_sa ike = {
		"192.0.2.1:500", "198.51.100.1:500", true, true, { 0, -1, 7 },
		"vpn.example.org",
	};
	const struct status_ike_sa nameless = {
		"[2001:db8::1]:4500", "[2001:db8::2]:4500", false, true,
		{ 1, 2, -1 }, "",
	};
	const struct status_child_sa child = { 0xc7, "net", 2, { 31, 36 } };
	const struct status_child_sa first = { 0xffffffff, "net.a-b", 0, { 0 } };
	struct status_child_sa read_child = { 0 }, read_first = { 0 };
	struct status_ike_sa read_ike = { 0 }, read_nameless = { 0 };
	char line[STATUS_LINE_SIZE];
	bool ok;

	status_ike_sa_print(&ike, line, sizeof(line));
	ok = status_ike_sa_read(&read_ike, line) &&
	     !memcmp(&ike, &read_ike, sizeof(ike)) &&
	     !status_child_sa_read(&read_child, line);
	status_ike_sa_print(&nameless, line, sizeof(line));
	ok = ok && status_ike_sa_read(&read_nameless, line) &&
	     !memcmp(&nameless, &read_nameless, sizeof(nameless));
	status_child_sa_print(&child, line, sizeof(line));
	ok = ok && status_child_sa_read(&read_child, line) &&
	     !memcmp(&child, &read_child, sizeof(child)) &&
	     !status_ike_sa_read(&read_ike, line);
	status_child_sa_print(&first, line, sizeof(line));
	ok = ok && status_child_sa_read(&read_first, line) &&
	     !memcmp(&first, &read_first, sizeof(first)) &&
	     !status_child_sa_read(&read_first, "child c7") &&
	     !status_child_sa_read(&read_first, "child c7 net - more") &&
	     !status_ike_sa_read(&read_ike, "") &&
	     told_configured_reads_back(STATUS_CONNECTING) &&
	     told_configured_reads_back(STATUS_DOWN);
	ksft_test_result(ok, "what a helper tells is read as it was written\n");
}

static void test_durations(void)
{
	static const struct {
		uint64_t seconds;
		const char *text;
	} durations[] = {
		{ 0, "0 s" }, { 59, "59 s" }, { 60, "1 min 0 s" },
		{ 3599, "59 min 59 s" }, { 3600, "1 h 0 min" },
		{ 86399, "23 h 59 min" }, { 90000, "1 d 1 h" },
	};
	const struct show show = { .now = 100 };
	char text[32];
	bool ok = !show_since(&show, 101) && show_since(&show, 90) == 10 &&
		  show_until(&show, 90, 30) == 20 && !show_until(&show, 90, 9);

	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		show_duration(durations[i].seconds, text, sizeof(text));
		ok = ok && !strcmp(text, durations[i].text);
	}
	ksft_test_result(ok, "durations\n");
}

static char *print_text(const struct show *show, bool colour)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!show_text(show, out, colour))
		ksft_exit_fail_msg("show_text() failed\n");
	fclose(out);
	return text;
}

static char *print_json(const struct show *show)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!show_json(show, out))
		ksft_exit_fail_msg("show_json() failed\n");
	fclose(out);
	return text;
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

static void report(const char *name, bool same, const char *text)
{
	if (!same)
		ksft_print_msg("printed\n%s", text);
	ksft_test_result(same, "%s\n", name);
}

static void compare_text(const char *name, char *text, const char *file)
{
	char *expected = read_whole(file);

	report(name, !strcmp(text, expected), text);
	free(expected);
	free(text);
}

/* By value: versions of json-c differ in where they break lines. */
static void compare_json(const char *name, char *text, const char *file)
{
	char *expected = read_whole(file);
	struct json_object *a = json_tokener_parse(text);
	struct json_object *b = json_tokener_parse(expected);

	report(name, a && b && json_object_equal(a, b), text);
	json_object_put(a);
	json_object_put(b);
	free(expected);
	free(text);
}

static void test_width(const struct show *show)
{
	char *text = print_text(show, false);
	size_t widest = 0;

	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		if (strcspn(line, "\n") > widest)
			widest = strcspn(line, "\n");
	ksft_test_result(widest && widest <= 80,
			 "no line is wider than 80 columns: %zu\n", widest);
	ksft_test_result(!strchr(text, '\x1b'), "no escape without colour\n");
	free(text);
}

static void test_colour(const struct show *show)
{
	char *plain = print_text(show, false), *text = print_text(show, true);
	char *from = text, *to = text;
	bool any = strchr(text, '\x1b');

	for (; *from; from++) {
		if (*from == '\x1b')
			from = strchr(from, 'm');
		else
			*to++ = *from;
	}
	*to = '\0';
	ksft_test_result(any && !strcmp(text, plain),
			 "colour changes nothing else\n");
	free(plain);
	free(text);
}

/* Without a helper and without xfrm's view. */
static void test_nothing_more(const struct show *all)
{
	struct show show = *all;
	char *with = print_text(all, false), *text;

	show.more = NULL;
	show.configured = NULL;
	text = print_text(&show, false);
	ksft_test_result(strstr(with, "  age:") && !strstr(text, "  age:") &&
			 strstr(with, "  child:") && !strstr(text, "  child:") &&
			 strstr(text, "c1234567, 12 packets"),
			 "what is not known is left out\n");
	free(text);
	free(with);
	free(print_json(&show));
}

int main(void)
{
	static const struct show empty;
	struct kernel_connection connections[2] = { 0 };
	struct kernel_child_sa children[3];
	struct show_child_sa more_children[3] = { 0 };
	struct show_ike_sa more[4] = { 0 };
	struct kernel_ike_sa sas[4];
	struct status_configured of_home[3], of_classical[1];
	struct show_connection configured[2] = {
		{ true, of_home, 3 }, { true, of_classical, 1 },
	};
	struct xfrm_link links[] = {
		{ .index = 3, .name = "vpn", .if_id = 7 },
		{ .index = 4, .name = "ipsec0", .if_id = 42 },
	};
	struct kernel_stats stats;
	struct show show = {
		connections, configured, 2, sas, 4, links, 2, more, NOW,
		.statistics = true,
		.usage = {
			.quota = { 131072, 4096, UINT32_MAX, 65536, 1, 786432 },
			.used = { 4, 2, 3, 2, UINT32_MAX, 27 },
		},
		.errors = { 3, { { "XfrmInNoStates", 12 },
				 { "XfrmInStateSeqError", 0 },
				 { "XfrmOutStateSeqError", UINT64_MAX } } },
		.helper_runs = true,
		.refused.n = { [MESSAGE_UNKNOWN_SPI] = 7,
			       [MESSAGE_TOO_LARGE] = UINT64_MAX },
	};
	char *text;

	fill_connections(connections);
	fill_child_sas(children);
	fill_ike_sas(sas, children);
	fill_more(more, more_children);
	fill_configured(of_home, of_classical);
	fill_stats(&stats);
	more[0].stats = &stats;
	show.stats = stats;
	ksft_print_header();
	ksft_set_plan(10);
	compare_text("text", print_text(&show, false), "show.text");
	compare_json("JSON", print_json(&show), "show.json");
	test_width(&show);
	test_colour(&show);
	text = print_text(&empty, false);
	ksft_test_result(!*text, "no text for an empty kernel\n");
	free(text);
	compare_json("JSON of an empty kernel", print_json(&empty),
		     "show_empty.json");
	test_told();
	test_durations();
	test_nothing_more(&show);
	ksft_finished();
}
