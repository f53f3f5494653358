/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is left of a world without threads.
 */
#ifndef END_H
#define END_H

#include "world.h"

void end_check(const struct world *world, bool clear);

#endif
