// SPDX-License-Identifier: GPL-2.0
#include "ike/established.h"

#include "base/clock.h"
#include "ike/half_open.h"
#include "ike/ike_event.h"
#include "ike/lifetime.h"
#include "ike/liveness.h"
#include "wire/traffic.h"

#define SUITE_TEXT_SIZE 256

void established(struct ike *ike, struct ike_sa *sa)
{
	const struct traffic *traffic = &sa->traffic;
	char local[IDENTITY_TEXT_SIZE];
	char remote[IDENTITY_TEXT_SIZE];
	char peer[ENDPOINT_TEXT_SIZE];
	char suite[SUITE_TEXT_SIZE];
	char cost[TRAFFIC_TEXT_SIZE];

	sa->phase = PHASE_ESTABLISHED;
	sa->established = clock_now();
	half_open_end(ike, sa);
	ike->tunnel->established(ike, sa);
	timer_stop(&ike->timers, &sa->timeout);
	identity_print(&sa->connection->local_id, local, sizeof(local));
	identity_print(&sa->connection->remote_id, remote, sizeof(remote));
	endpoint_print(&sa->path.remote, peer, sizeof(peer));
	proposal_print(&sa->chosen, suite, sizeof(suite));
	traffic_print(traffic, cost);
	ike_event(ike, sa, NULL, EVENT_IKE_ESTABLISHED, traffic, sa->client,
		  "established with %s (%s, we are %s): %s%s, %s", peer, remote,
		  local, suite, ike_sa_ppk_text(sa), cost);
	lifetime_start(ike, sa);
	liveness_start(ike, sa);
}
