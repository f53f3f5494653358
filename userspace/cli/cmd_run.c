// SPDX-License-Identifier: GPL-2.0
/* pqike run: the supervisor and its helper. */
#include <getopt.h>

#include "cli/cmd.h"
#include "supervisor/supervise.h"

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "control", required_argument, NULL, 's' },
	{ "helper", required_argument, NULL, 'h' },
	{ "reader", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

int cmd_run(int argc, char **argv)
{
	struct supervise_options options = {
		.config_path = CONFIG_PATH, .control_path = CONTROL_PATH,
		.config_wrong = EXIT_USAGE,
	};
	int option;

	while ((option = getopt_long(argc, argv, "c:", long_options,
				     NULL)) != -1) {
		if (option == 'c')
			options.config_path = optarg;
		else if (option == 's')
			options.control_path = optarg;
		else if (option == 'h')
			options.activation_path = optarg;
		else if (option == 'r')
			options.reader_path = optarg;
		else
			return cmd_usage("run");
	}
	if (optind != argc)
		return cmd_usage("run");
	return supervise(&options);
}
