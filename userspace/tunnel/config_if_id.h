/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers of xfrm interfaces that the file only names. */
#ifndef PQIKE_CONFIG_IF_ID_H
#define PQIKE_CONFIG_IF_ID_H

#include "config/config.h"
#include "kernel/xfrm_link.h"

/* Return: whether a child names an interface and no if_id. */
bool config_lacks_if_ids(const struct config *config);

/**
 * config_give_if_ids() - give each child that only names an interface its if_id
 * @links: array of @n_links, the interfaces that there are
 *
 * An xfrm interface that is there keeps the one that it has, unless the file
 * says that for another; else it is one that nothing has.
 *
 * Return: false without memory.
 */
bool config_give_if_ids(struct config *config, const struct xfrm_link *links,
			size_t n_links);

/**
 * config_number_interfaces() - as config_give_if_ids(), of the interfaces that there are
 * @kernel: asked for them where @config lacks an if_id
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 */
bool config_number_interfaces(struct config *config, struct xfrm_links *kernel,
			      char *error, size_t error_size);

#endif
