/* SPDX-License-Identifier: GPL-2.0 */
/* What anybody can cause is said only so often. */
#ifndef PQIKE_SAY_LIMIT_H
#define PQIKE_SAY_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

/* So many times in so many milliseconds. */
#define SAY_LIMIT_TIMES 20
#define SAY_LIMIT_PERIOD 10000

struct say_limit {
	int64_t begun; /* clock_now() of the first time in this period, 0: none */
	unsigned int times;
	unsigned int unsaid;
};

/**
 * say_limit_admit() - whether it is to be said once more
 * @now: clock_now()
 * @unsaid: receives how many were not, when the first one is again; else 0
 */
bool say_limit_admit(struct say_limit *limit, int64_t now, unsigned int *unsaid);

#endif
