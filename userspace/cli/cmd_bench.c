// SPDX-License-Identifier: GPL-2.0
/* pqike bench: which measurement. */
#include "cli/cmd_bench.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmd.h"

bool cmd_bench_number(const char *text, const char *what, uint32_t max,
		      uint32_t *number)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || !value ||
	    value > max) {
		fprintf(stderr, "pqike: %s: expected a number of %s from 1 to %"
			PRIu32 "\n", text, what, max);
		return false;
	}
	*number = (uint32_t)value;
	return true;
}

int cmd_bench_fail(const char *what)
{
	fprintf(stderr, "pqike: %s\n", what);
	return EXIT_FAILURE;
}

void cmd_bench_clear_progress(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\x1b[K", stderr);
}

int cmd_bench_end_output(void)
{
	if (fflush(stdout) || ferror(stdout))
		return cmd_bench_fail("cannot write to standard output");
	return EXIT_SUCCESS;
}

static const struct {
	const char *word;
	int (*run)(int argc, char **argv);
} measurements[] = {
	{ "kem", cmd_bench_kem },
	{ "handshake", cmd_bench_handshake },
};

/* An option before the word that says what is measured is none of it. */
int cmd_bench(int argc, char **argv)
{
	static const struct option none[] = { { NULL, 0, NULL, 0 } };

	if (getopt_long(argc, argv, "+", none, NULL) != -1 || optind != 1 ||
	    argc < 2)
		return cmd_usage("bench");
	for (size_t i = 0; i < sizeof(measurements) / sizeof(measurements[0]); i++) {
		if (strcmp(argv[1], measurements[i].word) != 0)
			continue;
		optind = 0; /* the words behind are read anew */
		argv[1] = argv[0];
		return measurements[i].run(argc - 1, argv + 1);
	}
	return cmd_usage("bench");
}
