// SPDX-License-Identifier: GPL-2.0
/* pqike explain: the last failure of a connection, and what to try. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/explain.h"
#include "helper/control.h"

static const struct option long_options[] = {
	{ "control", required_argument, NULL, 's' },
	{ NULL, 0, NULL, 0 },
};

/* A line of an answer is "KEY VALUE". */
static void take_answer(const char *line, void *arg)
{
	struct explanation *explanation = arg;
	const char *value = strchr(line, ' ');
	size_t len;

	if (!value++)
		return;
	len = (size_t)(value - line - 1);
	if (!strncmp(line, "time", len))
		snprintf(explanation->time, sizeof(explanation->time), "%s",
			 value);
	else if (!strncmp(line, "peer", len))
		snprintf(explanation->peer, sizeof(explanation->peer), "%s",
			 value);
	else if (!strncmp(line, "child", len))
		snprintf(explanation->child, sizeof(explanation->child), "%s",
			 value);
	else if (!strncmp(line, "since", len))
		snprintf(explanation->since, sizeof(explanation->since), "%s",
			 value);
	else if (!strncmp(line, "text", len))
		snprintf(explanation->text, sizeof(explanation->text), "%s",
			 value);
}

int cmd_explain(int argc, char **argv)
{
	struct explanation explanation = { .text = "" };
	const struct control_listener listener = {
		.answer = take_answer, .arg = &explanation,
	};
	const char *path = CONTROL_PATH;
	char subject[CMD_SUBJECT_SIZE], request[CMD_SUBJECT_SIZE + 16];
	int option, status;

	while ((option = getopt_long(argc, argv, "", long_options,
				     NULL)) != -1) {
		if (option != 's')
			return cmd_usage("explain");
		path = optarg;
	}
	if (optind + 1 != argc)
		return cmd_usage("explain");
	if (!cmd_subject(argv[optind], NULL, subject, sizeof(subject)))
		return EXIT_USAGE;
	snprintf(request, sizeof(request), "explain %s", subject);
	status = cmd_ask(path, request, &listener);
	if (status)
		return status;
	explain_print(subject, &explanation, stdout);
	return EXIT_SUCCESS;
}
