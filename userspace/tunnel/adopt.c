// SPDX-License-Identifier: GPL-2.0
#include "tunnel/adopt.h"

#include <linux/pqike.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "config/connection.h"
#include "ike/delete_ike.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/restore.h"
#include "tunnel/resync.h"

/* How often it is looked whether a socket is closed by now */
#define TRIES_MAX 20
#define TRY_MILLISECONDS 10

/* An IKE SA that no open socket has. */
struct orphan {
	uint32_t id;
	uint32_t rekeys; /* number of the one that it replaces, 0: none */
	bool established;
	bool known; /* there was a note of its own */
};

struct orphans {
	size_t n;
	size_t room;
	struct orphan *list; /* array of n, with room for more */
	size_t n_others; /* IKE SAs of sockets that are open */
	bool failed;
};

/* What there is of the one that is being looked at. */
struct adoption {
	struct kernel_ike_sa ike_sa;
	struct kernel_child_sa *child_sas; /* copies, array of ike_sa.n_child_sas */
	struct kernel_adopted adopted;
	struct ike_note note;
	bool failed;
};

static void add(const struct kernel_ike_sa *ike_sa, void *arg)
{
	struct orphans *orphans = arg;
	size_t room = orphans->room ? 2 * orphans->room : 16;
	struct orphan *list = orphans->list;

	if (!ike_sa->orphan) {
		orphans->n_others++;
		return;
	}
	if (orphans->n == orphans->room) {
		list = reallocarray(list, room, sizeof(*list));
		if (!list) {
			orphans->failed = true;
			return;
		}
		orphans->list = list;
		orphans->room = room;
	}
	orphans->list[orphans->n++] = (struct orphan){
		.id = ike_sa->id,
		.rekeys = ike_sa->rekeys,
		.established = ike_sa->state == PQIKE_IKE_SA_STATE_ESTABLISHED,
	};
}

static void copy(const struct kernel_ike_sa *ike_sa, void *arg)
{
	struct adoption *adoption = arg;
	size_t size = ike_sa->n_child_sas * sizeof(*ike_sa->child_sas);

	free(adoption->child_sas);
	adoption->child_sas = malloc(size ? size : 1);
	adoption->failed = !adoption->child_sas;
	if (adoption->failed)
		return;
	adoption->ike_sa = *ike_sa;
	if (size)
		memcpy(adoption->child_sas, ike_sa->child_sas, size);
	adoption->ike_sa.child_sas = adoption->child_sas;
}

/* Return: whether all is there that the kernel has of it. */
static bool look_at(struct ike *ike, uint32_t id, struct adoption *adoption)
{
	adoption->ike_sa.id = 0;
	adoption->failed = false;
	return !kernel_ike_sa_dump_one(ike->kernel, id, copy, adoption) &&
	       !adoption->failed && adoption->ike_sa.id == id;
}

/* A helper that died before it could write one: it stands where the old one does. */
static bool note_of_parent(struct ike *ike, const struct orphan *orphan,
			   struct ike_note *note)
{
	const struct ike_sa *parent = orphan->rekeys ?
		ike_sa_by_id(ike, orphan->rekeys) : NULL;

	if (!parent || !parent->connection)
		return false;
	*note = (struct ike_note){
		.phase = PHASE_ESTABLISHED,
		.udp_encapsulation = parent->udp_encapsulation,
		.nat = parent->nat,
		.path = parent->path,
		.fragment_size = parent->fragment_size,
	};
	note_digest_identities(parent->connection, note->identities);
	return true;
}

/* Return: the connection as it is configured now, NULL: it is there no more. */
static const struct connection_config *
find_connection(const struct ike *ike, const struct adoption *adoption)
{
	const struct connection_config *connection =
		connection_find(ike->config, adoption->ike_sa.connection);

	return connection && note_is_of(&adoption->note, connection) ?
		       connection : NULL;
}

static void remove_orphan(struct ike *ike, const struct orphan *orphan,
			  const char *why)
{
	log_line("removed IKE SA %u, left by a helper that is no more: %s",
		 orphan->id, why);
	if (kernel_ike_sa_del(ike->kernel, orphan->id))
		log_line("the kernel keeps IKE SA %u: %s", orphan->id,
			 kernel_error(ike->kernel));
}

static void restore(struct ike *ike, const struct orphan *orphan,
		    struct adoption *adoption)
{
	const struct connection_config *connection = find_connection(ike,
								     adoption);
	struct ike_sa *sa = ike_sa_restore(ike, &adoption->ike_sa,
					   &adoption->note, connection,
					   &adoption->adopted);

	if (!sa) {
		remove_orphan(ike, orphan, "out of memory");
		return;
	}
	if (!connection) {
		ike_sa_say(ike, sa, "the IKE SA of connection %s, which is configured no more, is deleted",
			   adoption->ike_sa.connection);
		sa->phase = PHASE_DELETING;
		return;
	}
	ike_sa_say(ike, sa, "taken over from a helper that is no more, with %zu Child SAs",
		   adoption->ike_sa.n_child_sas);
	child_sas_restore(ike, sa, &adoption->ike_sa, &adoption->adopted,
			  &adoption->note);
}

static void take_over(struct ike *ike, struct orphan *orphan,
		      struct adoption *adoption)
{
	struct kernel_adopted *adopted = &adoption->adopted;

	/* What is not ours by then is not ours to remove. */
	if (kernel_ike_sa_adopt(ike->kernel, orphan->id, adopted)) {
		log_line("IKE SA %u, left by a helper that is no more, stays until its lifetime is over: %s",
			 orphan->id, kernel_error(ike->kernel));
		return;
	}
	if (!look_at(ike, orphan->id, adoption)) {
		remove_orphan(ike, orphan, kernel_error(ike->kernel));
		return;
	}
	orphan->known = note_read(&adoption->note, adopted->note,
				  adopted->note_len);
	if (orphan->known || note_of_parent(ike, orphan, &adoption->note))
		restore(ike, orphan, adoption);
	else
		remove_orphan(ike, orphan, "it is not known where its peer is");
}

/* The second time that it is come to: all that are established are there. */
static void link_up(struct ike *ike, const struct orphan *orphan,
		    struct adoption *adoption)
{
	struct ike_sa *old = ike_sa_by_id(ike, orphan->rekeys);
	struct ike_sa *sa = ike_sa_by_id(ike, orphan->id);

	if (!orphan->established && old && old->phase == PHASE_ESTABLISHED &&
	    look_at(ike, orphan->id, adoption))
		successor_restore(ike, old, &adoption->ike_sa);
	else if (orphan->established && old && sa)
		successor_go_on(ike, old, sa, orphan->known);
}

static void adopt_all(struct ike *ike, struct orphans *orphans,
		      struct adoption *adoption)
{
	struct ike_sa *sa;

	for (size_t i = 0; i < orphans->n; i++) {
		if (orphans->list[i].established)
			take_over(ike, &orphans->list[i], adoption);
		kernel_adopted_clear(&adoption->adopted);
	}
	for (size_t i = 0; i < orphans->n; i++)
		if (orphans->list[i].rekeys)
			link_up(ike, &orphans->list[i], adoption);
	for (size_t i = 0; i < orphans->n; i++) {
		sa = ike_sa_by_id(ike, orphans->list[i].id);
		if (sa && sa->phase != PHASE_REKEYING)
			ike_sa_go_on(ike, sa);
	}
	ike_sas_release(ike);
}

/*
 * A process that the other helper has just begun may have its socket open for a moment,
 * until it comes to close it or is ended.
 */
static bool find_orphans(struct ike *ike, struct orphans *orphans)
{
	unsigned int tries = 0;

	do {
		if (tries)
			poll(NULL, 0, TRY_MILLISECONDS);
		orphans->n = 0;
		orphans->n_others = 0;
		if (kernel_ike_sa_dump(ike->kernel, add, orphans) ||
		    orphans->failed)
			return false;
	} while (orphans->n_others && ++tries < TRIES_MAX);
	return true;
}

void adopt_orphans(struct ike *ike)
{
	struct adoption *adoption = calloc(1, sizeof(*adoption));
	struct orphans orphans = { 0 };

	if (!adoption || !find_orphans(ike, &orphans))
		log_line("cannot list IKE SAs: %s",
			 !adoption || orphans.failed ? "out of memory" :
						       kernel_error(ike->kernel));
	else
		adopt_all(ike, &orphans, adoption);
	if (adoption)
		free(adoption->child_sas);
	free(adoption);
	if (orphans.n)
		resync_soon(ike);
	free(orphans.list);
}
