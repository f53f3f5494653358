/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The events of xfrm: limits that ESP SAs reach, packets that wait for one,
 * peers that a NAT has moved.
 */
#ifndef PQIKE_XFRM_EVENTS_H
#define PQIKE_XFRM_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/xfrm_message.h"

struct xfrm_events;

/**
 * xfrm_events_open() - join the multicast groups of EXPIRE, ACQUIRE and MAPPING
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Takes CAP_NET_ADMIN, which the other functions do without.
 *
 * Return: a descriptor for xfrm_events_adopt(), in this process or another; -1 on failure.
 */
int xfrm_events_open(char *error, size_t error_size);

/**
 * xfrm_events_adopt() - hear what comes
 * @fd: of xfrm_events_open(); belongs to what is returned, and is closed on failure
 *
 * Return: to be closed with xfrm_events_close(); NULL without memory.
 */
struct xfrm_events *xfrm_events_adopt(int fd);

void xfrm_events_close(struct xfrm_events *events);

/* Return: what poll() is to wait for. */
int xfrm_events_fd(const struct xfrm_events *events);

/**
 * xfrm_events_read() - take what has come, without waiting
 * @each: called with every event
 * @arg: passed to @each
 *
 * Return: false where events were lost (ENOBUFS): what they would have told
 * must be found out otherwise.
 */
bool xfrm_events_read(struct xfrm_events *events,
		      void (*each)(const struct xfrm_message *message, void *arg),
		      void *arg);

#endif
