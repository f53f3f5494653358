// SPDX-License-Identifier: GPL-2.0
/*
 * pqike helper, which no operator runs: read the configuration, fill the keyring, serve.
 * See helper/supervision.h.
 */
#include <stdio.h>
#include <sys/prctl.h>

#include "base/log.h"
#include "cli/cmd.h"
#include "helper/config_load.h"
#include "helper/run.h"
#include "helper/supervised.h"
#include "kernel/secrets.h"

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

int cmd_helper(int argc, char **argv)
{
	const struct run_options options = {
		.config_path = argc == 2 ? argv[1] : NULL,
	};

	if (!options.config_path || !supervised_begin()) {
		fprintf(stderr, "pqike: the helper is started by pqike run\n");
		return EXIT_USAGE;
	}
	/* Executed through /proc/self/exe, it would be called "exe". */
	prctl(PR_SET_NAME, "pqike-helper");
	return load_and_run(&options);
}
