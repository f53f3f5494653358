// SPDX-License-Identifier: GPL-2.0
#include "established.h"

#include <stdio.h>

#include "child_sa.h"
#include "connection.h"
#include "informational.h"

#define SUITE_TEXT_SIZE 256

static void say_child(struct ike *ike, const struct ike_sa *sa)
{
	if (sa->child.config)
		ike_sa_say(ike, sa, "child %s installed: ESP SPI in %08x, out %08x",
			   sa->child.config->name, sa->child.spi_in,
			   sa->child.spi_out);
}

void established(struct ike *ike, struct ike_sa *sa)
{
	char local[IDENTITY_TEXT_SIZE];
	char remote[IDENTITY_TEXT_SIZE];
	char peer[ENDPOINT_TEXT_SIZE];
	char suite[SUITE_TEXT_SIZE];

	sa->phase = PHASE_ESTABLISHED;
	sa->deadline = 0;
	identity_print(&sa->connection->local_id, local, sizeof(local));
	identity_print(&sa->connection->remote_id, remote, sizeof(remote));
	endpoint_print(&sa->path.remote, peer, sizeof(peer));
	proposal_print(&sa->chosen, suite, sizeof(suite));
	ike_sa_say(ike, sa, "established with %s (%s, we are %s): %s, %u round trips, %u fragments sent, %u received",
		   peer, remote, local, suite, sa->round_trips,
		   sa->fragments_sent, sa->fragments_received);
	say_child(ike, sa);
}

static struct ike_sa *find_other(struct ike *ike, const struct ike_sa *sa)
{
	for (struct ike_sa *other = ike->ike_sas; other; other = other->next)
		if (other != sa && other->phase == PHASE_ESTABLISHED &&
		    other->connection == sa->connection)
			return other;
	return NULL;
}

void established_replace_others(struct ike *ike, const struct ike_sa *sa,
				bool initial_contact)
{
	struct ike_sa *other;

	while ((other = find_other(ike, sa))) {
		ike_sa_say(ike, other, "replaced by a newer IKE SA");
		child_sa_remove(ike, other);
		if (initial_contact)
			ike_sa_end(ike, other);
		else
			informational_delete(ike, other);
	}
}
