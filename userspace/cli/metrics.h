/* SPDX-License-Identifier: GPL-2.0 */
/* What `pqike metrics` prints. */
#ifndef PQIKE_METRICS_H
#define PQIKE_METRICS_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/show.h"

enum metrics_format {
	METRICS_OPEN, /* OpenMetrics 1.0 */
	METRICS_TEXT, /* Prometheus' text format 0.0.4, which node_exporter reads */
};

/**
 * metrics_print() - print what there is and what was counted
 * @show: with statistics
 * @version: of this program
 *
 * Every series is there also while it is 0, but for those of what is configured, of IKE
 * SAs, of methods that no handshake has had, and of a helper that does not run.
 *
 * Return: false when out of memory, with nothing printed.
 */
bool metrics_print(const struct show *show, const char *version,
		   enum metrics_format format, FILE *out);

#endif
