// SPDX-License-Identifier: GPL-2.0
#include "begin_anew.h"

#include <stdio.h>

#include "create_child.h"
#include "keying.h"
#include "log.h"
#include "start_action.h"
#include "trap.h"

/* Its children are wanted again; of @sa nothing is left. */
static void lose(struct ike *ike, struct ike_sa *sa, const char *why)
{
	const struct connection_config *connection = sa->connection;

	for (size_t i = 0; connection && i < connection->n_children; i++)
		if (sa->established &&
		    create_child_wanted(sa, &connection->children[i]))
			keying_want(ike, connection, &connection->children[i]);
	if (sa->phase == PHASE_RETIRED || sa->phase == PHASE_REKEYED ||
	    sa->phase == PHASE_REKEYING)
		ike_sa_free(ike, sa);
	else
		ike_sa_fail(ike, sa, "%s", why);
}

void begin_anew_module_went(struct ike *ike)
{
	log_warning("the kernel module pqike is gone, and all tunnels with it");
	while (ike->ike_sas) {
		/* The kernel has nothing of it that would have to be deleted. */
		ike->ike_sas->id = 0;
		lose(ike, ike->ike_sas, "the kernel module pqike is gone");
	}
}

void begin_anew_module_came(struct ike *ike)
{
	const struct connection_config *connection = ike->config->connections;

	log_line("the kernel module pqike is there again");
	traps_restore(ike);
	for (; connection; connection = connection->next)
		start_actions_run(ike, connection);
	keyings_hurry(ike);
}

/* Return: the next one that stands on an address which is not there any more. */
static struct ike_sa *find_groundless(const struct ike *ike)
{
	struct ike_sa *sa = ike->ike_sas;

	while (sa && (sa->phase == PHASE_RETIRED ||
		      endpoint_is_local(&sa->path.local)))
		sa = sa->next;
	return sa;
}

void begin_anew_addresses(struct ike *ike)
{
	struct ike_sa *sa;

	while ((sa = find_groundless(ike))) {
		char address[ENDPOINT_TEXT_SIZE];
		char why[ENDPOINT_TEXT_SIZE + 32];

		endpoint_print_address(&sa->path.local, address, sizeof(address));
		snprintf(why, sizeof(why), "the local address %s is gone", address);
		lose(ike, sa, why);
	}
	traps_check(ike);
	keyings_hurry(ike);
}
