/* SPDX-License-Identifier: GPL-2.0 */
/* The helper: a process that `pqike run`, its supervisor, starts. */
#ifndef PQIKE_RUN_H
#define PQIKE_RUN_H

#include <stddef.h>

#include "config/config.h"
#include "helper/supervision.h"

/**
 * run() - serve the connections of a configuration until the supervisor says stop
 * @config: of the supervisor, changes when an operator has it reloaded
 * @begin: of supervised_begin()
 * @fds: array of @n, likewise; is changed
 *
 * On the way out every peer is told and the kernel is left as it was found.
 *
 * Return: 0 after that; 1 when it could not start, after one line on standard
 * error.
 */
int run(struct config *config, const struct supervision_record *begin,
	int *fds, size_t n);

#endif
