/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who uses what of a configuration.
 *
 * A reload puts other connections in the place of those that IKE SAs, Child SAs,
 * tasks, traps and attempts were begun with.  A pointer to a connection, or to
 * one of its children, that is kept beyond the call in which it was got is
 * therefore set by these functions alone: nothing is freed that is used.  What
 * is used may belong to a configuration that is no more; it is compared by
 * connection_is() and child_is(), never by its address.
 */
#ifndef PQIKE_CONFIG_USE_H
#define PQIKE_CONFIG_USE_H

#include "config/config.h"

/**
 * connection_use() - keep a pointer to a connection
 * @place: where; what stands there, if anything, is used no more
 * @connection: NULL: none
 */
void connection_use(const struct connection_config **place,
		    const struct connection_config *connection);

/* As connection_use(), for a child, which is there as long as its connection. */
void child_use(const struct child_config **place,
	       const struct child_config *child);

#endif
