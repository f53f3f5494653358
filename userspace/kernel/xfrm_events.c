// SPDX-License-Identifier: GPL-2.0
#include "kernel/xfrm_events.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/path.h"

/* A single message is far smaller; a dump comes in pieces of up to 32 KiB. */
#define BUFFER_SIZE 32768

/* Other work is due in between: a flood of events does not hold the loop. */
#define READS_AT_ONCE 64

struct xfrm_events {
	struct mnl_socket *events; /* never blocks */
	struct mnl_socket *queries;
	uint32_t sequence;
	uint8_t buffer[BUFFER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

static struct mnl_socket *open_socket(int flags)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_XFRM,
						     SOCK_CLOEXEC | flags);

	if (socket && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		mnl_socket_close(socket);
		return NULL;
	}
	return socket;
}

static bool join(struct mnl_socket *socket)
{
	static const int groups[] = {
		XFRMNLGRP_EXPIRE, XFRMNLGRP_ACQUIRE, XFRMNLGRP_MAPPING,
	};

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (mnl_socket_setsockopt(socket, NETLINK_ADD_MEMBERSHIP,
					  (void *)&groups[i],
					  sizeof(groups[i])) < 0)
			return false;
	return true;
}

struct xfrm_events *xfrm_events_open(char *error, size_t error_size)
{
	struct xfrm_events *events = calloc(1, sizeof(*events));

	if (!events) {
		snprintf(error, error_size, "out of memory");
		return NULL;
	}
	events->events = open_socket(SOCK_NONBLOCK);
	events->queries = open_socket(0);
	if (!events->events || !events->queries || !join(events->events)) {
		snprintf(error, error_size, "netlink of xfrm: %s%s", strerror(errno),
			 errno == EPERM ? " (run as root)" : "");
		xfrm_events_close(events);
		return NULL;
	}
	return events;
}

void xfrm_events_close(struct xfrm_events *events)
{
	if (!events)
		return;
	if (events->events)
		mnl_socket_close(events->events);
	if (events->queries)
		mnl_socket_close(events->queries);
	free(events);
}

int xfrm_events_fd(const struct xfrm_events *events)
{
	return mnl_socket_get_fd(events->events);
}

bool xfrm_events_read(struct xfrm_events *events,
		      void (*each)(const struct xfrm_message *message, void *arg),
		      void *arg)
{
	for (int i = 0; i < READS_AT_ONCE; i++) {
		ssize_t len = mnl_socket_recvfrom(events->events, events->buffer,
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

static struct nlmsghdr *begin_query(struct xfrm_events *events, uint16_t type,
				    uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(events->buffer);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	request->nlmsg_seq = ++events->sequence;
	return request;
}

struct query {
	void (*each)(const struct xfrm_message *message, void *arg);
	void *arg;
};

static int take_reply(const struct nlmsghdr *header, void *arg)
{
	const struct query *query = arg;
	struct xfrm_message message;

	xfrm_message_read(header, &message);
	if (query->each && message.kind == XFRM_MESSAGE_POLICY)
		query->each(&message, query->arg);
	return header->nlmsg_flags & NLM_F_MULTI ? MNL_CB_OK : MNL_CB_STOP;
}

/* Return: 0 or a negative errno. */
static int ask(struct xfrm_events *events, const struct nlmsghdr *request,
	       struct query *query)
{
	unsigned int port = mnl_socket_get_portid(events->queries);
	ssize_t len;
	int more;

	if (mnl_socket_sendto(events->queries, request, request->nlmsg_len) < 0)
		return -errno;
	do {
		len = mnl_socket_recvfrom(events->queries, events->buffer,
					  sizeof(events->buffer));
		if (len < 0)
			return -errno;
		more = mnl_cb_run(events->buffer, (size_t)len, events->sequence,
				  port, take_reply, query);
	} while (more > MNL_CB_STOP);
	return more < 0 ? -errno : 0;
}

int xfrm_events_policies(struct xfrm_events *events,
			 void (*each)(const struct xfrm_message *message, void *arg),
			 void *arg)
{
	struct query query = { .each = each, .arg = arg };
	struct nlmsghdr *request = begin_query(events, XFRM_MSG_GETPOLICY,
					       NLM_F_DUMP);

	return ask(events, request, &query);
}

bool xfrm_events_has_state(struct xfrm_events *events,
			   const struct sockaddr_storage *destination,
			   uint32_t spi, uint32_t mark)
{
	const struct xfrm_mark attr = { .v = mark, .m = UINT32_MAX };
	struct query query = { 0 };
	struct nlmsghdr *request = begin_query(events, XFRM_MSG_GETSA, 0);
	struct xfrm_usersa_id *id = mnl_nlmsg_put_extra_header(request,
							       sizeof(*id));
	const uint8_t *octets;
	size_t size = endpoint_octets(destination, &octets);

	memcpy(&id->daddr, octets, size);
	id->spi = htonl(spi);
	id->family = destination->ss_family;
	id->proto = IPPROTO_ESP;
	mnl_attr_put(request, XFRMA_MARK, sizeof(attr), &attr);
	return ask(events, request, &query) != -ESRCH;
}
