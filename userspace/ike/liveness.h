/* SPDX-License-Identifier: GPL-2.0 */
/* Whether the peer is still there (RFC 7296 section 2.4). */
#ifndef PQIKE_LIVENESS_H
#define PQIKE_LIVENESS_H

#include "ike/ike_sa.h"

/*
 * Silence is noticed from now on, if the connection says so: @sa is established,
 * or a reload has changed that.
 */
void liveness_start(struct ike *ike, struct ike_sa *sa);

/* Milliseconds since the peer was heard, before a hint is worth a check. */
#define LIVENESS_HINT_PAUSE 10000

/* Something that anyone can send says that the peer does not know @sa any more. */
void liveness_hint(struct ike *ike, struct ike_sa *sa);

#endif
