/* SPDX-License-Identifier: GPL-2.0 */
/* What `pqike show` and `pqike metrics` print is collected here. */
#ifndef PQIKE_SHOW_COLLECT_H
#define PQIKE_SHOW_COLLECT_H

#include "cli/show.h"

/**
 * show_collect() - ask the kernel, and a helper that runs
 * @show: details and statistics say what is wanted, all else is zero; receives it,
 *	also in part where something fails
 * @name: of a connection, or of a section for many peers; NULL: all
 * @path: the control socket of the helper
 *
 * Return: the exit status, not 0 after a line on standard error.
 */
int show_collect(struct show *show, const char *name, const char *path);

/* Free what was collected. */
void show_free(struct show *show);

#endif
