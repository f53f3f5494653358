// SPDX-License-Identifier: GPL-2.0
/* pqike run: read the configuration, fill the keyring, serve. */
#include <getopt.h>

#include "base/log.h"
#include "cli/cmd.h"
#include "helper/config_load.h"
#include "helper/control.h"
#include "helper/run.h"
#include "kernel/secrets.h"

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "control", required_argument, NULL, 's' },
	{ NULL, 0, NULL, 0 },
};

static int load_and_run(const struct run_options *options)
{
	struct config *config;
	char error[1024];
	int status;

	if (!secrets_join_keyring(error, sizeof(error))) {
		log_warning("%s", error);
		return EXIT_FAILURE;
	}
	switch (config_load(options->config_path, CONFIG_LOAD_SECONDS, &config,
			    error, sizeof(error))) {
	case CONFIG_LOAD_DONE:
		break;
	case CONFIG_LOAD_WRONG:
		log_warning("%s", error);
		return EXIT_USAGE;
	default:
		log_warning("%s", error);
		return EXIT_FAILURE;
	}
	secrets_use(config->keyring);
	status = run(config, options);
	config_free(config);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run_options options = { .control_path = CONTROL_PATH };
	const char *path = CONFIG_PATH;
	int option;

	while ((option = getopt_long(argc, argv, "c:", long_options,
				     NULL)) != -1) {
		if (option == 'c')
			path = optarg;
		else if (option == 's')
			options.control_path = optarg;
		else
			return cmd_usage("run");
	}
	if (optind != argc)
		return cmd_usage("run");
	options.config_path = path;
	return load_and_run(&options);
}
