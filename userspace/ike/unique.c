// SPDX-License-Identifier: GPL-2.0
#include "ike/unique.h"

#include <string.h>

#include "config/connection.h"
#include "ike/child_sa.h"
#include "ike/create_child.h"
#include "ike/exchange.h"
#include "ike/delete_ike.h"
#include "ike/ike_sa_end.h"
#include "ike/task.h"

/* @other is of the connection of @sa, or between the same identities. */
static bool is_other(const struct ike_sa *other, const struct ike_sa *sa)
{
	return other != sa && other->phase == PHASE_ESTABLISHED;
}

/* Each side began one before it knew of the other's. */
static bool crossed(const struct ike_sa *other, const struct ike_sa *sa)
{
	return other->initiator != sa->initiator &&
	       other->established > sa->begun;
}

static bool is_lower(const struct ike_sa *a, const struct ike_sa *b)
{
	return memcmp(a->spi_i, b->spi_i, IKE_SPI_SIZE) < 0;
}

/*
 * Those that @carrier has as well, NULL: all.  One that is being made is the task's
 * that makes it.
 */
static void remove_children(struct ike *ike, struct ike_sa *sa,
			    const struct ike_sa *carrier)
{
	struct child_sa *next;

	for (struct child_sa *child = sa->children; child; child = next) {
		next = child->next;
		if (child->state != CHILD_CREATING &&
		    (!carrier || child_sa_find_config(carrier, child->config)))
			child_sa_remove(ike, child);
	}
}

static void end_older(struct ike *ike, struct ike_sa *other, bool initial_contact)
{
	ike_sa_say(ike, other, "replaced by a newer IKE SA");
	remove_children(ike, other, NULL);
	if (initial_contact)
		ike_sa_end(ike, other);
	else
		delete_ike(ike, other);
}

/* What is in @sa and not in @kept.  May end @kept. */
static void make_in(struct ike *ike, const struct ike_sa *sa, struct ike_sa *kept)
{
	const struct connection_config *connection = sa->connection;

	for (size_t i = 0; i < connection->n_children; i++) {
		const struct child_config *config = &connection->children[i];

		if (kept->phase == PHASE_ESTABLISHED &&
		    create_child_wanted(sa, config) &&
		    !create_child_wanted(kept, config))
			create_child_anew(ike, kept, config);
	}
}

static void end_redundant(struct ike *ike, struct ike_sa *kept, struct task *task)
{
	struct ike_sa *sa = ike_sa_of(ike, kept->connection, NULL), *next;

	(void)task;
	for (; sa; sa = next) {
		next = ike_sa_of(ike, kept->connection, sa);
		if (sa->phase != PHASE_ESTABLISHED || !sa->redundant ||
		    unique_preferred(ike, sa) != kept)
			continue;
		/* What was begun in it since. */
		task_move(ike, sa, kept, &create_child_task);
		make_in(ike, sa, kept);
		delete_ike(ike, sa);
	}
	task_done(ike, kept);
}

static const struct task_type end_redundant_task = {
	.start = end_redundant,
};

/* Its children are made in @kept before it goes.  May end @kept. */
static void end_crossed(struct ike *ike, struct ike_sa *sa, struct ike_sa *kept)
{
	struct task *task = task_new(ike, &end_redundant_task, 0);

	if (!task)
		return;
	ike_sa_say(ike, sa, "both sides have begun an IKE SA, the peer's is kept");
	sa->yields_to = kept->id;
	sa->redundant = true;
	make_in(ike, sa, kept);
	task_add(ike, kept, task);
}

static bool replaces_others(const struct ike_sa *sa, bool initial_contact)
{
	switch (sa->connection->unique) {
	case UNIQUE_NO:
	case UNIQUE_KEEP:
		return initial_contact;
	case UNIQUE_REPLACE:
		return true;
	case UNIQUE_NEVER:
		break;
	}
	return false;
}

static bool is_elsewhere(const struct ike_sa *other, const struct ike_sa *sa)
{
	return !endpoint_same_address(&other->path.local, &sa->path.local) ||
	       !endpoint_same_address(&other->path.remote, &sa->path.remote);
}

bool unique_is_kept_out(const struct ike *ike, const struct ike_sa *sa,
			bool initial_contact)
{
	const struct ike_sa *other = NULL;

	if (sa->connection->unique != UNIQUE_KEEP || initial_contact)
		return false;
	while ((other = ike_sa_of(ike, sa->connection, other)))
		if (is_other(other, sa) && !crossed(other, sa))
			return true;
	return false;
}

void unique_make_room(struct ike *ike, const struct ike_sa *sa,
		      bool initial_contact)
{
	struct ike_sa *other, *next;

	if (!replaces_others(sa, initial_contact))
		return;
	other = ike_sa_of(ike, sa->connection, NULL);
	for (; other; other = next) {
		next = ike_sa_of(ike, sa->connection, other);
		if (is_other(other, sa) && !crossed(other, sa) &&
		    is_elsewhere(other, sa))
			end_older(ike, other, initial_contact);
	}
}

void unique_replace_others(struct ike *ike, struct ike_sa *sa,
			   bool initial_contact)
{
	struct ike_sa *other, *next;

	if (!replaces_others(sa, initial_contact))
		return;
	other = ike_sa_of(ike, sa->connection, NULL);
	for (; other && sa->phase == PHASE_ESTABLISHED; other = next) {
		next = ike_sa_of(ike, sa->connection, other);
		if (!is_other(other, sa))
			continue;
		if (!crossed(other, sa))
			end_older(ike, other, initial_contact);
		else if (is_lower(other, sa))
			end_crossed(ike, other, sa);
	}
}

struct ike_sa *unique_preferred(const struct ike *ike,
				const struct ike_sa *sa)
{
	struct ike_sa *kept = sa->yields_to ?
				      ike_sa_by_id(ike, sa->yields_to) : NULL;

	return kept && is_other(kept, sa) &&
	       connection_is(kept->connection, sa->connection) ? kept : NULL;
}

/* Return: one that the other side began while this side began @sa; NULL: none. */
static struct ike_sa *find_crossed(const struct ike *ike, const struct ike_sa *sa)
{
	struct ike_sa *other = ike_sa_of(ike, sa->connection, NULL);

	while (other && (!is_other(other, sa) || !crossed(other, sa) ||
			 unique_preferred(ike, other)))
		other = ike_sa_of(ike, sa->connection, other);
	return other;
}

static void end_if_lower(struct ike *ike, struct ike_sa *sa)
{
	struct ike_sa *other = find_crossed(ike, sa);

	if (other && is_lower(sa, other))
		end_crossed(ike, sa, other);
}

static void ask(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct chain chain;

	(void)task;
	chain_start(&chain);
	exchange_send_request(ike, sa, INFORMATIONAL, &chain);
}

static void confirm(struct ike *ike, struct ike_sa *sa, struct task *task,
		    const struct payloads *payloads)
{
	struct ike_sa *own = unique_preferred(ike, sa);

	(void)task;
	(void)payloads;
	sa->yields_to = 0;
	task_done(ike, sa);
	if (own)
		end_if_lower(ike, own);
}

static const struct task_type confirm_task = {
	.start = ask,
	.response = confirm,
};

static void doubt(struct ike *ike, struct ike_sa *other, const struct ike_sa *sa)
{
	struct task *task = task_new(ike, &confirm_task, 0);

	if (!task)
		return;
	if (connection_is(other->connection, sa->connection))
		other->yields_to = sa->id;
	task_add_first(ike, other, task);
}

/* None of them was there when INITIAL_CONTACT was written. */
static void doubt_others(struct ike *ike, const struct ike_sa *sa)
{
	struct ike_sa *other = ike_sa_between(ike, sa->connection, NULL), *next;

	for (; other; other = next) {
		next = ike_sa_between(ike, sa->connection, other);
		if (is_other(other, sa))
			doubt(ike, other, sa);
	}
}

void unique_resolve(struct ike *ike, struct ike_sa *sa)
{
	if (sa->initial_contact)
		doubt_others(ike, sa);
	else
		end_if_lower(ike, sa);
}

void unique_hand_over(struct ike *ike, struct ike_sa *sa)
{
	struct ike_sa *kept = unique_preferred(ike, sa);

	if (!kept)
		return;
	remove_children(ike, sa, kept);
	task_move(ike, sa, kept, &create_child_task);
}

bool unique_yield(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase != PHASE_ESTABLISHED || !unique_preferred(ike, sa))
		return false;
	ike_sa_say(ike, sa, "the peer has dropped it; the other IKE SA that was begun at once goes on");
	sa->phase = PHASE_DELETING;
	unique_hand_over(ike, sa);
	ike->tunnel->closed(ike, sa);
	ike_sa_end(ike, sa);
	return true;
}

void unique_rekeyed(const struct ike *ike, const struct ike_sa *old,
		    struct ike_sa *successor)
{
	struct ike_sa *other = NULL;

	if (old->redundant) {
		successor->yields_to = old->yields_to;
		successor->redundant = true;
	}
	while (old->id && (other = ike_sa_of(ike, old->connection, other)))
		if (other->yields_to == old->id)
			other->yields_to = successor->id;
}
