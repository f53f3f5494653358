// SPDX-License-Identifier: GPL-2.0
/*
 * What `pqike metrics` prints of SAs that were made up here.  With --print and "open" or
 * "text", only that.
 */
#include <linux/pqike.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/metrics.h"
#include "kselftest.h"

/* Three connections, not in the order of their names; that of the last is removed. */
static void fill_ike_sas(struct kernel_ike_sa sas[6],
			 const struct kernel_child_sa *children)
{
	static const struct kernel_suite hybrid = {
		20, 256, 6, 31, 1, { 36 }, 0, false,
	};
	static const struct kernel_suite pure = {
		20, 256, 6, 37, 0, { 0 }, 0, false,
	};
	static const struct kernel_suite classical = {
		20, 256, 6, 20, 0, { 0 }, 0, false,
	};

	sas[0] = (struct kernel_ike_sa){
		.id = 7, .connection = "home", .suite = hybrid,
		.state = PQIKE_IKE_SA_STATE_ESTABLISHED,
		.n_child_sas = 2, .child_sas = children,
	};
	sas[1] = sas[0];
	sas[1].suite = pure;
	sas[1].n_child_sas = 1;
	sas[2] = sas[0];
	sas[2].state = PQIKE_IKE_SA_STATE_KEYED;
	sas[3] = (struct kernel_ike_sa){
		.id = 8, .connection = "a\"b\\c\nd", .suite = classical,
		.state = PQIKE_IKE_SA_STATE_ESTABLISHED,
	};
	sas[4] = sas[3];
	strcpy(sas[4].connection, "gone");
	sas[5] = (struct kernel_ike_sa){ .id = 10 };
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
			[PQIKE_HANDSHAKE_CHILD_SA_REKEY] = {
				.count = 300, .dropped_ml_kem = 4,
			},
		},
		.failures = { [PQIKE_FAILURE_CAUSE_UNAUTHENTICATED] = 12 },
		.operations = {
			[PQIKE_OPERATION_IKE_SA_NEW] = { 3, 0, 3600 },
			[PQIKE_OPERATION_IKE_SA_OPEN] = { 40, 12, 48000000 },
			[PQIKE_OPERATION_CHILD_SA_DEL] = { 2, 0, UINT64_MAX },
		},
	};
}

static void print_to(const struct show *show, enum metrics_format format, FILE *out)
{
	if (!metrics_print(show, "1.2", format, out))
		ksft_exit_fail_msg("metrics_print() failed\n");
}

static char *print(const struct show *show, enum metrics_format format)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	print_to(show, format, out);
	fclose(out);
	return text;
}

static void compare(const char *name, const struct show *show,
		    enum metrics_format format, const char *file)
{
	char *text = print(show, format), *expected = NULL;
	size_t size = 0;
	FILE *in = fopen(file, "r");

	if (!in || getdelim(&expected, &size, '\0', in) < 0)
		ksft_exit_fail_msg("cannot read %s\n", file);
	fclose(in);
	if (strcmp(text, expected) != 0)
		ksft_print_msg("printed\n%s", text);
	ksft_test_result(!strcmp(text, expected), "%s\n", name);
	free(expected);
	free(text);
}

/* What nobody tells is left out, and all else is there. */
static void test_no_helper(const struct show *all)
{
	struct show show = *all;
	char *text;

	show.configured = NULL;
	show.helper_runs = false;
	show.more = NULL;
	text = print(&show, METRICS_OPEN);
	ksft_test_result(strstr(text, "pqike_helper_up 0\n") &&
			 !strstr(text, "pqike_child_state{") &&
			 !strstr(text, "pqike_messages_refused_total{") &&
			 strstr(text, "pqike_ike_sas{connection=\"home\",ml_kem=\"yes\"} 2\n") &&
			 strstr(text, "pqike_handshakes_total{kind=\"ike_sa\"} 3\n"),
			 "without a helper\n");
	free(text);
}

int main(int argc, char **argv)
{
	static const struct kernel_child_sa children[2] = {
		{ .id = 1, .installed = true }, { .id = 2 },
	};
	static struct status_configured of_home[2] = {
		{ "net", STATUS_UP }, { "web", STATUS_DOWN },
	};
	static struct show_connection configured[2] = { { true, of_home, 2 } };
	struct kernel_connection connections[2] = {
		{ .name = "home" }, { .name = "a\"b\\c\nd", .allow_classical = true },
	};
	struct kernel_stats stats;
	struct show_ike_sa more[6] = { { .stats = &stats }, { .stats = &stats } };
	struct kernel_ike_sa sas[6];
	struct show show = {
		.connections = connections, .configured = configured,
		.n_connections = 2, .ike_sas = sas, .n_ike_sas = 6, .more = more,
		.usage = {
			.quota = { 131072, 4096, UINT32_MAX, 65536, 1, 786432 },
			.used = { 4, 2, 3, 2, UINT32_MAX, 27 },
		},
		.errors = { 2, { { "XfrmInNoStates", 12 },
				 { "XfrmInStateSeqError", 0 } } },
		.helper_runs = true,
		.refused.n = { [MESSAGE_UNKNOWN_SPI] = 7,
			       [MESSAGE_TOO_LARGE] = UINT64_MAX },
	};

	fill_ike_sas(sas, children);
	fill_stats(&stats);
	show.stats = stats;
	if (argc == 3 && !strcmp(argv[1], "--print")) {
		print_to(&show, strcmp(argv[2], "text") ? METRICS_OPEN :
							  METRICS_TEXT, stdout);
		return 0;
	}
	ksft_print_header();
	ksft_set_plan(3);
	compare("OpenMetrics", &show, METRICS_OPEN, "openmetrics.text");
	compare("Prometheus' text format", &show, METRICS_TEXT, "prometheus.text");
	test_no_helper(&show);
	ksft_finished();
}
