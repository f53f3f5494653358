/* SPDX-License-Identifier: GPL-2.0 */
/* Which way the kernel would send a packet of this host. */
#ifndef PQIKE_ROUTE_LOOKUP_H
#define PQIKE_ROUTE_LOOKUP_H

#include <sys/socket.h>

#include "kernel/netlink.h"

/**
 * route_lookup_open() - connect to rtnetlink
 * @netlink: zeroed
 *
 * Return: 0, or a negative errno, told in @netlink.  netlink_close() is due in
 * any case.
 */
int route_lookup_open(struct netlink *netlink);

/**
 * route_lookup() - find the interface that packets without a mark leave by
 * @netlink: of route_lookup_open()
 * @source: of this host; NULL, or of another family: the kernel chooses one
 * @destination: of family AF_INET or AF_INET6
 *
 * Needs no privilege.  Ports are not looked at.
 *
 * Return: the index of the interface, 0 where the route has none, or a negative
 * errno, among them -ENETUNREACH and -EHOSTUNREACH.
 */
int route_lookup(struct netlink *netlink, const struct sockaddr_storage *source,
		 const struct sockaddr_storage *destination);

#endif
