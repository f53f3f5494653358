/* SPDX-License-Identifier: GPL-2.0 */
/* Time for timers: milliseconds of the monotonic clock, never 0. */
#ifndef PQIKE_CLOCK_H
#define PQIKE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + 1;
}

#endif
