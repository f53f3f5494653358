// SPDX-License-Identifier: GPL-2.0
/* pqike check: whether this machine is ready, and what to do if it is not. */
#include <getopt.h>
#include <stdio.h>

#include "base/wrap.h"
#include "cli/check.h"
#include "cli/cmd.h"
#include "config/config_read.h"

#define LABEL_WIDTH 20

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "control", required_argument, NULL, 's' },
	{ NULL, 0, NULL, 0 },
};

static void print_result(const char *name, const struct check_result *result)
{
	static const char *const verdicts[] = {
		[CHECK_OK] = "ok", [CHECK_NOTHING] = "nothing",
		[CHECK_WARNING] = "warning", [CHECK_FAILED] = "FAILED",
	};
	char label[LABEL_WIDTH + 1];

	snprintf(label, sizeof(label), "%-8s%s:", verdicts[result->verdict],
		 name);
	wrap_print(stdout, label, LABEL_WIDTH, result->seen);
	if (*result->remedy)
		wrap_print(stdout, "        try:", LABEL_WIDTH, result->remedy);
}

struct running_check {
	const char *name;
};

static void print_another(const struct check_result *result, void *arg)
{
	const struct running_check *running = arg;

	print_result(running->name, result);
}

static int run_checks(const struct check_context *given)
{
	struct check_context context = *given;
	int status = EXIT_SUCCESS;
	struct running_check running;

	context.also = print_another;
	context.arg = &running;

	for (const struct check *check = checks; check->name; check++) {
		struct check_result result = { .verdict = CHECK_OK };

		running.name = check->name;
		check->run(&context, &result);
		print_result(check->name, &result);
		if (result.verdict == CHECK_FAILED)
			status = EXIT_FAILURE;
	}
	return status;
}

int cmd_check(int argc, char **argv)
{
	struct check_context context = { .control_path = CONTROL_PATH };
	const char *path = CONFIG_PATH;
	struct config *config;
	char error[2048] = "";
	int option, status;

	while ((option = getopt_long(argc, argv, "c:", long_options,
				     NULL)) != -1) {
		if (option == 'c')
			path = optarg;
		else if (option == 's')
			context.control_path = optarg;
		else
			return cmd_usage("check");
	}
	if (optind != argc)
		return cmd_usage("check");
	config = config_read(path, error, sizeof(error));
	context.config = config;
	context.config_error = error;
	status = run_checks(&context);
	config_free(config);
	return status;
}
