// SPDX-License-Identifier: GPL-2.0
#include "fake_xfrm_events.h"

#include <stdlib.h>
#include <string.h>

struct xfrm_events *fake_xfrm_events_new(void)
{
	struct xfrm_events *events = calloc(1, sizeof(*events));

	if (!events)
		abort();
	return events;
}

void fake_xfrm_event(struct xfrm_events *events,
		     const struct xfrm_message *message)
{
	if (events->n == FAKE_XFRM_EVENTS_MAX)
		events->lost = true;
	else
		events->queue[events->n++] = *message;
}

bool xfrm_events_read(struct xfrm_events *events,
		      void (*each)(const struct xfrm_message *message, void *arg),
		      void *arg)
{
	bool lost = events->lost;

	while (events->n) {
		struct xfrm_message message = events->queue[0];

		events->n--;
		memmove(events->queue, events->queue + 1,
			events->n * sizeof(message));
		each(&message, arg);
	}
	events->lost = false;
	return !lost;
}
