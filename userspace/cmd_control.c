// SPDX-License-Identifier: GPL-2.0
/* What `pqike up` and `pqike down` have in common: a request to the helper. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "config.h"
#include "control.h"

static const struct option long_options[] = {
	{ "control", required_argument, NULL, 's' },
	{ NULL, 0, NULL, 0 },
};

static void print_progress(const char *line, void *arg)
{
	(void)arg;
	puts(line);
	fflush(stdout);
}

int cmd_control(const char *verb, int argc, char **argv)
{
	char request[CONTROL_RECORD_MAX], error[512];
	const char *path = CONTROL_PATH;
	int option;

	while ((option = getopt_long(argc, argv, "", long_options,
				     NULL)) != -1) {
		if (option != 's')
			return cmd_usage(verb);
		path = optarg;
	}
	if (optind + 1 != argc)
		return cmd_usage(verb);
	if (strlen(argv[optind]) > CONNECTION_NAME_MAX) {
		fprintf(stderr, "pqike: expected the name of a connection, at "
			"most %d octets\n", CONNECTION_NAME_MAX);
		return EXIT_USAGE;
	}
	snprintf(request, sizeof(request), "%s %s", verb, argv[optind]);
	if (!control_request(path, request, print_progress, NULL, error,
			     sizeof(error)))
		return EXIT_SUCCESS;
	fprintf(stderr, "pqike: %s\n", error);
	return EXIT_FAILURE;
}
