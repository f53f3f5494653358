/* SPDX-License-Identifier: GPL-2.0 */
/* The children whose start_action is still to come, in order. */
#ifndef PQIKE_STARTING_H
#define PQIKE_STARTING_H

#include "ike/ike_sa.h"

/* All children of @connection that have a start_action; they may be there. */
void starting_add(struct starting *starting,
		  const struct connection_config *connection);

/* Return: the first, which is there no more; NULL: there is none. */
const struct child_config *starting_take(struct starting *starting);

/*
 * @child is not to be started any more; NULL: none of @connection is.  It may not
 * be there.
 */
void starting_cancel(struct starting *starting,
		     const struct connection_config *connection,
		     const struct child_config *child);

/* None is to be started any more. */
void starting_cancel_all(struct starting *starting);

#endif
