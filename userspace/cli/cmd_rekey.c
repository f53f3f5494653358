// SPDX-License-Identifier: GPL-2.0
/* pqike rekey [--ike | --child] NAME */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "helper/control.h"

static const struct option long_options[] = {
	{ "control", required_argument, NULL, 's' },
	{ "ike", no_argument, NULL, 'i' },
	{ "child", no_argument, NULL, 'c' },
	{ NULL, 0, NULL, 0 },
};

static int ask(const char *control, const char *verb, const char *subject)
{
	static const struct control_listener listener;
	char request[CMD_SUBJECT_SIZE + 16];

	snprintf(request, sizeof(request), "%s %s", verb, subject);
	return cmd_ask(control, request, &listener);
}

int cmd_rekey(int argc, char **argv)
{
	const char *path = CONTROL_PATH;
	bool ike = false, child = false;
	char subject[CMD_SUBJECT_SIZE];
	int option, status = EXIT_SUCCESS;

	while ((option = getopt_long(argc, argv, "", long_options,
				     NULL)) != -1) {
		if (option == 's')
			path = optarg;
		else if (option == 'i')
			ike = true;
		else if (option == 'c')
			child = true;
		else
			return cmd_usage("rekey");
	}
	if (optind + 1 != argc || (ike && child))
		return cmd_usage("rekey");
	if (!cmd_subject(argv[optind], NULL, subject, sizeof(subject)))
		return EXIT_USAGE;
	if (ike && strchr(subject, '.')) {
		fprintf(stderr, "pqike: --ike is about a connection, not about "
			"its child\n");
		return EXIT_USAGE;
	}
	if (!ike)
		status = ask(path, "rekey-child", subject);
	if (!status && !child && !strchr(subject, '.'))
		status = ask(path, "rekey-ike", subject);
	return status;
}
