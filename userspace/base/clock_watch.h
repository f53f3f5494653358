/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What wakes the helper: a time that has come, also while the machine slept,
 * and a wall clock that was set.
 */
#ifndef PQIKE_CLOCK_WATCH_H
#define PQIKE_CLOCK_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct clock_watch {
	int alarm; /* for poll(): the time has come */
	int jump; /* for poll(): the wall clock was set */
};

/* Return: false with errno; clock_watch_close() is due in any case. */
bool clock_watch_open(struct clock_watch *watch);

void clock_watch_close(struct clock_watch *watch);

/* @due: of clock_now(), which may have passed; 0: never */
void clock_watch_set(const struct clock_watch *watch, int64_t due);

/* The wall clock was set: wait for the next time. */
void clock_watch_rearm(const struct clock_watch *watch);

#endif
