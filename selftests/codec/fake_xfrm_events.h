/* SPDX-License-Identifier: GPL-2.0 */
/* The functions of xfrm_events.h, played over a queue. */
#ifndef FAKE_XFRM_EVENTS_H
#define FAKE_XFRM_EVENTS_H

#include "kernel/xfrm_events.h"

#define FAKE_XFRM_EVENTS_MAX 16

struct xfrm_events {
	struct xfrm_message queue[FAKE_XFRM_EVENTS_MAX];
	size_t n;
	bool lost; /* events, of which there were too many */
};

struct xfrm_events *fake_xfrm_events_new(void);

/* It is lost where the queue is full. */
void fake_xfrm_event(struct xfrm_events *events,
		     const struct xfrm_message *message);

#endif
