// SPDX-License-Identifier: GPL-2.0
/* The heap of timers against a list that is searched. */
#include <stdbool.h>
#include <stdlib.h>

#include "base/timer.h"
#include "kselftest.h"

#define N_TIMERS 500
#define N_STEPS 200000

struct item {
	struct timer timer;
	int64_t due; /* as the list has it, 0: stopped */
};

static struct item items[N_TIMERS];
static unsigned int expired;

static void on_expired(struct ike *ike, struct timer *timer)
{
	struct item *item = timer_owner(timer, struct item, timer);

	(void)ike;
	if (timer->due)
		abort();
	item->due = 0;
	expired++;
}

static int64_t first(void)
{
	int64_t due = 0;

	for (size_t i = 0; i < N_TIMERS; i++)
		if (items[i].due && (!due || items[i].due < due))
			due = items[i].due;
	return due;
}

static unsigned int due_until(int64_t now)
{
	unsigned int n = 0;

	for (size_t i = 0; i < N_TIMERS; i++)
		n += items[i].due && items[i].due <= now;
	return n;
}

/* A generator that is the same everywhere. */
static uint32_t draw(void)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return state >> 8;
}

static void step(struct timers *timers)
{
	struct item *item = &items[draw() % N_TIMERS];

	if (draw() % 4) {
		item->due = 1 + draw() % 10000;
		timer_set(timers, &item->timer, item->due);
	} else {
		item->due = 0;
		timer_stop(timers, &item->timer);
	}
}

/* Return: whether @until have expired in the end, TIMERS_AT_ONCE of them each time. */
static bool run(struct timers *timers, unsigned int until)
{
	while (expired < until) {
		unsigned int due = expired + TIMERS_AT_ONCE;

		timers_run(timers, NULL, 5000);
		if (expired != (due < until ? due : until))
			return false;
	}
	timers_run(timers, NULL, 5000);
	return expired == until;
}

static bool agrees_with_a_list(void)
{
	struct timers timers = { 0 };

	for (size_t i = 0; i < N_TIMERS; i++)
		items[i].timer.expired = on_expired;
	for (unsigned int i = 0; i < N_STEPS; i++) {
		step(&timers);
		if (timers_next(&timers) != first())
			return false;
		if (i % 1000 == 0) {
			unsigned int before = expired;
			unsigned int due = due_until(5000);

			if (!run(&timers, before + due) || due_until(5000))
				return false;
		}
	}
	return true;
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(1);
	ksft_test_result(agrees_with_a_list(), "agrees with a list\n");
	ksft_finished();
}
