/* SPDX-License-Identifier: GPL-2.0 */
/* Which xfrm interface a child uses: its name, and its number in packets. */
#ifndef PQIKE_CONFIG_INTERFACE_H
#define PQIKE_CONFIG_INTERFACE_H

#include "config/config.h"
#include "config/config_reader.h"

/* char[IFNAMSIZ]: a name that the kernel takes for an interface. */
bool config_read_interface(struct config_reader *reader,
			   const struct conf_node *node, void *name);

/* uint32_t: if_id_in or if_id_out. */
bool config_read_if_id(struct config_reader *reader,
		       const struct conf_node *node, void *if_id);

/**
 * config_inherit_interfaces() - give the children what they do not say
 * @section: that of @connection, whose values are good
 *
 * Refuses a child that names an interface and has two numbers.
 */
bool config_inherit_interfaces(struct config_reader *reader,
			       const struct conf_node *section,
			       struct connection_config *connection);

/**
 * config_share_if_ids() - the children of one interface have one if_id
 *
 * What one of them says is taken for those that say none.
 *
 * Return: false without memory.
 */
bool config_share_if_ids(struct config *config);

#endif
