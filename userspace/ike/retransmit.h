/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A request that is not answered is sent again (RFC 7296 section 2.1 and 2.4); a peer
 * that answers none of them is dead.
 */
#ifndef PQIKE_RETRANSMIT_H
#define PQIKE_RETRANSMIT_H

#include "ike/ike_sa.h"

/* Milliseconds between retransmissions at most, whatever is configured. */
#define RETRANSMIT_INTERVAL_MAX INT64_C(86400000)

/* Send the outstanding request again, or end the phase of the IKE SA. */
void retransmit_due(struct ike *ike, struct timer *timer);

#endif
