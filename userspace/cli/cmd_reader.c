// SPDX-License-Identifier: GPL-2.0
/* pqike reader, which no operator runs: read the configuration for a supervisor. */
#include <getopt.h>
#include <stdio.h>

#include "cli/cmd.h"
#include "helper/activation.h"
#include "supervisor/reader_process.h"

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ NULL, 0, NULL, 0 },
};

int cmd_reader(int argc, char **argv)
{
	const char *path = CONFIG_PATH;
	int option;

	while ((option = getopt_long(argc, argv, "c:", long_options,
				     NULL)) == 'c')
		path = optarg;
	if (option == -1 && optind == argc && activation_is())
		return reader_process_serve(path);
	fprintf(stderr, "pqike: the reader is started by a service manager\n");
	return EXIT_USAGE;
}
