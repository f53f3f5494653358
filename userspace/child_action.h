/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is done for a Child SA that is lost: dpd_action and close_action.  One
 * whose time is over because it could not be rekeyed is wanted as before.
 */
#ifndef PQIKE_CHILD_ACTION_H
#define PQIKE_CHILD_ACTION_H

#include "ike_sa.h"

enum child_loss { ON_DEATH, ON_CLOSE, ON_EXPIRY };

/* Do for one child what the configuration of now says, if it has it. */
void child_action_run(struct ike *ike, const struct child_config *config,
		      enum child_loss loss);

/*
 * Do it for all that are up in @sa, or being made, which is not to be used any
 * more.
 */
void child_actions_run(struct ike *ike, struct ike_sa *sa, enum child_loss loss);

#endif
