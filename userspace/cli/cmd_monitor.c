// SPDX-License-Identifier: GPL-2.0
/* pqike monitor: events of the running helper, one line each. */
#include <getopt.h>
#include <stdio.h>

#include "cli/cmd.h"
#include "helper/control.h"

static const struct option long_options[] = {
	{ "control", required_argument, NULL, 's' },
	{ "json", no_argument, NULL, 'j' },
	{ NULL, 0, NULL, 0 },
};

static void print_event(const char *line, void *arg)
{
	(void)arg;
	puts(line);
	if (fflush(stdout))
		exit(EXIT_FAILURE); /* whoever read them has gone */
}

int cmd_monitor(int argc, char **argv)
{
	static const struct control_listener listener = { .event = print_event };
	const char *path = CONTROL_PATH;
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "j", long_options,
				     NULL)) != -1) {
		if (option == 's')
			path = optarg;
		else if (option == 'j')
			json = true;
		else
			return cmd_usage("monitor");
	}
	if (optind != argc)
		return cmd_usage("monitor");
	return cmd_ask(path, json ? "monitor-json" : "monitor", &listener);
}
