// SPDX-License-Identifier: GPL-2.0
#include "kernel/netlink.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int fail(struct netlink *netlink, int error)
{
	snprintf(netlink->error, sizeof(netlink->error), "%s", strerror(error));
	return -error;
}

static void read_extack(struct netlink *netlink, const struct nlmsghdr *reply,
			const struct nlmsgerr *error)
{
	size_t offset = NLMSG_HDRLEN + MNL_ALIGN(sizeof(*error));
	const struct nlattr *attr;

	if (!(reply->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(reply->nlmsg_flags & NLM_F_CAPPED) &&
	    error->msg.nlmsg_len > sizeof(error->msg))
		offset += MNL_ALIGN(error->msg.nlmsg_len - sizeof(error->msg));
	if (offset > reply->nlmsg_len)
		return;
	mnl_attr_for_each(attr, reply, offset - NLMSG_HDRLEN) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0) {
			snprintf(netlink->error, sizeof(netlink->error), "%s",
				 mnl_attr_get_str(attr));
			netlink->explained = true;
		}
	}
}

static int read_error(struct netlink *netlink, const struct nlmsghdr *reply)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(reply);
	int result;

	if (mnl_nlmsg_get_payload_len(reply) < sizeof(*error))
		return fail(netlink, EBADMSG);
	if (!error->error)
		return 0;
	result = fail(netlink, -error->error);
	read_extack(netlink, reply, error);
	return result;
}

static int read_done(struct netlink *netlink, const struct nlmsghdr *reply)
{
	const int *error = mnl_nlmsg_get_payload(reply);

	if (mnl_nlmsg_get_payload_len(reply) < sizeof(*error) || *error >= 0)
		return 0;
	return fail(netlink, -*error);
}

struct nlmsghdr *netlink_begin(struct netlink *netlink, uint16_t type,
			       uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(netlink->request);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return request;
}

struct nlmsghdr *netlink_request(struct netlink *netlink, uint8_t command,
				 uint16_t flags)
{
	struct nlmsghdr *request = netlink_begin(netlink, netlink->family,
						 flags);
	struct genlmsghdr *genl;

	genl = mnl_nlmsg_put_extra_header(request, sizeof(*genl));
	genl->cmd = command;
	genl->version = netlink->version;
	return request;
}

/* A request and what the kernel has said so far. */
struct call {
	void (*each)(const struct nlmsghdr *reply, void *arg);
	void *arg;
	bool is_dump;
	bool is_over; /* @result says how */
	int result;
	bool lost; /* something was dropped: the receive buffer was full */
	bool replied;
};

static void read_replies(struct netlink *netlink, size_t len, struct call *call)
{
	const struct nlmsghdr *reply = (const void *)netlink->reply;
	int left = (int)len;

	for (; mnl_nlmsg_ok(reply, left); reply = mnl_nlmsg_next(reply, &left)) {
		if (reply->nlmsg_seq != netlink->sequence)
			continue;
		if (reply->nlmsg_type == NLMSG_ERROR ||
		    reply->nlmsg_type == NLMSG_DONE) {
			call->result = reply->nlmsg_type == NLMSG_DONE ?
					       read_done(netlink, reply) :
					       read_error(netlink, reply);
			call->is_over = true;
			return;
		}
		if (reply->nlmsg_type != netlink->family)
			continue;
		call->replied = true;
		if (call->each)
			call->each(reply, call->arg);
	}
}

static bool has_more(const struct netlink *netlink)
{
	struct pollfd wait = {
		.fd = mnl_socket_get_fd(netlink->socket), .events = POLLIN,
	};

	return poll(&wait, 1, 0) > 0;
}

/*
 * The acknowledgment is what is not there.  A reply comes before it and says as
 * much, unless it is one of many.
 */
static int end_without_acknowledgment(struct netlink *netlink,
				      const struct call *call)
{
	return call->replied && !call->is_dump ? 0 : fail(netlink, ENOBUFS);
}

/* Each recv() that fails with ENOBUFS takes the failure away. */
static int receive(struct netlink *netlink, struct call *call)
{
	ssize_t len;

	while (!call->is_over) {
		if (call->lost && !has_more(netlink))
			return end_without_acknowledgment(netlink, call);
		len = mnl_socket_recvfrom(netlink->socket, netlink->reply,
					  sizeof(netlink->reply));
		if (len >= 0)
			read_replies(netlink, (size_t)len, call);
		else if (errno == ENOBUFS)
			call->lost = true;
		else if (errno != EINTR)
			return fail(netlink, errno);
	}
	return call->result;
}

bool netlink_is_dump(const struct nlmsghdr *request)
{
	return (request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
}

int netlink_call(struct netlink *netlink, struct nlmsghdr *request,
		 void (*each)(const struct nlmsghdr *reply, void *arg), void *arg)
{
	struct call call = {
		.each = each, .arg = arg,
		.is_dump = netlink_is_dump(request),
	};

	netlink->error[0] = '\0';
	netlink->explained = false;
	if (!netlink->socket || netlink->lost)
		return fail(netlink, ENOTCONN);
	request->nlmsg_seq = ++netlink->sequence;
	if (mnl_socket_sendto(netlink->socket, request, request->nlmsg_len) < 0)
		return fail(netlink, errno);
	return receive(netlink, &call);
}

/* What the controller says of a family. */
struct family {
	uint16_t id;
	uint32_t version;
};

static void read_family(const struct nlmsghdr *reply, void *arg)
{
	struct family *family = arg;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) == 0)
			family->id = mnl_attr_get_u16(attr);
		else if (mnl_attr_get_type(attr) == CTRL_ATTR_VERSION &&
			 mnl_attr_validate(attr, MNL_TYPE_U32) == 0)
			family->version = mnl_attr_get_u32(attr);
	}
}

static void set_up(struct netlink *netlink)
{
	int on = 1;

	/* Without them the kernel gives no reasons: less said, nothing broken. */
	mnl_socket_setsockopt(netlink->socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(netlink->socket, NETLINK_CAP_ACK, &on, sizeof(on));
	netlink->sequence = (uint32_t)time(NULL);
}

static int open_socket(struct netlink *netlink, int protocol)
{
	netlink->socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	if (!netlink->socket ||
	    mnl_socket_bind(netlink->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return fail(netlink, errno);
	set_up(netlink);
	return 0;
}

int netlink_open_protocol(struct netlink *netlink, int protocol, uint16_t reply)
{
	netlink->family = reply;
	return open_socket(netlink, protocol);
}

static int find_family(struct netlink *netlink, const char *name,
		       uint8_t version)
{
	struct nlmsghdr *request;
	struct family family = { 0 };
	int error;

	netlink->family = GENL_ID_CTRL;
	netlink->version = 1;
	request = netlink_request(netlink, CTRL_CMD_GETFAMILY, 0);
	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, name);
	error = netlink_call(netlink, request, read_family, &family);
	if (error)
		return error;
	if (!family.id)
		return fail(netlink, ENOENT);
	netlink->family = family.id;
	netlink->version = (uint8_t)family.version;
	if (family.version != version)
		return fail(netlink, EPROTONOSUPPORT);
	return 0;
}

/* Commands of this interface must not reach a family that is another. */
int netlink_find(struct netlink *netlink, const char *name, uint8_t version)
{
	int error;

	netlink->lost = false;
	error = find_family(netlink, name, version);
	netlink->lost = error;
	return error;
}

int netlink_adopt(struct netlink *netlink, int fd, const char *name,
		  uint8_t version)
{
	netlink->socket = mnl_socket_fdopen(fd);
	if (!netlink->socket)
		return fail(netlink, errno);
	set_up(netlink);
	return netlink_find(netlink, name, version);
}

int netlink_open(struct netlink *netlink, const char *name, uint8_t version)
{
	int error = open_socket(netlink, NETLINK_GENERIC);

	if (!error)
		error = netlink_find(netlink, name, version);
	if (error)
		netlink_close(netlink);
	return error;
}

void netlink_close(struct netlink *netlink)
{
	if (netlink->socket)
		mnl_socket_close(netlink->socket);
	netlink->socket = NULL;
}
