// SPDX-License-Identifier: GPL-2.0
/*
 * pqike bench handshake: the helper that runs is the initiator; it has connections
 * with the peer that is to be loaded.
 */
#include <fnmatch.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmd.h"
#include "cli/cmd_bench.h"
#include "cli/handshake_load.h"
#include "kernel/kernel.h"

#define DEFAULT_COUNT 1000
#define SECONDS_MAX 86400

static const struct option long_options[] = {
	{ "control", required_argument, NULL, 's' },
	{ "json", no_argument, NULL, 'j' },
	{ "count", required_argument, NULL, 'n' },
	{ "time", required_argument, NULL, 't' },
	{ "in-flight", required_argument, NULL, 'w' },
	{ NULL, 0, NULL, 0 },
};

struct arguments {
	const char *control;
	bool json;
	uint32_t count; /* 0: not said */
	uint32_t seconds; /* likewise */
	uint32_t in_flight;
	char **patterns;
	size_t n_patterns;
};

/* The connections that are meant, in the order of strcmp(). */
struct selection {
	const struct arguments *arguments;
	struct connection_name *names;
	uint32_t n;
	bool *used; /* which patterns are of use */
	const char *up; /* the name of one that has an IKE SA, NULL: none */
	bool out_of_memory;
};

/* Return: EXIT_SUCCESS or EXIT_USAGE. */
static int read_arguments(int argc, char **argv, struct arguments *arguments)
{
	int option;

	while ((option = getopt_long(argc, argv, "jn:t:w:", long_options,
				     NULL)) != -1) {
		bool good = true;

		if (option == 's')
			arguments->control = optarg;
		else if (option == 'j')
			arguments->json = true;
		else if (option == 'n')
			good = cmd_bench_number(optarg, "handshakes",
						HANDSHAKES_MAX,
						&arguments->count);
		else if (option == 't')
			good = cmd_bench_number(optarg, "seconds", SECONDS_MAX,
						&arguments->seconds);
		else if (option == 'w')
			good = cmd_bench_number(optarg, "handshakes in flight",
						HANDSHAKES_IN_FLIGHT_MAX,
						&arguments->in_flight);
		else
			return cmd_usage("bench");
		if (!good)
			return EXIT_USAGE;
	}
	if (optind == argc)
		return cmd_usage("bench");
	arguments->patterns = argv + optind;
	arguments->n_patterns = (size_t)(argc - optind);
	return EXIT_SUCCESS;
}

/* As is shown by `pqike show NAME`, or by a pattern. */
static bool is_meant(const char *pattern, const char *name)
{
	size_t len = strlen(pattern);

	return !fnmatch(pattern, name, 0) ||
	       (!strncmp(name, pattern, len) && name[len] == '@');
}

static void select_connection(const struct kernel_connection *connection,
			      void *arg)
{
	struct selection *selection = arg;
	struct connection_name *grown;
	bool meant = false;

	for (size_t i = 0; i < selection->arguments->n_patterns; i++)
		if (is_meant(selection->arguments->patterns[i],
			     connection->name))
			meant = selection->used[i] = true;
	if (!meant)
		return;
	grown = reallocarray(selection->names, selection->n + 1, sizeof(*grown));
	if (!grown) {
		selection->out_of_memory = true;
		return;
	}
	selection->names = grown;
	snprintf(grown[selection->n++].text, sizeof(grown->text), "%s",
		 connection->name);
}

static int compare_names(const void *a, const void *b)
{
	const struct connection_name *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static void note_up(const struct kernel_ike_sa *ike_sa, void *arg)
{
	struct selection *selection = arg;
	const struct connection_name *name;
	struct connection_name sought;

	snprintf(sought.text, sizeof(sought.text), "%s", ike_sa->connection);
	name = bsearch(&sought, selection->names, selection->n, sizeof(sought),
		       compare_names);
	if (name)
		selection->up = name->text;
}

/* Return: the exit status, not 0 after a line on standard error. */
static int check_selection(const struct selection *selection)
{
	const struct arguments *arguments = selection->arguments;

	if (selection->out_of_memory)
		return cmd_bench_fail("out of memory");
	for (size_t i = 0; i < arguments->n_patterns; i++) {
		if (selection->used[i])
			continue;
		fprintf(stderr, "pqike: the kernel has no connection %s\n",
			arguments->patterns[i]);
		return EXIT_FAILURE;
	}
	if (selection->n < arguments->in_flight) {
		fprintf(stderr, "pqike: of %" PRIu32 " connections there cannot be %"
			PRIu32 " in flight\n", selection->n,
			arguments->in_flight);
		return EXIT_USAGE;
	}
	if (selection->up) {
		fprintf(stderr, "pqike: connection %s is not down: it is left "
			"alone, and nothing was begun\n", selection->up);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

/* Return: the exit status, not 0 after a line on standard error. */
static int select_connections(struct selection *selection)
{
	struct kernel *kernel;
	char error[512];
	int status;

	selection->used = calloc(selection->arguments->n_patterns + 1,
				 sizeof(bool));
	if (!selection->used)
		return cmd_bench_fail("out of memory");
	kernel = kernel_open(error, sizeof(error));
	if (!kernel)
		return cmd_bench_fail(error);
	if (kernel_connection_dump(kernel, select_connection, selection)) {
		status = cmd_bench_fail(kernel_error(kernel));
	} else {
		if (selection->n)
			qsort(selection->names, selection->n,
			      sizeof(*selection->names), compare_names);
		if (selection->n &&
		    kernel_ike_sa_dump(kernel, note_up, selection))
			status = cmd_bench_fail(kernel_error(kernel));
		else
			status = check_selection(selection);
	}
	kernel_close(kernel);
	return status;
}

static void print_progress(const struct handshake_record *record,
			   uint64_t elapsed)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%" PRIu64 " s: %" PRIu32 " established, %"
			PRIu32 " failed, %" PRIu32 " sent again ",
			elapsed / 1000000000, record->established,
			record->failed, record->sent_again);
}

static int print(const struct handshake_record *record, bool json)
{
	if (!json)
		handshake_text(record, stdout);
	else if (!handshake_json(record, stdout))
		return cmd_bench_fail("out of memory");
	return cmd_bench_end_output();
}

/* Return: the exit status. */
static int tell_failures(const struct handshake_record *record)
{
	if (!record->failed && !record->not_deleted)
		return EXIT_SUCCESS;
	fprintf(stderr, "pqike: %" PRIu32 " handshakes failed, %" PRIu32
		" tunnels were not deleted as they should be\n",
		record->failed, record->not_deleted);
	return EXIT_FAILURE;
}

/* Return: the exit status. */
static int run_and_print(const struct selection *selection)
{
	const struct arguments *arguments = selection->arguments;
	const struct handshake_load load = {
		.control = arguments->control,
		.names = selection->names, .n_names = selection->n,
		.in_flight = arguments->in_flight,
		.count = arguments->count ? arguments->count :
			 arguments->seconds ? HANDSHAKES_MAX : DEFAULT_COUNT,
		.duration = arguments->seconds * UINT64_C(1000000000),
		.progress = print_progress,
	};
	struct handshake_record record = { 0 };
	char error[CONTROL_RECORD_MAX];
	bool complete = handshake_load(&load, &record, error, sizeof(error));
	int status;

	cmd_bench_clear_progress();
	status = print(&record, arguments->json);
	if (!complete)
		status = cmd_bench_fail(error);
	else if (!status)
		status = tell_failures(&record);
	handshake_record_free(&record);
	return status;
}

int cmd_bench_handshake(int argc, char **argv)
{
	struct arguments arguments = { .control = CONTROL_PATH, .in_flight = 1 };
	struct selection selection = { .arguments = &arguments };
	int status = read_arguments(argc, argv, &arguments);

	if (status)
		return status;
	status = select_connections(&selection);
	if (!status)
		status = run_and_print(&selection);
	free(selection.used);
	free(selection.names);
	return status;
}
