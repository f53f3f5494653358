// SPDX-License-Identifier: GPL-2.0
/* pqike bench kem: asks the kernel, so it needs no running helper. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/bench.h"
#include "cli/cmd.h"
#include "cli/cmd_bench.h"

#define DEFAULT_ROUNDS 1000
#define ROUNDS_MAX 1000000

#define SETS 3

static const char *const sets[SETS] = { "mlkem512", "mlkem768", "mlkem1024" };

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "rounds", required_argument, NULL, 'n' },
	{ NULL, 0, NULL, 0 },
};

struct arguments {
	bool json;
	uint32_t rounds;
	const char *set; /* NULL: all of them */
};

static bool is_set(const char *name)
{
	for (size_t i = 0; i < SETS; i++)
		if (!strcmp(name, sets[i]))
			return true;
	fprintf(stderr, "pqike: no parameter set %s: expected %s, %s or %s\n",
		name, sets[0], sets[1], sets[2]);
	return false;
}

/* Return: EXIT_SUCCESS or EXIT_USAGE. */
static int read_arguments(int argc, char **argv, struct arguments *arguments)
{
	int option;

	while ((option = getopt_long(argc, argv, "jn:", long_options,
				     NULL)) != -1) {
		if (option == 'j')
			arguments->json = true;
		else if (option != 'n')
			return cmd_usage("bench");
		else if (!cmd_bench_number(optarg, "rounds", ROUNDS_MAX,
					   &arguments->rounds))
			return EXIT_USAGE;
	}
	if (argc - optind > 1)
		return cmd_usage("bench");
	arguments->set = argv[optind];
	if (arguments->set && !is_set(arguments->set))
		return EXIT_USAGE;
	return EXIT_SUCCESS;
}

static void print_progress(const char *set, uint32_t done, uint32_t rounds)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%s: %" PRIu32 " of %" PRIu32 " rounds ", set,
			done, rounds);
}

static int run_and_print(struct kernel *kernel,
			 const struct arguments *arguments)
{
	const char *const *first = arguments->set ? &arguments->set : sets;
	struct bench benches[SETS];
	size_t n = arguments->set ? 1 : SETS;
	int result = 0;

	for (size_t i = 0; !result && i < n; i++)
		result = bench_run(kernel, first[i], arguments->rounds,
				   print_progress, &benches[i]);
	cmd_bench_clear_progress();
	if (result)
		return cmd_bench_fail(result == -ENOMEM ?
					      "out of memory" :
					      kernel_error(kernel));
	if (!arguments->json)
		bench_text(benches, n, stdout);
	else if (!bench_json(benches, n, stdout))
		return cmd_bench_fail("out of memory");
	return cmd_bench_end_output();
}

int cmd_bench_kem(int argc, char **argv)
{
	struct arguments arguments = { .rounds = DEFAULT_ROUNDS };
	struct kernel *kernel;
	char error[512];
	int status;

	status = read_arguments(argc, argv, &arguments);
	if (status)
		return status;
	kernel = kernel_open(error, sizeof(error));
	if (!kernel)
		return cmd_bench_fail(error);
	status = run_and_print(kernel, &arguments);
	kernel_close(kernel);
	return status;
}
