// SPDX-License-Identifier: GPL-2.0
#include "base/number_set.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64

/* Where a number is, or the free place where it belongs. */
static uint32_t *find(const struct number_set *set, uint32_t number)
{
	size_t at = (number * (size_t)0x9e3779b9) & (set->room - 1);

	while (set->places[at] && set->places[at] != number)
		at = (at + 1) & (set->room - 1);
	return &set->places[at];
}

static bool grow(struct number_set *set)
{
	struct number_set larger = *set;

	larger.room = set->room ? 2 * set->room : FIRST_ROOM;
	larger.places = calloc(larger.room, sizeof(*larger.places));
	if (!larger.places)
		return false;
	for (size_t i = 0; i < set->room; i++)
		if (set->places[i])
			*find(&larger, set->places[i]) = set->places[i];
	free(set->places);
	*set = larger;
	return true;
}

bool number_set_add(struct number_set *set, uint32_t number)
{
	uint32_t *place;

	if (!number) {
		set->has_zero = true;
		return true;
	}
	if (2 * (set->n + 1) > set->room && !grow(set))
		return false;
	place = find(set, number);
	set->n += !*place;
	*place = number;
	return true;
}

bool number_set_has(const struct number_set *set, uint32_t number)
{
	if (!number)
		return set->has_zero;
	return set->n && *find(set, number);
}

void number_set_clear(struct number_set *set)
{
	free(set->places);
	memset(set, 0, sizeof(*set));
}
