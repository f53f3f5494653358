// SPDX-License-Identifier: GPL-2.0
#include "base/resolver.h"

#include <stdint.h>
#include <stdio.h>

static struct resolution *take_first(struct resolver *resolver)
{
	struct index_link *link = resolver->waiting.first;

	index_row_remove(&resolver->waiting, link);
	return index_owner(link, struct resolution, waiting);
}

/* Whoever waits may ask again at once. */
static void answer(struct ike *ike, struct resolver_place *place,
		   const struct name_answer *said)
{
	struct resolution *resolution = place->resolution;

	timer_stop(place->resolver->timers, &place->timer);
	name_lookup_end(&place->lookup);
	place->resolution = NULL;
	resolution->pending = false;
	resolution->done(ike, resolution, said);
}

static void begin_next(struct resolver *resolver);

static void time_out(struct ike *ike, struct timer *timer)
{
	struct resolver_place *place =
		timer_owner(timer, struct resolver_place, timer);
	struct name_answer none = { 0 };

	if (*place->error)
		snprintf(none.error, sizeof(none.error), "%s", place->error);
	else
		snprintf(none.error, sizeof(none.error),
			 "no answer within %d s", RESOLVER_SECONDS);
	answer(ike, place, &none);
	begin_next(place->resolver);
}

static void begin(struct resolver *resolver, struct resolver_place *place,
		  struct resolution *resolution)
{
	int64_t wait = RESOLVER_SECONDS * SECOND;

	place->resolver = resolver;
	place->resolution = resolution;
	place->timer.expired = time_out;
	place->pause_ends = clock_now() + RESOLVER_PAUSE;
	place->error[0] = '\0';
	if (!name_lookup_begin(&place->lookup, resolution->name, place->error,
			       sizeof(place->error)))
		wait = 0;
	timer_set(resolver->timers, &place->timer, clock_now() + wait);
}

static void end_pause(struct ike *ike, struct timer *timer)
{
	(void)ike;
	begin_next(timer_owner(timer, struct resolver, pause));
}

/* Have a process for each question, as far as there may be any. */
static void begin_next(struct resolver *resolver)
{
	const int64_t now = clock_now();
	int64_t free_at = INT64_MAX;

	if (resolver->stopped)
		return;
	for (size_t i = 0; i < RESOLVER_AT_ONCE && resolver->waiting.first; i++) {
		struct resolver_place *place = &resolver->places[i];

		if (place->resolution)
			continue;
		if (place->pause_ends <= now)
			begin(resolver, place, take_first(resolver));
		else if (place->pause_ends < free_at)
			free_at = place->pause_ends;
	}
	if (!resolver->waiting.first || free_at == INT64_MAX)
		return;
	resolver->pause.expired = end_pause;
	timer_set(resolver->timers, &resolver->pause, free_at);
}

void resolver_ask(struct resolver *resolver, struct timers *timers,
		  struct resolution *resolution, const char *name)
{
	if (resolution->pending)
		return;
	snprintf(resolution->name, sizeof(resolution->name), "%s", name);
	resolution->pending = true;
	resolver->timers = timers;
	index_row_put_last(&resolver->waiting, &resolution->waiting);
	begin_next(resolver);
}

void resolver_cancel(struct resolver *resolver, struct resolution *resolution)
{
	if (!resolution->pending)
		return;
	resolution->pending = false;
	for (size_t i = 0; i < RESOLVER_AT_ONCE; i++) {
		struct resolver_place *place = &resolver->places[i];

		if (place->resolution != resolution)
			continue;
		timer_stop(resolver->timers, &place->timer);
		name_lookup_end(&place->lookup);
		place->resolution = NULL;
		begin_next(resolver);
		return;
	}
	index_row_remove(&resolver->waiting, &resolution->waiting);
}

static bool has_process(const struct resolver_place *place)
{
	return place->resolution && !*place->error;
}

void resolver_poll_fds(const struct resolver *resolver,
		       struct pollfd fds[RESOLVER_AT_ONCE])
{
	for (size_t i = 0; i < RESOLVER_AT_ONCE; i++) {
		const struct resolver_place *place = &resolver->places[i];

		fds[i] = (struct pollfd){
			.fd = has_process(place) ?
				      name_lookup_fd(&place->lookup) : -1,
			.events = POLLIN,
		};
	}
}

void resolver_serve(struct resolver *resolver, struct ike *ike,
		    const struct pollfd fds[RESOLVER_AT_ONCE])
{
	for (size_t i = 0; i < RESOLVER_AT_ONCE; i++) {
		struct resolver_place *place = &resolver->places[i];
		struct name_answer said;

		/* It may be another one than what was polled. */
		if (!fds[i].revents || !has_process(place) ||
		    !name_lookup_serve(&place->lookup))
			continue;
		said = place->lookup.answer;
		answer(ike, place, &said);
	}
	begin_next(resolver);
}
