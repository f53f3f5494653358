// SPDX-License-Identifier: GPL-2.0
#include "end.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/pqike.h>

#include "ledger.h"
#include "talk.h"

#define SHOWN_MAX	8192
#define NAME_LEN_MAX	64
/* An acquire lasts a second, and a loaded machine makes more of it. */
#define TRIES_MAX	600
#define TRY_MICROSECONDS	50000

/**
 * struct shown - what dumps have shown
 * @n: how many
 * @ids: numbers, of IKE SAs or traps
 * @names: of connections
 * @unfinished: how many of the IKE SAs are not established
 * @unfinished_id: the last of them
 */
struct shown {
	unsigned int n;
	uint32_t ids[SHOWN_MAX];
	char names[SHOWN_MAX][NAME_LEN_MAX];
	unsigned int unfinished;
	uint32_t unfinished_id;
};

struct check {
	struct talker talker;
	struct request request;
	struct reply reply;
	struct shown shown;
};

/* A dump may show one in several messages, one after the other. */
static void add_id(struct shown *shown, uint32_t id)
{
	if (shown->n && shown->ids[shown->n - 1] == id)
		return;
	if (shown->n < SHOWN_MAX)
		shown->ids[shown->n++] = id;
}

static void show_ike_sa(void *context, const struct nlmsghdr *message)
{
	const uint32_t state =
		attribute_u32(message_attribute(message, PQIKE_A_IKE_SA_STATE));
	const uint32_t id =
		attribute_u32(message_attribute(message, PQIKE_A_IKE_SA_ID));
	struct shown *shown = context;

	if (state != PQIKE_IKE_SA_STATE_ESTABLISHED) {
		/* What is to replace another may go on, and goes with that. */
		if (message_attribute(message, PQIKE_A_IKE_SA_REKEYS))
			return;
		shown->unfinished++;
		shown->unfinished_id = id;
	}
	add_id(shown, id);
}

static void show_trap(void *context, const struct nlmsghdr *message)
{
	const struct nlattr *nest =
		message_attribute(message, PQIKE_A_TRAP_CHILD_SA);

	add_id(context, attribute_u32(nested_attribute(nest,
						       PQIKE_A_CHILD_SA_REQID)));
}

static void show_connection(void *context, const struct nlmsghdr *message)
{
	const struct nlattr *name =
		message_attribute(message, PQIKE_A_CONNECTION_NAME);
	struct shown *shown = context;

	if (!name || shown->n == SHOWN_MAX)
		return;
	snprintf(shown->names[shown->n], NAME_LEN_MAX, "%.*s",
		 (int)attribute_len(name), (const char *)attribute_octets(name));
	/* One with many children comes in several messages. */
	if (!shown->n ||
	    strcmp(shown->names[shown->n], shown->names[shown->n - 1]) != 0)
		shown->n++;
}

static void show(struct check *check, uint8_t command,
		 void (*each)(void *context, const struct nlmsghdr *message))
{
	check->shown.n = 0;
	check->shown.unfinished = 0;
	check->reply.each = each;
	check->reply.context = &check->shown;
	request_begin(&check->request, command);
	check->request.dumps = true;
	talk(&check->talker, &check->request, &check->reply);
	check->reply.each = NULL;
}

static void ask(struct check *check)
{
	if (talk(&check->talker, &check->request, &check->reply))
		ledger_find(FINDING_UNDISTURBED, "%s at the end: %s",
			    request_operation(&check->request)->name,
			    check->reply.said);
}

static void end_ike_sas(struct check *check)
{
	for (unsigned int i = 0; i < check->shown.n; i++) {
		request_begin(&check->request, PQIKE_CMD_IKE_SA_DEL);
		request_put_u32(&check->request, PQIKE_A_IKE_SA_ID,
				check->shown.ids[i]);
		ask(check);
	}
}

static void end_traps(struct check *check)
{
	show(check, PQIKE_CMD_TRAP_GET, show_trap);
	for (unsigned int i = 0; i < check->shown.n; i++) {
		request_begin(&check->request, PQIKE_CMD_TRAP_DEL);
		request_nest(&check->request, PQIKE_A_TRAP_CHILD_SA);
		request_put_u32(&check->request, PQIKE_A_CHILD_SA_REQID,
				check->shown.ids[i]);
		request_nest_end(&check->request);
		ask(check);
	}
}

static void end_connections(struct check *check)
{
	show(check, PQIKE_CMD_CONNECTION_GET, show_connection);
	for (unsigned int i = 0; i < check->shown.n; i++) {
		request_begin(&check->request, PQIKE_CMD_CONNECTION_DEL);
		request_put_string(&check->request, PQIKE_A_CONNECTION_NAME,
				   check->shown.names[i]);
		ask(check);
	}
}

/*
 * Without a socket all are established, or replace one that is. A process that another crew has just begun may
 * have the sockets open for a moment, until its program is loaded.
 */
static void check_ike_sas(struct check *check)
{
	unsigned int tries = 0;

	do {
		if (tries)
			usleep(TRY_MICROSECONDS);
		show(check, PQIKE_CMD_IKE_SA_GET, show_ike_sa);
	} while (check->shown.unfinished && ++tries < TRIES_MAX);
	if (check->shown.unfinished)
		ledger_find(FINDING_LEFT,
			    "%u IKE SAs that are not established, the last is %u",
			    check->shown.unfinished, check->shown.unfinished_id);
}

/* What waits for an answer to XFRM_MSG_ACQUIRE goes by itself. */
static void check_xfrm(const struct world *world, unsigned int side)
{
	uint32_t states = 0, policies = 0;
	unsigned int tries = 0;

	do {
		if (tries)
			usleep(TRY_MICROSECONDS);
		if (!world_count_xfrm(world, side, &states, &policies)) {
			ledger_find(FINDING_LEFT, "xfrm does not answer");
			return;
		}
	} while (states && !policies && ++tries < TRIES_MAX);
	if (states || policies)
		ledger_find(FINDING_LEFT, "%u ESP SAs, %u policies", states,
			    policies);
}

static void check_side(struct check *check, const struct world *world,
		       unsigned int side, bool clear)
{
	if (!world_enter(world, side) || !talker_open(&check->talker)) {
		ledger_find(FINDING_ANSWER, "no socket at the end");
		return;
	}
	check_ike_sas(check);
	if (clear) {
		end_ike_sas(check);
		end_traps(check);
		end_connections(check);
		if (!world->foreign)
			check_xfrm(world, side);
	}
	talker_close(&check->talker);
}

/**
 * end_check() - see what is left when all sockets are closed
 * @world: the world; this thread is somewhere in it afterwards
 * @clear: end all that is left, and see that xfrm has nothing any more; else it is
 *	left to the end of the namespaces
 */
void end_check(const struct world *world, bool clear)
{
	struct check *check = calloc(1, sizeof(*check));

	if (!check) {
		ledger_find(FINDING_ANSWER, "no memory at the end");
		return;
	}
	for (unsigned int side = 0; side < SIDES; side++)
		check_side(check, world, side, clear);
	free(check);
}
