/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Timers: a pairing heap that lives in the timers themselves, so that setting
 * one never fails and many tunnels cost no more than the logarithm of their
 * number.
 */
#ifndef PQIKE_TIMER_H
#define PQIKE_TIMER_H

#include <stddef.h>
#include <stdint.h>

struct ike;

struct timer {
	int64_t due; /* of clock_now(), 0: stopped */
	void (*expired)(struct ike *ike, struct timer *timer);
	struct timer *child; /* the first of those that are due later */
	struct timer *next; /* sibling */
	struct timer *prev; /* sibling, or the parent of a first child */
};

struct timers {
	struct timer *root; /* the one that is due first */
};

/* The object that a timer is a member of. */
#define timer_owner(timer, type, member) \
	((type *)((char *)(timer) - offsetof(type, member)))

/* Set a timer that was set or not; due times in the past are allowed. */
void timer_set(struct timers *timers, struct timer *timer, int64_t due);
void timer_stop(struct timers *timers, struct timer *timer);

/* Return: when the first is due, 0 where none is set. */
int64_t timers_next(const struct timers *timers);

/* Other work is due in between: many tunnels that act at once do not hold the loop. */
#define TIMERS_AT_ONCE 64

/*
 * Let what is due at @now expire, the first TIMERS_AT_ONCE; each timer is stopped
 * first.
 */
void timers_run(struct timers *timers, struct ike *ike, int64_t now);

#endif
