// SPDX-License-Identifier: GPL-2.0
/* pqike helper, which no operator runs: serve what the supervisor says. */
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/name_lookup.h"
#include "cli/cmd.h"
#include "config/config_transfer.h"
#include "helper/activation.h"
#include "helper/run.h"
#include "helper/supervised.h"
#include "kernel/policy_ask.h"
#include "supervisor/helper_process.h"

int cmd_helper(int argc, char **argv)
{
	struct supervision_record begin;
	int fds[SUPERVISION_FDS_MAX];
	struct config *config;
	size_t n;
	int status;

	(void)argv;
	if (argc == 1 && activation_is()) {
		activation_become(HELPER_COMMAND);
		return EXIT_FAILURE;
	}
	/* Executed through /proc/self/exe, it would be called "exe". */
	prctl(PR_SET_NAME, "pqike-helper");
	n = argc == 1 ? supervised_begin(&begin, fds) : 0;
	if (!n) {
		fprintf(stderr, "pqike: the helper is started by pqike run\n");
		return EXIT_USAGE;
	}
	config = config_transfer_take(fds[SUPERVISION_FD_CONFIG]);
	if (!config) {
		log_warning("no memory for the configuration");
		return EXIT_FAILURE;
	}
	close(fds[SUPERVISION_FD_CONFIG]);
	policy_asks_through(fds[SUPERVISION_FD_POLICY]);
	name_lookups_begin_by(policy_ask_name);
	status = run(config, &begin, fds, n);
	config_free(config);
	return status;
}
