/* SPDX-License-Identifier: GPL-2.0 */
/* What a configuration may say, but hardly means. */
#ifndef PQIKE_CONFIG_SLIPS_H
#define PQIKE_CONFIG_SLIPS_H

#include "config/config.h"
#include "config/config_reader.h"

/**
 * config_look_for_slips() - warn of what an operator will hardly have meant
 * @reader: whose note is told of each
 * @connections: the section that they were read from
 * @config: what was read of it, in the same order
 */
void config_look_for_slips(const struct config_reader *reader,
			   const struct conf_node *connections,
			   const struct config *config);

#endif
