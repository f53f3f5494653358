/* SPDX-License-Identifier: GPL-2.0 */
/* Which children of a connection are up, for `pqike show`; see told.h. */
#ifndef PQIKE_TELL_CHILDREN_H
#define PQIKE_TELL_CHILDREN_H

#include "ike_sa.h"
#include "told.h"

/**
 * tell_children() - tell of each child that is configured
 * @connection: of the configuration
 * @tell: called with a line for each
 * @arg: passed to @tell
 */
void tell_children(const struct ike *ike,
		   const struct connection_config *connection,
		   void (*tell)(const char *line, void *arg), void *arg);

/* Return: whether a Child SA of @child stands. */
bool child_is_up(const struct ike *ike,
		 const struct connection_config *connection,
		 const struct child_config *child);

#endif
