// SPDX-License-Identifier: GPL-2.0
/* pqike bench: which measurement. */
#include "cli/cmd_bench.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* An option before the word that says what is measured is none of it. */
int cmd_bench(int argc, char **argv)
{
	static const struct option none[] = { { NULL, 0, NULL, 0 } };

	if (getopt_long(argc, argv, "+", none, NULL) != -1 || optind != 1 ||
	    argc < 2)
		return cmd_usage("bench");
	optind = 0; /* the words behind are read anew */
	if (!strcmp(argv[1], "kem")) {
		argv[1] = argv[0];
		return cmd_bench_kem(argc - 1, argv + 1);
	}
	if (!strcmp(argv[1], "handshake")) {
		argv[1] = argv[0];
		return cmd_bench_handshake(argc - 1, argv + 1);
	}
	return cmd_usage("bench");
}
