/* SPDX-License-Identifier: GPL-2.0 */
/* Word of the kernel that interfaces come, change and go. */
#ifndef PQIKE_LINK_EVENTS_H
#define PQIKE_LINK_EVENTS_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>

struct link_event {
	int index;
	const char *name; /* valid during the call only; "": it is not said */
	bool gone;
};

/**
 * link_events_open() - join the multicast group of interfaces
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: a socket for poll(); NULL on failure.
 */
struct mnl_socket *link_events_open(char *error, size_t error_size);

/**
 * link_events_read() - take what has come, without waiting
 * @each: called with every event
 * @arg: passed to @each
 *
 * Return: false where events were lost: what they would have told must be found
 * out otherwise.
 */
bool link_events_read(struct mnl_socket *socket,
		      void (*each)(const struct link_event *event, void *arg),
		      void *arg);

#endif
