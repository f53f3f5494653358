/* SPDX-License-Identifier: GPL-2.0 */
/* How long an IKE SA lives: when it is rekeyed, and when it ends at last. */
#ifndef PQIKE_LIFETIME_H
#define PQIKE_LIFETIME_H

#include "ike/ike_sa.h"

/* @sa is established: its time begins. */
void lifetime_start(struct ike *ike, struct ike_sa *sa);

/**
 * lifetime_adopt() - a reload has put other times in the place of @old
 *
 * They count from when @sa was established.  Where that moment is over, @sa is
 * rekeyed within a minute, and does not end before it can be.
 */
void lifetime_adopt(struct ike *ike, struct ike_sa *sa,
		    const struct limits *old);

/* A rekey has failed: try again after a while. */
void lifetime_retry(struct ike *ike, struct ike_sa *sa);

#endif
