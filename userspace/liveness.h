/* SPDX-License-Identifier: GPL-2.0 */
/* Whether the peer is still there (RFC 7296 section 2.4). */
#ifndef PQIKE_LIVENESS_H
#define PQIKE_LIVENESS_H

#include "ike_sa.h"

/* @sa is established: from now on silence is noticed. */
void liveness_start(struct ike *ike, struct ike_sa *sa);

void liveness_due(struct ike *ike, struct timer *timer);

/* The peer answers no request: see to its Child SAs and end @sa. */
void liveness_dead(struct ike *ike, struct ike_sa *sa);

#endif
