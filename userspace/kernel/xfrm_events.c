// SPDX-License-Identifier: GPL-2.0
#include "kernel/xfrm_events.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A single message is far smaller. */
#define BUFFER_SIZE 32768

/* Other work is due in between: a flood of events does not hold the loop. */
#define READS_AT_ONCE 64

struct xfrm_events {
	struct mnl_socket *socket; /* never blocks */
	uint8_t buffer[BUFFER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

static bool join(int fd)
{
	static const int groups[] = {
		XFRMNLGRP_EXPIRE, XFRMNLGRP_ACQUIRE, XFRMNLGRP_MAPPING,
	};

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
			       &groups[i], sizeof(groups[i])) < 0)
			return false;
	return true;
}

int xfrm_events_open(char *error, size_t error_size)
{
	const struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_XFRM);

	if (fd >= 0 && !bind(fd, (const struct sockaddr *)&any, sizeof(any)) &&
	    join(fd))
		return fd;
	snprintf(error, error_size, "netlink of xfrm: %s%s", strerror(errno),
		 errno == EPERM ? " (run as root)" : "");
	if (fd >= 0)
		close(fd);
	return -1;
}

struct xfrm_events *xfrm_events_adopt(int fd)
{
	struct xfrm_events *events = calloc(1, sizeof(*events));

	if (events)
		events->socket = mnl_socket_fdopen(fd);
	if (events && events->socket)
		return events;
	free(events);
	close(fd);
	return NULL;
}

void xfrm_events_close(struct xfrm_events *events)
{
	if (!events)
		return;
	if (events->socket)
		mnl_socket_close(events->socket);
	free(events);
}

int xfrm_events_fd(const struct xfrm_events *events)
{
	return mnl_socket_get_fd(events->socket);
}

bool xfrm_events_read(struct xfrm_events *events,
		      void (*each)(const struct xfrm_message *message, void *arg),
		      void *arg)
{
	for (int i = 0; i < READS_AT_ONCE; i++) {
		ssize_t len = mnl_socket_recvfrom(events->socket, events->buffer,
						  sizeof(events->buffer));
		const struct nlmsghdr *header = (const void *)events->buffer;
		struct xfrm_message message;
		int left = (int)len;

		if (len < 0)
			return errno != ENOBUFS && errno != ENOSPC;
		for (; mnl_nlmsg_ok(header, left);
		     header = mnl_nlmsg_next(header, &left)) {
			xfrm_message_read(header, &message);
			if (message.kind != XFRM_MESSAGE_OTHER)
				each(&message, arg);
		}
	}
	return true;
}
