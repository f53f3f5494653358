/* SPDX-License-Identifier: GPL-2.0 */
/* Time for timers: milliseconds since boot, sleep included, never 0. */
#ifndef PQIKE_CLOCK_H
#define PQIKE_CLOCK_H

#include <stdint.h>

#define SECOND INT64_C(1000) /* in the unit of clock_now() */

int64_t clock_now(void);

#endif
