/* SPDX-License-Identifier: GPL-2.0 */
/* Policies that wait for a packet to set their Child SA up. */
#ifndef PQIKE_TRAP_H
#define PQIKE_TRAP_H

#include "ike_sa.h"

/* Set the trap of a child; a failure is logged. */
void trap_set(struct ike *ike, const struct connection_config *connection,
	      const struct child_config *child);

/* Remove the trap of a child, where there is one. */
void trap_del(struct ike *ike, const struct child_config *child);

#endif
