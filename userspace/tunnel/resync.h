/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Comparison of what the kernel has with what the helper believes, when events
 * were lost.
 */
#ifndef PQIKE_RESYNC_H
#define PQIKE_RESYNC_H

#include "ike/child_sa.h"

/* Compare once the flood that swept the events away is over. */
void resync_soon(struct ike *ike);

/*
 * Return: whether xfrm has the ESP SAs of @child that it should have; true also where the
 * kernel does not say.  One question to it, however many Child SAs there are.
 */
bool resync_has_states(struct ike *ike, const struct child_sa *child);

#endif
