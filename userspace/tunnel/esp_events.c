// SPDX-License-Identifier: GPL-2.0
#include "tunnel/esp_events.h"

#include "base/log.h"
#include "ike/child_sa.h"
#include "ike/expiry.h"
#include "ike/nat_traversal.h"
#include "ike/replace_child.h"
#include "tunnel/resync.h"
#include "tunnel/trap.h"

/* A packet that came while the Child SA was being made has been told of late. */
static void acquire(struct ike *ike, uint32_t reqid,
		    const struct packet_ts *packet)
{
	struct child_sa *child = child_sa_find_carrier(ike, reqid, packet);

	if (!child) {
		trap_acquire(ike, reqid, packet);
	} else if (!resync_has_states(ike, child)) {
		ike_sa_say(ike, child->ike_sa, "child %s: its ESP SAs are gone from the kernel; it is made anew",
			   child->config->name);
		replace_child(ike, child);
	}
}

static void mapped(struct ike *ike, const struct xfrm_message *message)
{
	struct child_sa *child = child_sa_find(ike, message->spi);

	if (child && child->state != CHILD_CREATING)
		nat_traversal_mapped(ike, child, &message->source);
}

static void act(const struct xfrm_message *message, void *arg)
{
	struct ike *ike = arg;

	switch (message->kind) {
	case XFRM_MESSAGE_EXPIRE:
		child_sa_expired(ike, message->spi, &message->destination,
				 message->hard);
		break;
	case XFRM_MESSAGE_ACQUIRE:
		acquire(ike, message->reqid, &message->packet);
		break;
	case XFRM_MESSAGE_MAPPING:
		mapped(ike, message);
		break;
	case XFRM_MESSAGE_OTHER:
		break;
	}
}

void esp_events_serve(struct ike *ike)
{
	if (xfrm_events_read(ike->xfrm, act, ike) || ike->resync_timer.due)
		return;
	log_line("events of the kernel were lost (ENOBUFS): its ESP SAs will be compared with what is known here");
	resync_soon(ike);
}
