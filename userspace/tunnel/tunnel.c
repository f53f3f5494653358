// SPDX-License-Identifier: GPL-2.0
#include "tunnel/tunnel.h"

#include "ike/expiry.h"
#include "tunnel/attempt.h"
#include "tunnel/child_action.h"
#include "tunnel/trap.h"
#include "tunnel/up_down.h"

static void lost(struct ike *ike, struct ike_sa *sa)
{
	child_actions_run(ike, sa, ON_DEATH);
}

static void closed(struct ike *ike, struct ike_sa *sa)
{
	child_actions_run(ike, sa, ON_CLOSE);
}

static void expired(struct ike *ike, struct ike_sa *sa)
{
	child_actions_run(ike, sa, ON_EXPIRY);
}

static void child_closed(struct ike *ike, const struct child_config *config,
			 int64_t up)
{
	child_action_run(ike, config, ON_CLOSE, up);
}

static const struct tunnel_ops ops = {
	.lost = lost,
	.closed = closed,
	.expired = expired,
	.child_closed = child_closed,
	.unanswered = attempt_avoid,
	.slow = attempt_peer_is_slow,
	.failed = attempt_failed,
	.established = attempt_succeeded,
	.gone = attempt_make_room,
	.installing = trap_follow,
};

static void begin(struct ike *ike, const struct connection_config *connection,
		  const struct child_config *child,
		  const struct packet_ts *packet, uint64_t client)
{
	if (client)
		tunnel_up(ike, connection, child, client);
	else if (prefix_is_dynamic(&packet->local))
		tunnel_start(ike, connection, child);
	else
		tunnel_start_for_packet(ike, connection, child, packet);
}

void tunnel_attach(struct ike *ike)
{
	ike->tunnel = &ops;
	ike->due = &expiry_due;
	ike->attempts.begin = begin;
}
