/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What others do in xfrm: an administrator, or another key manager.
 */
#ifndef FOREIGN_H
#define FOREIGN_H

#include "walk.h"

void foreign_meddle(struct walk *walk, unsigned int side);

#endif
