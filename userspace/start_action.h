/* SPDX-License-Identifier: GPL-2.0 */
/* start_action of the children of a connection. */
#ifndef PQIKE_START_ACTION_H
#define PQIKE_START_ACTION_H

#include "ike_sa.h"

/* The connection is there: start its children, set their traps. */
void start_actions_run(struct ike *ike,
		       const struct connection_config *connection);

/* The connection goes: so do its traps, and no attempt is made any more. */
void start_actions_undo(struct ike *ike,
			const struct connection_config *connection);

#endif
