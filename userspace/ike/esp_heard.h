/* SPDX-License-Identifier: GPL-2.0 */
/* Whether ESP packets of a peer have come, for dpd_esp. */
#ifndef PQIKE_ESP_HEARD_H
#define PQIKE_ESP_HEARD_H

#include "ike/ike_sa.h"

/**
 * esp_heard() - whether the peer has sent ESP since the last call
 *
 * Only packets that have verified count.  One question to the kernel, and a look at
 * each pair of at most CHILD_SAS_MAX Child SAs here and there.
 */
bool esp_heard(struct ike *ike, struct ike_sa *sa);

#endif
