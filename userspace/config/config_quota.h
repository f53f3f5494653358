/* SPDX-License-Identifier: GPL-2.0 */
/* The section quota: how many of each the kernel takes in this network namespace. */
#ifndef PQIKE_CONFIG_QUOTA_H
#define PQIKE_CONFIG_QUOTA_H

#include "config/config.h"
#include "config/config_reader.h"

bool config_read_quota(struct config_reader *reader,
		       const struct conf_node *node, struct config *config);

/**
 * config_check_quota() - refuse a quota that has no room for what is configured
 * @root: all that was read
 * @config: made of it
 */
bool config_check_quota(struct config_reader *reader,
			const struct conf_node *root,
			const struct config *config);

#endif
