// SPDX-License-Identifier: GPL-2.0
#include "supervisor/lookups.h"

#include <stdio.h>

#include "base/clock.h"

static void end(struct lookup *lookup)
{
	timer_stop(lookup->lookups->timers, &lookup->timer);
	name_lookup_end(&lookup->lookup);
	lookup->lookups = NULL;
}

static void time_out(struct ike *ike, struct timer *timer)
{
	(void)ike;
	end(timer_owner(timer, struct lookup, timer));
}

static struct lookup *free_place(struct lookups *lookups)
{
	const int64_t now = clock_now();

	for (size_t i = 0; i < LOOKUPS_MAX; i++)
		if (!lookups->list[i].lookups &&
		    lookups->list[i].pause_ends <= now)
			return &lookups->list[i];
	return NULL;
}

int lookups_begin(struct lookups *lookups, const char *name, char *error,
		  size_t error_size)
{
	struct lookup *place = free_place(lookups);

	if (!place) {
		snprintf(error, error_size, "too many names are being resolved");
		return -1;
	}
	snprintf(place->name, sizeof(place->name), "%s", name);
	if (!name_lookup_begin(&place->lookup, place->name, error, error_size))
		return -1;
	place->pause_ends = clock_now() + RESOLVER_PAUSE;
	place->lookups = lookups;
	place->timer = (struct timer){ .expired = time_out };
	timer_set(lookups->timers, &place->timer,
		  clock_now() + RESOLVER_SECONDS * SECOND);
	return name_lookup_fd(&place->lookup);
}

/* Not for what is written: that is for the helper to read. */
void lookups_poll_fds(const struct lookups *lookups,
		      struct pollfd fds[LOOKUPS_MAX])
{
	for (size_t i = 0; i < LOOKUPS_MAX; i++) {
		const struct lookup *lookup = &lookups->list[i];

		fds[i] = (struct pollfd){
			.fd = lookup->lookups ? name_lookup_fd(&lookup->lookup) :
						-1,
		};
	}
}

void lookups_serve(struct lookups *lookups,
		   const struct pollfd fds[LOOKUPS_MAX])
{
	for (size_t i = 0; i < LOOKUPS_MAX; i++)
		if (fds[i].revents && lookups->list[i].lookups)
			end(&lookups->list[i]);
}

void lookups_end(struct lookups *lookups)
{
	for (size_t i = 0; i < LOOKUPS_MAX; i++)
		if (lookups->list[i].lookups)
			end(&lookups->list[i]);
}
