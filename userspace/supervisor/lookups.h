/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names that are resolved for the helper, each by a process without rights that reports to
 * it.  What the process says is the helper's to check.
 */
#ifndef PQIKE_LOOKUPS_H
#define PQIKE_LOOKUPS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/name_lookup.h"
#include "base/resolver.h"
#include "base/timer.h"

/*
 * RESOLVER_AT_ONCE, and as many whose answers the helper does not wait for any more.  In one
 * place they begin RESOLVER_PAUSE after one another at the soonest: each is a process of
 * root's, of which there are 160 in a second, twice of what the helper asks for.
 */
#define LOOKUPS_MAX 8

struct lookups {
	struct timers *timers;
	struct lookup {
		struct lookups *lookups; /* NULL: a free place */
		char name[DNS_NAME_SIZE];
		struct name_lookup lookup;
		struct timer timer; /* the end of patience */
		int64_t pause_ends; /* clock_now() from which on it may have another */
	} list[LOOKUPS_MAX];
};

/**
 * lookups_begin() - have a name resolved
 * @name: of less than DNS_NAME_SIZE octets
 * @error: on failure, one line
 * @error_size: size of @error in octets
 *
 * Return: what the process reports to, which is closed by lookups_serve() or lookups_end()
 * later, but not right away; -1 on failure, also where there are too many, or have been.
 */
int lookups_begin(struct lookups *lookups, const char *name, char *error,
		  size_t error_size);

/* What to poll for: the ends of processes. */
void lookups_poll_fds(const struct lookups *lookups,
		      struct pollfd fds[LOOKUPS_MAX]);

void lookups_serve(struct lookups *lookups,
		   const struct pollfd fds[LOOKUPS_MAX]);

/* End all: the helper is gone. */
void lookups_end(struct lookups *lookups);

#endif
