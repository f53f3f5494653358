/* SPDX-License-Identifier: GPL-2.0 */
/* A Child SA that cannot be rekeyed is made anew. */
#ifndef PQIKE_REPLACE_CHILD_H
#define PQIKE_REPLACE_CHILD_H

#include "child_sa.h"

/**
 * replace_child() - delete @child and make another of the same configuration
 *
 * Its end was not wanted: no close_action is taken.  May end its IKE SA.
 */
void replace_child(struct ike *ike, struct child_sa *child);

#endif
