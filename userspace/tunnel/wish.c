// SPDX-License-Identifier: GPL-2.0
#include "tunnel/wish.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/jitter.h"
#include "base/log.h"

/* Milliseconds after which a Child SA was up for long, as to its next loss. */
#define UP_FOR_LONG (60 * SECOND)

/* Milliseconds before the third set-up in a row, and the longest such wait. */
#define RESTART_FIRST SECOND
#define RESTART_MAX (64 * SECOND)

struct wish *wish_find(const struct wishes *wishes, const char *name)
{
	for (size_t i = 0; i < wishes->n; i++)
		if (!strcmp(wishes->array[i].name, name))
			return &wishes->array[i];
	return NULL;
}

struct wish *wish_get(struct wishes *wishes, const char *name,
		      const char *connection)
{
	struct wish *wish = wish_find(wishes, name);
	struct wish *array;

	if (wish)
		return wish;
	array = reallocarray(wishes->array, wishes->n + 1, sizeof(*array));
	if (!array) {
		log_line("%s: child %s is not tried again: out of memory",
			 connection, name);
		return NULL;
	}
	wishes->array = array;
	wish = &array[wishes->n++];
	*wish = (struct wish){ 0 };
	snprintf(wish->name, sizeof(wish->name), "%s", name);
	return wish;
}

void wish_remove(struct wishes *wishes, struct wish *wish)
{
	*wish = wishes->array[--wishes->n];
}

void wishes_free(struct wishes *wishes)
{
	free(wishes->array);
}

int64_t wishes_first_due(const struct wishes *wishes)
{
	int64_t first = WISH_HELD;

	for (size_t i = 0; i < wishes->n; i++)
		if (wishes->array[i].due && wishes->array[i].due < first)
			first = wishes->array[i].due;
	return first;
}

bool wishes_any(const struct wishes *wishes)
{
	for (size_t i = 0; i < wishes->n; i++)
		if (wishes->array[i].due)
			return true;
	return false;
}

bool wishes_any_held(const struct wishes *wishes)
{
	for (size_t i = 0; i < wishes->n; i++)
		if (wishes->array[i].due == WISH_HELD)
			return true;
	return false;
}

void wishes_set_due(struct wishes *wishes, int64_t due)
{
	for (size_t i = 0; i < wishes->n; i++) {
		struct wish *wish = &wishes->array[i];

		if (wish->due && (wish->due == WISH_HELD || wish->due < due))
			wish->due = due;
	}
}

void wishes_hurry(struct wishes *wishes)
{
	int64_t now = clock_now();

	for (size_t i = 0; i < wishes->n; i++)
		if (wishes->array[i].due && wishes->array[i].held_until <= now)
			wishes->array[i].due = now;
}

void wishes_hold(struct wishes *wishes, const char *name)
{
	for (size_t i = 0; i < wishes->n; i++)
		if (wishes->array[i].due &&
		    (!name || !strcmp(wishes->array[i].name, name)))
			wishes->array[i].due = WISH_HELD;
}

void wishes_take_due(struct wishes *wishes)
{
	int64_t now = clock_now();

	for (size_t i = 0; i < wishes->n; i++) {
		struct wish *wish = &wishes->array[i];

		wish->tried = wish->due && (wish->due <= now ||
					    wish->due == WISH_HELD);
		if (wish->tried)
			wish->due = 0;
	}
}

void wishes_clear(struct wishes *wishes)
{
	for (size_t i = 0; i < wishes->n; i++)
		wishes->array[i].due = 0;
}

static int64_t wait_after_losses(unsigned int losses)
{
	int64_t wait = RESTART_FIRST;

	for (unsigned int i = 2; i < losses && wait < RESTART_MAX; i++)
		wait *= 2;
	return wait + (int64_t)jitter((uint64_t)wait / 4);
}

void wish_lost(struct wish *wish, int64_t up)
{
	int64_t now = clock_now();

	if (wish->lost_at == now || wish->held_until > now)
		return;
	wish->lost_at = now;
	if (up >= UP_FOR_LONG)
		wish->losses = 0;
	else if (wish->losses < UINT_MAX)
		wish->losses++;
	wish->held_until = wish->losses < 2 ? 0 :
			   now + wait_after_losses(wish->losses);
}
