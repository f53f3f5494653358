/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The children of a thread's connections: two for each of its Child SAs, one with a
 * reqid and one without.
 */
#ifndef CHILDREN_H
#define CHILDREN_H

#include <stdbool.h>
#include <stdint.h>

#include "walk.h"

/* Child SAs of a thread at a time */
#define CHILDREN	6

void children_put(struct walk *walk, unsigned int side);
void children_put_name(struct request *request, uint16_t type,
		       unsigned int number, bool has_reqid);
uint32_t children_reqid(const struct walk *walk, unsigned int number);
bool children_expire(unsigned int number);

#endif
