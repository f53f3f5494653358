/* SPDX-License-Identifier: GPL-2.0 */
/* reqids of children that have none of the file. */
#ifndef PQIKE_CONFIG_REQID_H
#define PQIKE_CONFIG_REQID_H

#include "config/config.h"

/**
 * config_give_reqids() - give each child that says no reqid one of its own
 * @config: the configuration
 * @before: the one that it is to replace, or NULL: a child that was there too
 *	keeps its reqid, and no other gets it
 *
 * Return: false without memory.
 */
bool config_give_reqids(struct config *config, const struct config *before);

#endif
