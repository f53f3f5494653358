// SPDX-License-Identifier: GPL-2.0
#include "kernel/link_events.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A message about an interface with many addresses or functions is long. */
#define BUFFER_SIZE 32768

/* Other work is due in between: a flood of events does not hold the loop. */
#define READS_AT_ONCE 64

struct mnl_socket *link_events_open(char *error, size_t error_size)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE,
						     SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (socket && mnl_socket_bind(socket, RTMGRP_LINK, MNL_SOCKET_AUTOPID) == 0)
		return socket;
	snprintf(error, error_size, "netlink of interfaces: %s", strerror(errno));
	if (socket)
		mnl_socket_close(socket);
	return NULL;
}

static void read_one(const struct nlmsghdr *header,
		     void (*each)(const struct link_event *event, void *arg),
		     void *arg)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(header);
	struct link_event event = { .name = "" };
	const struct nlattr *attr;

	if ((header->nlmsg_type != RTM_NEWLINK &&
	     header->nlmsg_type != RTM_DELLINK) ||
	    mnl_nlmsg_get_payload_len(header) < sizeof(*info))
		return;
	/* A bridge says of its ports that they leave it. */
	if (info->ifi_family != AF_UNSPEC)
		return;
	event.index = info->ifi_index;
	event.gone = header->nlmsg_type == RTM_DELLINK;
	mnl_attr_for_each(attr, header, sizeof(*info))
		if (mnl_attr_get_type(attr) == IFLA_IFNAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0)
			event.name = mnl_attr_get_str(attr);
	each(&event, arg);
}

bool link_events_read(struct mnl_socket *socket,
		      void (*each)(const struct link_event *event, void *arg),
		      void *arg)
{
	_Alignas(struct nlmsghdr) uint8_t buffer[BUFFER_SIZE];
	bool all = true;

	for (int i = 0; i < READS_AT_ONCE; i++) {
		ssize_t len = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
		const struct nlmsghdr *header = (const void *)buffer;
		int left = (int)len;

		if (len < 0 && errno != ENOBUFS && errno != ENOSPC)
			return all;
		if (len < 0)
			all = false;
		for (; mnl_nlmsg_ok(header, left);
		     header = mnl_nlmsg_next(header, &left))
			read_one(header, each, arg);
	}
	return all;
}
