// SPDX-License-Identifier: GPL-2.0
#include "kernel/module_events.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/pqike.h>
#include <stdio.h>
#include <string.h>

#define BUFFER_SIZE 8192

/* Other work is due in between: a flood of events does not hold the loop. */
#define READS_AT_ONCE 64

struct mnl_socket *module_events_open(char *error, size_t error_size)
{
	/* The one group of the controller has its number. */
	int group = GENL_ID_CTRL;
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_GENERIC,
						     SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (socket && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 &&
	    mnl_socket_setsockopt(socket, NETLINK_ADD_MEMBERSHIP, &group,
				  sizeof(group)) == 0)
		return socket;
	snprintf(error, error_size, "generic netlink: %s", strerror(errno));
	if (socket)
		mnl_socket_close(socket);
	return NULL;
}

static bool is_ours(const struct nlmsghdr *header)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, header, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_NAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0 &&
		    !strcmp(mnl_attr_get_str(attr), PQIKE_GENL_NAME))
			return true;
	return false;
}

static void read_one(const struct nlmsghdr *header, void (*came)(void *arg),
		     void (*went)(void *arg), void *arg)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(header);

	if (header->nlmsg_type != GENL_ID_CTRL ||
	    mnl_nlmsg_get_payload_len(header) < sizeof(*genl) ||
	    !is_ours(header))
		return;
	if (genl->cmd == CTRL_CMD_NEWFAMILY)
		came(arg);
	else if (genl->cmd == CTRL_CMD_DELFAMILY)
		went(arg);
}

void module_events_read(struct mnl_socket *socket, void (*came)(void *arg),
			void (*went)(void *arg), void *arg)
{
	_Alignas(struct nlmsghdr) uint8_t buffer[BUFFER_SIZE];

	for (int i = 0; i < READS_AT_ONCE; i++) {
		ssize_t len = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
		const struct nlmsghdr *header = (const void *)buffer;
		int left = (int)len;

		if (len <= 0)
			return;
		for (; mnl_nlmsg_ok(header, left);
		     header = mnl_nlmsg_next(header, &left))
			read_one(header, came, went, arg);
	}
}
