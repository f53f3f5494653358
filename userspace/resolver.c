// SPDX-License-Identifier: GPL-2.0
#include "resolver.h"

#include <stdio.h>

#include "clock.h"
#include "ike_sa.h"

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

	timer_stop(&ike->timers, &place->timer);
	name_lookup_end(&place->lookup);
	place->resolution = NULL;
	resolution->pending = false;
	resolution->done(ike, resolution, said);
}

static void begin_next(struct ike *ike);

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
	begin_next(ike);
}

static void begin(struct ike *ike, struct resolver_place *place,
		  struct resolution *resolution)
{
	int64_t wait = RESOLVER_SECONDS * SECOND;

	place->resolution = resolution;
	place->timer.expired = time_out;
	place->error[0] = '\0';
	if (!name_lookup_begin(&place->lookup, resolution->name, place->error,
			       sizeof(place->error)))
		wait = 0;
	timer_set(&ike->timers, &place->timer, clock_now() + wait);
}

/* Have a process for each question, as far as there may be any. */
static void begin_next(struct ike *ike)
{
	struct resolver *resolver = &ike->resolver;

	if (ike->stopping)
		return;
	for (size_t i = 0; i < RESOLVER_AT_ONCE && resolver->waiting.first; i++)
		if (!resolver->places[i].resolution)
			begin(ike, &resolver->places[i], take_first(resolver));
}

void resolver_ask(struct ike *ike, struct resolution *resolution,
		  const char *name)
{
	if (resolution->pending)
		return;
	snprintf(resolution->name, sizeof(resolution->name), "%s", name);
	resolution->pending = true;
	index_row_put_last(&ike->resolver.waiting, &resolution->waiting);
	begin_next(ike);
}

void resolver_cancel(struct ike *ike, struct resolution *resolution)
{
	struct resolver *resolver = &ike->resolver;

	if (!resolution->pending)
		return;
	resolution->pending = false;
	for (size_t i = 0; i < RESOLVER_AT_ONCE; i++) {
		struct resolver_place *place = &resolver->places[i];

		if (place->resolution != resolution)
			continue;
		timer_stop(&ike->timers, &place->timer);
		name_lookup_end(&place->lookup);
		place->resolution = NULL;
		begin_next(ike);
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

void resolver_serve(struct ike *ike, const struct pollfd fds[RESOLVER_AT_ONCE])
{
	for (size_t i = 0; i < RESOLVER_AT_ONCE; i++) {
		struct resolver_place *place = &ike->resolver.places[i];
		struct name_answer said;

		/* It may be another one than what was polled. */
		if (!fds[i].revents || !has_process(place) ||
		    !name_lookup_serve(&place->lookup))
			continue;
		said = place->lookup.answer;
		answer(ike, place, &said);
	}
	begin_next(ike);
}
