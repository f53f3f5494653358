/* SPDX-License-Identifier: GPL-2.0 */
/*
 * `pqike run`: the helper in the foreground.
 */
#ifndef PQIKE_RUN_H
#define PQIKE_RUN_H

#include "config/config.h"

struct run_options {
	const char *config_path; /* where to read again for a reload */
	const char *control_path; /* CONTROL_PATH unless the operator says else */
};

/**
 * run() - serve the connections of a configuration until SIGINT or SIGTERM
 * @config: checked configuration; its pre-shared keys are in the keyring.  It
 *	changes when SIGHUP or an operator has it reloaded.
 * @options: how
 *
 * Prints "pqike: listening on ..." on standard output once ready.  On the way
 * out every peer is told and the kernel is left as it was found.
 *
 * Return: 0 after a signal; 1 when it could not start, after one line on
 * standard error.
 */
int run(struct config *config, const struct run_options *options);

#endif
