/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What xfrm tells its key manager (linux/xfrm.h): the messages of NETLINK_XFRM
 * as this helper needs them.  No key is in any of them.
 */
#ifndef PQIKE_XFRM_MESSAGE_H
#define PQIKE_XFRM_MESSAGE_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "wire/prefix.h"

enum xfrm_message_kind {
	XFRM_MESSAGE_OTHER, /* of no concern, or malformed */
	XFRM_MESSAGE_EXPIRE, /* an ESP SA has reached a limit */
	XFRM_MESSAGE_ACQUIRE, /* a packet waits for an ESP SA */
	XFRM_MESSAGE_MAPPING, /* ESP in UDP comes from another address or port */
};

struct xfrm_message {
	enum xfrm_message_kind kind;
	uint32_t spi; /* EXPIRE, MAPPING: host byte order */
	struct sockaddr_storage destination; /* EXPIRE: of the ESP SA, without port */
	bool hard; /* EXPIRE: the ESP SA is gone */
	uint32_t reqid; /* ACQUIRE: of the first template */
	struct packet_ts packet; /* ACQUIRE: the one that waits */
	struct sockaddr_storage source; /* MAPPING: where the peer is now */
};

/**
 * xfrm_message_read() - parse one message
 * @header: a whole message, as mnl_nlmsg_ok() has found
 * @message: is set in any case
 */
void xfrm_message_read(const struct nlmsghdr *header,
		       struct xfrm_message *message);

#endif
