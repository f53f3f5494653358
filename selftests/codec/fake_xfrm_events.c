// SPDX-License-Identifier: GPL-2.0
#include "fake_xfrm_events.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct xfrm_events *fake_xfrm_events_new(const struct kernel *kernel)
{
	struct xfrm_events *events = calloc(1, sizeof(*events));

	if (!events)
		abort();
	events->kernel = kernel;
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

int xfrm_events_policies(struct xfrm_events *events,
			 void (*each)(const struct xfrm_message *message, void *arg),
			 void *arg)
{
	const struct kernel *kernel = events->kernel;
	struct xfrm_message policies[FAKE_TRAPS_MAX];
	unsigned int n = kernel->traps;

	for (unsigned int i = 0; i < n; i++)
		policies[i] = (struct xfrm_message){
			.kind = XFRM_MESSAGE_POLICY,
			.reqid = kernel->trap_list[i].reqid,
			.used = events->trapped ? (uint64_t)time(NULL) : 0,
		};
	events->trapped = false;
	for (unsigned int i = 0; i < n; i++)
		each(&policies[i], arg);
	return 0;
}

bool xfrm_events_has_state(struct xfrm_events *events,
			   const struct sockaddr_storage *destination,
			   uint32_t spi, uint32_t mark)
{
	const struct fake_child_sa *list = events->kernel->child_sas;

	(void)destination;
	(void)mark;
	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++)
		if (list[i].ike_sa_id && !list[i].lost &&
		    ((list[i].in && list[i].spi_in == spi) ||
		     (list[i].out && list[i].spi_out == spi)))
			return true;
	return false;
}
