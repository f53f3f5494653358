/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names that are being resolved: a few at once and in a second, each for a bounded time,
 * the others one after the other in the order in which they were asked for.
 */
#ifndef PQIKE_RESOLVER_H
#define PQIKE_RESOLVER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/index.h"
#include "base/name_lookup.h"
#include "base/timer.h"

/* Processes that ask at the same time. */
#define RESOLVER_AT_ONCE 4

/* From the beginning of one in a place to that of the next there. */
#define RESOLVER_PAUSE (SECOND / 20)

/* Seconds that a name server has: resolv.conf(5) has 5, twice, for each of three. */
#define RESOLVER_SECONDS 30

struct ike;

/* One question; zeroed: it is not asked.  It stays where it is until its answer. */
struct resolution {
	struct index_link waiting; /* until its turn */
	bool pending; /* @done is still to be called */
	char name[DNS_NAME_SIZE];
	void (*done)(struct ike *ike, struct resolution *resolution,
		     const struct name_answer *answer);
};

/* The object that a resolution is a member of. */
#define resolution_owner(resolution, type, member) \
	((type *)((char *)(resolution) - offsetof(type, member)))

/* A question that a process asks. */
struct resolver_place {
	struct resolver *resolver; /* whose it is */
	struct resolution *resolution; /* NULL: none */
	struct name_lookup lookup;
	char error[NAME_ERROR_SIZE]; /* why there is no process, "": there is one */
	struct timer timer; /* the end of patience */
	int64_t pause_ends; /* clock_now() from which on the next one may begin */
};

/* Zeroed: nothing is asked. */
struct resolver {
	bool stopped; /* nothing is asked any more */
	struct timers *timers; /* of what is asked */
	struct index_row waiting;
	struct timer pause; /* after which a place is free for the first that waits */
	struct resolver_place places[RESOLVER_AT_ONCE];
};

/**
 * resolver_ask() - have a name resolved
 * @timers: the same at each call
 * @resolution: with its done() set; where it is pending already, that goes on
 * @name: of less than DNS_NAME_SIZE octets
 *
 * Never calls done() itself.
 */
void resolver_ask(struct resolver *resolver, struct timers *timers,
		  struct resolution *resolution, const char *name);

/* Its answer is wanted no more; it may be none that was asked. */
void resolver_cancel(struct resolver *resolver, struct resolution *resolution);

/* What to poll for, of which some may be no descriptor. */
void resolver_poll_fds(const struct resolver *resolver,
		       struct pollfd fds[RESOLVER_AT_ONCE]);

/* Take the answers that @fds says are there; @ike is for done(). */
void resolver_serve(struct resolver *resolver, struct ike *ike,
		    const struct pollfd fds[RESOLVER_AT_ONCE]);

#endif
