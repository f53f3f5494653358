// SPDX-License-Identifier: GPL-2.0
#include "tunnel/resync.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "ike/delete_ike.h"
#include "ike/ike_sa_end.h"
#include "ike/rekey_child.h"
#include "ike/replace_child.h"
#include "tunnel/trap.h"

/* Milliseconds before the comparison, and before another try. */
#define DELAY 1000
#define RETRY 10000

struct seen_child {
	uint32_t ike_sa_id;
	uint32_t id;
	uint64_t bytes; /* of the direction that has more */
	uint64_t packets;
	bool has_in; /* xfrm has its inbound ESP SA */
	bool has_out;
};

/* What the kernel has, by its numbers. */
struct seen {
	uint32_t *ike_sas; /* array of n_ike_sas, with room for more */
	size_t n_ike_sas;
	size_t ike_sas_room;
	struct seen_child *children; /* array of n_children, likewise */
	size_t n_children;
	size_t children_room;
	bool failed;
};

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Return: @list, perhaps elsewhere, with room for @n; NULL without memory. */
static void *make_room(void *list, size_t *room, size_t n, size_t size)
{
	size_t more = 2 * n;

	if (n <= *room)
		return list;
	list = reallocarray(list, more, size);
	if (list)
		*room = more;
	return list;
}

static bool grow(struct seen *seen, size_t n_children)
{
	void *ike_sas = make_room(seen->ike_sas, &seen->ike_sas_room,
				  seen->n_ike_sas + 1, sizeof(*seen->ike_sas));
	void *children;

	if (!ike_sas)
		return false;
	seen->ike_sas = ike_sas;
	if (!n_children)
		return true;
	children = make_room(seen->children, &seen->children_room,
			     seen->n_children + n_children,
			     sizeof(*seen->children));
	if (!children)
		return false;
	seen->children = children;
	return true;
}

static void note(const struct kernel_ike_sa *ike_sa, void *arg)
{
	struct seen *seen = arg;

	if (!grow(seen, ike_sa->n_child_sas)) {
		seen->failed = true;
		return;
	}
	seen->ike_sas[seen->n_ike_sas++] = ike_sa->id;
	for (size_t i = 0; i < ike_sa->n_child_sas; i++) {
		const struct kernel_child_sa *child = &ike_sa->child_sas[i];

		seen->children[seen->n_children++] = (struct seen_child){
			.ike_sa_id = ike_sa->id,
			.id = child->id,
			.bytes = larger(child->bytes_in, child->bytes_out),
			.packets = larger(child->packets_in, child->packets_out),
			.has_in = child->has_in,
			.has_out = child->has_out,
		};
	}
}

static int compare_ids(const void *a, const void *b)
{
	const uint32_t *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

static int compare_children(const void *a, const void *b)
{
	const struct seen_child *first = a, *second = b;
	int order = compare_ids(&first->ike_sa_id, &second->ike_sa_id);

	return order ? order : compare_ids(&first->id, &second->id);
}

static void sort(struct seen *seen)
{
	if (seen->n_ike_sas)
		qsort(seen->ike_sas, seen->n_ike_sas, sizeof(*seen->ike_sas),
		      compare_ids);
	if (seen->n_children)
		qsort(seen->children, seen->n_children,
		      sizeof(*seen->children), compare_children);
}

static bool has_ike_sa(const struct seen *seen, uint32_t id)
{
	return seen->n_ike_sas &&
	       bsearch(&id, seen->ike_sas, seen->n_ike_sas,
		       sizeof(*seen->ike_sas), compare_ids);
}

static const struct seen_child *find_child(const struct seen *seen,
					   const struct child_sa *child)
{
	const struct seen_child sought = {
		.ike_sa_id = child->ike_sa->id, .id = child->id,
	};

	return seen->n_children ?
		       bsearch(&sought, seen->children, seen->n_children,
			       sizeof(*seen->children), compare_children) :
		       NULL;
}

/* Return: whether xfrm has the ESP SAs that it should have of @child. */
static bool has_states(const struct child_sa *child, bool has_in, bool has_out)
{
	return has_in && (child->out_due || has_out);
}

struct search {
	const struct child_sa *child;
	bool lost; /* the kernel has said so */
};

static void find_states(const struct kernel_ike_sa *ike_sa, void *arg)
{
	struct search *search = arg;

	for (size_t i = 0; i < ike_sa->n_child_sas; i++) {
		const struct kernel_child_sa *child = &ike_sa->child_sas[i];

		if (child->id == search->child->id)
			search->lost = !has_states(search->child, child->has_in,
						   child->has_out);
	}
}

bool resync_has_states(struct ike *ike, const struct child_sa *child)
{
	struct search search = { .child = child };

	kernel_ike_sa_dump_one(ike->kernel, child->ike_sa->id, find_states,
			       &search);
	return !search.lost;
}

static bool reached(const struct limits *limits, uint64_t value)
{
	return limits->rekey && value >= limits->rekey;
}

/* Return: whether anything was done, after which no pointer is good any more. */
static bool check_child(struct ike *ike, const struct seen *seen,
			struct child_sa *child)
{
	const struct seen_child *kernels = find_child(seen, child);

	if (child->state != CHILD_INSTALLED || child->replaced)
		return false;
	if (!kernels || !has_states(child, kernels->has_in, kernels->has_out)) {
		ike_sa_say(ike, child->ike_sa, "child %s has reached the end of its life, unnoticed; it is made anew",
			   child->config->name);
		replace_child(ike, child);
		return true;
	}
	if (child->rekeying || child->ike_sa->phase != PHASE_ESTABLISHED ||
	    (!reached(&child->config->bytes, kernels->bytes) &&
	     !reached(&child->config->packets, kernels->packets)))
		return false;
	rekey_child(ike, child, 0);
	return true;
}

static bool check_children(struct ike *ike, const struct seen *seen,
			   struct ike_sa *sa)
{
	for (struct child_sa *child = sa->children; child; child = child->next)
		if (check_child(ike, seen, child))
			return true;
	return false;
}

static bool check_ike_sa(struct ike *ike, const struct seen *seen,
			 struct ike_sa *sa)
{
	if (!sa->id || !sa->compared || sa->phase == PHASE_RETIRED)
		return false;
	if (has_ike_sa(seen, sa->id))
		return check_children(ike, seen, sa);
	ike_sa_set_id(ike, sa, 0);
	if (sa->phase == PHASE_ESTABLISHED)
		end_ike_broken(ike, sa, "the kernel has lost the IKE SA");
	else
		ike_sa_fail(ike, sa, "the kernel has lost the IKE SA");
	return true;
}

/* Return: how many IKE SAs and Child SAs there are, each of which may be missing. */
static size_t count_own(const struct ike *ike)
{
	size_t n = 0;

	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next, n++)
		for (const struct child_sa *child = sa->children; child;
		     child = child->next)
			n++;
	return n;
}

/*
 * Each thing that is done may change the lists, and end what was looked at: then
 * go on behind what was left as it is, which is looked at again if it has gone.
 */
static void check_own(struct ike *ike, const struct seen *seen)
{
	size_t most = count_own(ike);
	struct ike_sa *kept = NULL;
	struct ike_sa *sa = ike->ike_sas;

	while (sa && most) {
		if (!check_ike_sa(ike, seen, sa))
			kept = sa;
		else
			most--;
		if (kept && kept->phase == PHASE_GONE)
			kept = NULL;
		sa = kept ? kept->next : ike->ike_sas;
	}
}

static void remove_unknown(struct ike *ike, const struct seen *seen)
{
	for (size_t i = 0; i < seen->n_ike_sas; i++)
		if (!ike_sa_by_id(ike, seen->ike_sas[i]) &&
		    !kernel_ike_sa_del(ike->kernel, seen->ike_sas[i]))
			log_line("removed IKE SA %u, of which nothing is known here",
				 seen->ike_sas[i]);
}

/* What is begun by the comparison itself is not among what the kernel tells. */
static void mark_own(struct ike *ike)
{
	for (struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next)
		sa->compared = true;
}

static void compare(struct ike *ike, struct timer *timer)
{
	struct seen seen = { 0 };

	(void)timer;
	mark_own(ike);
	if (kernel_ike_sa_dump(ike->kernel, note, &seen) || seen.failed) {
		log_line("cannot compare with the kernel, trying again: %s",
			 seen.failed ? "out of memory" : kernel_error(ike->kernel));
		timer_set(&ike->timers, &ike->resync_timer,
			  clock_now() + RETRY);
	} else {
		sort(&seen);
		remove_unknown(ike, &seen);
		check_own(ike, &seen);
		traps_waiting(ike);
		log_line("compared with the kernel: %zu IKE SAs, %zu Child SAs",
			 seen.n_ike_sas, seen.n_children);
	}
	free(seen.ike_sas);
	free(seen.children);
}

void resync_soon(struct ike *ike)
{
	ike->resync_timer.expired = compare;
	timer_set(&ike->timers, &ike->resync_timer, clock_now() + DELAY);
}
