/* SPDX-License-Identifier: GPL-2.0 */
/* The helper: a process that `pqike run`, its supervisor, starts. */
#ifndef PQIKE_RUN_H
#define PQIKE_RUN_H

#include "config/config.h"

struct run_options {
	const char *config_path; /* where to read again for a reload */
};

/**
 * run() - serve the connections of a configuration until the supervisor says stop
 * @config: checked configuration; its pre-shared keys are in the keyring.  It
 *	changes when SIGHUP of the supervisor or an operator has it reloaded.
 * @options: how
 *
 * After supervised_begin().  On the way out every peer is told and the kernel is left
 * as it was found.
 *
 * Return: 0 after that; 1 when it could not start, after one line on standard
 * error of this process or of the supervisor.
 */
int run(struct config *config, const struct run_options *options);

#endif
