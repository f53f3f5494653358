/* SPDX-License-Identifier: GPL-2.0 */
/* What a configuration may say, but hardly means. */
#ifndef PQIKE_CONFIG_WARN_H
#define PQIKE_CONFIG_WARN_H

#include "config.h"

#define CONFIG_WARNING_MAX 512

/**
 * config_warn() - look for what an operator will hardly have meant
 * @note: called with one line for each
 * @arg: passed to @note
 */
void config_warn(const struct config *config,
		 void (*note)(const char *line, void *arg), void *arg);

#endif
