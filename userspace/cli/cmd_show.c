// SPDX-License-Identifier: GPL-2.0
/* pqike show */
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cmd.h"
#include "cli/show_collect.h"

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "statistics", no_argument, NULL, 's' },
	{ "control", required_argument, NULL, 'c' },
	{ NULL, 0, NULL, 0 },
};

static int fail(const char *what)
{
	fprintf(stderr, "pqike: %s\n", what);
	return EXIT_FAILURE;
}

static int print(const struct show *show, bool json)
{
	if (json ? !show_json(show, stdout) :
		   !show_text(show, stdout, isatty(STDOUT_FILENO)))
		return fail("out of memory");
	if (fflush(stdout) || ferror(stdout))
		return fail("cannot write to standard output");
	return EXIT_SUCCESS;
}

int cmd_show(int argc, char **argv)
{
	struct show show = { .details = true };
	const char *path = CONTROL_PATH;
	bool json = false;
	int option, status;

	while ((option = getopt_long(argc, argv, "js", long_options,
				     NULL)) != -1) {
		if (option == 'j')
			json = true;
		else if (option == 's')
			show.statistics = true;
		else if (option == 'c')
			path = optarg;
		else
			return cmd_usage("show");
	}
	if (argc - optind > 1)
		return cmd_usage("show");
	status = show_collect(&show, argv[optind] /* NULL after the last */, path);
	if (!status)
		status = print(&show, json);
	show_free(&show);
	return status;
}
