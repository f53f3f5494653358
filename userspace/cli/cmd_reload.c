// SPDX-License-Identifier: GPL-2.0
/* pqike reload: the running helper reads its configuration again. */
#include <getopt.h>

#include "cli/cmd.h"
#include "helper/control.h"

static const struct option long_options[] = {
	{ "control", required_argument, NULL, 's' },
	{ NULL, 0, NULL, 0 },
};

int cmd_reload(int argc, char **argv)
{
	static const struct control_listener listener;
	const char *path = CONTROL_PATH;
	int option;

	while ((option = getopt_long(argc, argv, "", long_options,
				     NULL)) != -1) {
		if (option != 's')
			return cmd_usage("reload");
		path = optarg;
	}
	if (optind != argc)
		return cmd_usage("reload");
	return cmd_ask(path, "reload", &listener);
}
