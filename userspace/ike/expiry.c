// SPDX-License-Identifier: GPL-2.0
#include "ike/expiry.h"

#include "ike/child_sa.h"
#include "ike/delete_child.h"
#include "ike/delete_ike.h"
#include "ike/ike_event.h"
#include "ike/rekey_child.h"
#include "ike/rekey_ike.h"
#include "ike/replace_child.h"
#include "ike/retransmit.h"

static void rekey_due(struct ike *ike, struct timer *timer)
{
	rekey_ike(ike, timer_owner(timer, struct ike_sa, rekey_timer), 0);
}

static void end_due(struct ike *ike, struct timer *timer)
{
	struct ike_sa *sa = timer_owner(timer, struct ike_sa, life_timer);

	/* The peer has done its own rekey, ours has not come to an end. */
	if (rekey_ike_adopt(ike, sa) && sa->phase != PHASE_ESTABLISHED)
		return;
	delete_ike_expired(ike, sa, "the IKE SA has reached the end of its life");
}

static void child_rekey_due(struct ike *ike, struct timer *timer)
{
	struct child_sa *child = timer_owner(timer, struct child_sa, soft_timer);

	rekey_child(ike, child, 0);
}

static void expire(struct ike *ike, struct child_sa *child)
{
	if (child->state != CHILD_INSTALLED)
		return;
	if (child->replaced) {
		delete_child(ike, child, 0);
		return;
	}
	ike_event(ike, child->ike_sa, child, EVENT_CHILD_DELETED, NULL, 0,
		  "child %s has reached the end of its life; it is made anew",
		  child->config->name);
	replace_child(ike, child);
}

static void child_end_due(struct ike *ike, struct timer *timer)
{
	struct child_sa *child = timer_owner(timer, struct child_sa, hard_timer);

	if (child->state == CHILD_LINGERING)
		child_sa_remove(ike, child);
	else
		expire(ike, child);
}

const struct ike_due expiry_due = {
	.answer = retransmit_due,
	.rekey = rekey_due,
	.end = end_due,
	.child_rekey = child_rekey_due,
	.child_end = child_end_due,
};

void child_sa_expired(struct ike *ike, uint32_t spi,
		      const struct sockaddr_storage *destination, bool hard)
{
	struct child_sa *child = child_sa_find_esp(ike, spi, destination);

	if (!child)
		return;
	if (hard)
		expire(ike, child);
	else
		rekey_child(ike, child, 0);
}
