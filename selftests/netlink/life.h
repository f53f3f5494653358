/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a thread does in a world, from its first request to its last.
 */
#ifndef LIFE_H
#define LIFE_H

#include "walk.h"

void live(struct walk *walk, unsigned long steps);

#endif
