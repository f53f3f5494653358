/* SPDX-License-Identifier: GPL-2.0 */
/* start_action of the children of connections. */
#ifndef PQIKE_START_ACTION_H
#define PQIKE_START_ACTION_H

#include "ike/ike_sa.h"

/* So many children are started before datagrams are served again. */
#define START_SLICE 64

/* The connection is there: start_actions_run() starts its children. */
void start_actions_add(struct ike *ike,
		       const struct connection_config *connection);

/**
 * start_actions_run() - start what was added, and set traps
 * @done: called after the last one, perhaps at once; NULL: nothing is, or what
 *	was said before
 *
 * START_SLICE children are started now, and as many each time that the loop
 * goes round.
 */
void start_actions_run(struct ike *ike, void (*done)(struct ike *ike));

/* The helper ends: nothing is started any more. */
void start_actions_stop(struct ike *ike);

/* The connection goes: so do its traps, and no attempt is made any more. */
void start_actions_undo(struct ike *ike,
			const struct connection_config *connection);

#endif
