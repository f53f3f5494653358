/* SPDX-License-Identifier: GPL-2.0 */
/* Chance in timers, so that two peers and many tunnels do not act at once. */
#ifndef PQIKE_JITTER_H
#define PQIKE_JITTER_H

#include <stdint.h>

/* Return: a random number from 0 to @max. */
uint64_t jitter(uint64_t max);

#endif
