// SPDX-License-Identifier: GPL-2.0
#include "kernel/address_events.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Other work is due in between: a flood of events does not hold the loop. */
#define READS_AT_ONCE 64

struct mnl_socket *address_events_open(char *error, size_t error_size)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE,
						     SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (socket && mnl_socket_bind(socket, RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
				      MNL_SOCKET_AUTOPID) == 0)
		return socket;
	snprintf(error, error_size, "netlink of addresses: %s", strerror(errno));
	if (socket)
		mnl_socket_close(socket);
	return NULL;
}

void address_events_drain(struct mnl_socket *socket)
{
	uint8_t buffer[8192];

	for (int i = 0; i < READS_AT_ONCE; i++)
		if (mnl_socket_recvfrom(socket, buffer, sizeof(buffer)) <= 0 &&
		    errno != ENOBUFS && errno != ENOSPC)
			return;
}
