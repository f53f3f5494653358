// SPDX-License-Identifier: GPL-2.0
#include "tunnel/restart.h"

#include <stdio.h>

#include "base/log.h"
#include "ike/create_child.h"
#include "ike/ike_sa_end.h"
#include "kernel/local_address.h"
#include "tunnel/attempt.h"
#include "tunnel/start_action.h"
#include "tunnel/trap.h"

/* Those of an IKE SA that is being deleted are wanted no more, by whoever deletes it. */
static void want_children(struct ike *ike, const struct ike_sa *sa)
{
	const struct connection_config *connection = sa->connection;

	if (!sa->established || sa->phase == PHASE_DELETING)
		return;
	for (size_t i = 0; connection && i < connection->n_children; i++)
		if (create_child_wanted(sa, &connection->children[i]))
			attempt_want(ike, connection, &connection->children[i]);
}

/* Its children are wanted again; of @sa nothing is left. */
static void lose(struct ike *ike, struct ike_sa *sa, const char *why)
{
	want_children(ike, sa);
	if (sa->phase == PHASE_RETIRED || sa->phase == PHASE_REKEYED ||
	    sa->phase == PHASE_REKEYING)
		ike_sa_free(ike, sa);
	else
		ike_sa_fail(ike, sa, "%s", why);
}

void restart_module_went(struct ike *ike)
{
	log_warning("the kernel module pqike is gone, and all tunnels with it");
	while (ike->ike_sas) {
		/* The kernel has nothing of it that would have to be deleted. */
		ike_sa_set_id(ike, ike->ike_sas, 0);
		lose(ike, ike->ike_sas, "the kernel module pqike is gone");
	}
}

void restart_module_came(struct ike *ike)
{
	const struct connection_config *connection = ike->config->connections;

	log_line("the kernel module pqike is there again");
	traps_restore(ike);
	for (; connection; connection = connection->next)
		start_actions_add(ike, connection);
	start_actions_run(ike, NULL);
	attempts_hurry(ike);
}

static bool is_groundless(const struct ike_sa *sa, struct local_address *last)
{
	return sa->phase != PHASE_RETIRED &&
	       !local_address_is_there(last, &sa->path.local);
}

static void lose_address(struct ike *ike, struct ike_sa *sa)
{
	char address[ENDPOINT_TEXT_SIZE];
	char why[ENDPOINT_TEXT_SIZE + 32];

	endpoint_print_address(&sa->path.local, address, sizeof(address));
	snprintf(why, sizeof(why), "the local address %s is gone", address);
	lose(ike, sa, why);
}

/* Each step ends one, or leaves one behind for good: what ends may take others along. */
void restart_addresses(struct ike *ike)
{
	struct local_address last = { .is_there = false };
	struct ike_sa *kept = NULL;
	struct ike_sa *sa;

	while ((sa = kept ? kept->next : ike->ike_sas)) {
		if (!is_groundless(sa, &last)) {
			kept = sa;
			continue;
		}
		lose_address(ike, sa);
		if (kept && kept->phase == PHASE_GONE)
			kept = NULL;
	}
	traps_check(ike);
	attempts_hurry(ike);
}
