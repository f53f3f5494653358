// SPDX-License-Identifier: GPL-2.0
/*
 * What commands that ask the running helper have in common, and those that do nothing
 * else: up and down.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "config/config.h"
#include "helper/control.h"

static void print_progress(const char *line, void *arg)
{
	if (*(const bool *)arg) {
		puts(line);
		fflush(stdout);
	}
}

int cmd_ask(const char *control, const char *request,
	    const struct control_listener *listener)
{
	char error[CONTROL_RECORD_MAX];
	int result;

	result = control_request(control, request, listener, error,
				 sizeof(error));
	if (!result)
		return EXIT_SUCCESS;
	fprintf(stderr, "pqike: %s\n", error);
	return result == -EINVAL ? EXIT_USAGE : EXIT_FAILURE;
}

bool cmd_subject(const char *name, const char *child, char *subject,
		 size_t size)
{
	const char *dot = strchr(name, '.');
	size_t len = dot ? (size_t)(dot - name) : strlen(name);

	if (dot && !child)
		child = dot + 1;
	else if (dot)
		len = CONNECTION_NAME_MAX + 1; /* the child twice */
	if (!len || len > CONNECTION_NAME_MAX ||
	    (child && (!*child || strlen(child) > CONNECTION_NAME_MAX ||
		       strchr(child, '.')))) {
		fprintf(stderr, "pqike: expected the name of a connection, at "
			"most %d octets, or CONNECTION.CHILD\n",
			CONNECTION_NAME_MAX);
		return false;
	}
	snprintf(subject, size, "%.*s%s%s", (int)len, name, child ? "." : "",
		 child ? child : "");
	return true;
}

int cmd_control(const char *verb, int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "control", required_argument, NULL, 's' },
		{ "child", required_argument, NULL, 'c' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = CONTROL_PATH, *child = NULL;
	bool verbose = false;
	const struct control_listener listener = {
		.progress = print_progress, .arg = &verbose,
	};
	char subject[CMD_SUBJECT_SIZE], request[CMD_SUBJECT_SIZE + 16];
	int option;

	while ((option = getopt_long(argc, argv, "v", long_options,
				     NULL)) != -1) {
		if (option == 's')
			path = optarg;
		else if (option == 'c')
			child = optarg;
		else if (option == 'v')
			verbose = true;
		else
			return cmd_usage(verb);
	}
	if (optind + 1 != argc)
		return cmd_usage(verb);
	if (!cmd_subject(argv[optind], child, subject, sizeof(subject)))
		return EXIT_USAGE;
	snprintf(request, sizeof(request), "%s %s", verb, subject);
	return cmd_ask(path, request, &listener);
}

int cmd_up(int argc, char **argv)
{
	return cmd_control("up", argc, argv);
}

int cmd_down(int argc, char **argv)
{
	return cmd_control("down", argc, argv);
}
