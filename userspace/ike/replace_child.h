/* SPDX-License-Identifier: GPL-2.0 */
/* A Child SA that cannot be rekeyed is made anew. */
#ifndef PQIKE_REPLACE_CHILD_H
#define PQIKE_REPLACE_CHILD_H

#include "ike/child_sa.h"

/**
 * replace_child() - make another of the same configuration and delete @child
 *
 * Its policies go last: at no moment packets pass in the clear.  Its end was not
 * wanted: no close_action is taken.  May end its IKE SA.
 */
void replace_child(struct ike *ike, struct child_sa *child);

/**
 * replace_child_moved() - as replace_child(), for other addresses than before
 *
 * The kernel has one policy for the selectors of a child, which names the
 * addresses: @child goes first.
 */
void replace_child_moved(struct ike *ike, struct child_sa *child);

#endif
