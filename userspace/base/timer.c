// SPDX-License-Identifier: GPL-2.0
#include "base/timer.h"

/* Both are roots; either may be NULL.  Return: the root of both. */
static struct timer *meld(struct timer *a, struct timer *b)
{
	struct timer *later;

	if (!a || !b)
		return a ? a : b;
	if (b->due < a->due) {
		later = a;
		a = b;
	} else {
		later = b;
	}
	later->prev = a;
	later->next = a->child;
	if (a->child)
		a->child->prev = later;
	a->child = later;
	return a;
}

static struct timer *take_first(struct timer **siblings)
{
	struct timer *first = *siblings;

	if (!first)
		return NULL;
	*siblings = first->next;
	first->next = NULL;
	first->prev = NULL;
	return first;
}

/* Siblings are melded in pairs, then the pairs from the last to the first. */
static struct timer *meld_siblings(struct timer *siblings)
{
	struct timer *pairs = NULL;
	struct timer *root = NULL;
	struct timer *pair;

	while (siblings) {
		struct timer *first = take_first(&siblings);

		pair = meld(first, take_first(&siblings));
		pair->next = pairs;
		pairs = pair;
	}
	while ((pair = take_first(&pairs)))
		root = meld(root, pair);
	return root;
}

static void cut(struct timer *timer)
{
	if (timer->prev->child == timer)
		timer->prev->child = timer->next;
	else
		timer->prev->next = timer->next;
	if (timer->next)
		timer->next->prev = timer->prev;
	timer->next = NULL;
	timer->prev = NULL;
}

void timer_stop(struct timers *timers, struct timer *timer)
{
	struct timer *rest;

	if (!timer->due)
		return;
	rest = meld_siblings(timer->child);
	timer->child = NULL;
	timer->due = 0;
	if (timers->root == timer) {
		timers->root = rest;
		return;
	}
	cut(timer);
	timers->root = meld(timers->root, rest);
}

void timer_set(struct timers *timers, struct timer *timer, int64_t due)
{
	timer_stop(timers, timer);
	timer->due = due > 0 ? due : 1;
	timers->root = meld(timers->root, timer);
}

int64_t timers_next(const struct timers *timers)
{
	return timers->root ? timers->root->due : 0;
}

void timers_run(struct timers *timers, struct ike *ike, int64_t now)
{
	struct timer *first;

	for (int i = 0; i < TIMERS_AT_ONCE && (first = timers->root) &&
	     first->due <= now; i++) {
		timer_stop(timers, first);
		first->expired(ike, first);
	}
}
