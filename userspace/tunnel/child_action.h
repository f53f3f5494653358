/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is done for a Child SA that is lost: dpd_action and close_action.  One
 * whose time is over because it could not be rekeyed is wanted as before.
 */
#ifndef PQIKE_CHILD_ACTION_H
#define PQIKE_CHILD_ACTION_H

#include "ike/ike_sa.h"

enum child_loss { ON_DEATH, ON_CLOSE, ON_EXPIRY };

/**
 * child_action_run() - do for one child what the configuration of now says
 * @up: milliseconds that its Child SA was up
 *
 * One that is not configured any more has no action.  What is started, and what a
 * packet asks for at a trap, may be held back, see attempt_hold_back().
 */
void child_action_run(struct ike *ike, const struct child_config *config,
		      enum child_loss loss, int64_t up);

/*
 * Do it for all that are up in @sa, or being made, which is not to be used any
 * more.
 */
void child_actions_run(struct ike *ike, struct ike_sa *sa, enum child_loss loss);

#endif
