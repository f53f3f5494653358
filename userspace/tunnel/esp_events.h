/* SPDX-License-Identifier: GPL-2.0 */
/* What the events of xfrm mean for Child SAs. */
#ifndef PQIKE_ESP_EVENTS_H
#define PQIKE_ESP_EVENTS_H

#include "ike/ike_sa.h"
#include "kernel/xfrm_events.h"

/**
 * esp_events_serve() - act on the events that have come
 *
 * Where some were lost, helper and kernel are compared soon.
 */
void esp_events_serve(struct ike *ike);

#endif
