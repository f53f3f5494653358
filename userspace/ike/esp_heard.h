/* SPDX-License-Identifier: GPL-2.0 */
/* Whether ESP packets of a peer have come, for dpd_esp. */
#ifndef PQIKE_ESP_HEARD_H
#define PQIKE_ESP_HEARD_H

#include "ike/ike_sa.h"

/**
 * esp_heard() - whether the peer has sent ESP since the last call
 *
 * Only packets that have verified count.  One question to xfrm for each Child
 * SA, of which there are CHILD_SAS_MAX at most.
 */
bool esp_heard(struct ike *ike, struct ike_sa *sa);

#endif
