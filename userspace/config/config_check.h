/* SPDX-License-Identifier: GPL-2.0 */
/* What no connection can tell by itself: that no two are in each other's way. */
#ifndef PQIKE_CONFIG_CHECK_H
#define PQIKE_CONFIG_CHECK_H

#include "config/config.h"
#include "config/config_reader.h"

/**
 * config_check() - refuse connections and children that collide
 * @connections: the section that they were read from
 * @config: what was read of it, in the same order
 */
bool config_check(struct config_reader *reader,
		  const struct conf_node *connections,
		  const struct config *config);

#endif
