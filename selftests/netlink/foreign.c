// SPDX-License-Identifier: GPL-2.0
#include "foreign.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/xfrm.h>

/* Room for the largest of the messages below */
#define BODY_LEN_MAX	256

struct order {
	struct nlmsghdr header;
	uint8_t body[BODY_LEN_MAX];
};

/* Whatever comes of it */
static void give(int fd, uint16_t type, const void *body, size_t len)
{
	struct order order = {
		.header = {
			.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + len),
			.nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE,
		},
	};

	memcpy(order.body, body, len);
	send(fd, &order, order.header.nlmsg_len, 0);
}

static void flush_states(int fd)
{
	const struct xfrm_usersa_flush flush = { .proto = IPPROTO_ESP };

	give(fd, XFRM_MSG_FLUSHSA, &flush, sizeof(flush));
}

static void flush_policies(int fd)
{
	give(fd, XFRM_MSG_FLUSHPOLICY, "", 0);
}

/* Where the threads of a world have theirs */
static void block(int fd, struct chance *chance, unsigned int side)
{
	const uint32_t low = chance_below(chance, 3) << 8 |
			     chance_below(chance, 6);
	const uint32_t own = 10U << 24 | (side + 1) << 16 | low;
	const uint32_t peer = 10U << 24 | (SIDES - side) << 16 | low;
	const bool out = chance_one_in(chance, 2);
	const struct xfrm_userpolicy_info policy = {
		.sel = {
			.saddr.a4 = htonl(out ? own : peer),
			.daddr.a4 = htonl(out ? peer : own),
			.prefixlen_s = 32, .prefixlen_d = 32,
			.family = AF_INET,
		},
		.lft = { XFRM_INF, XFRM_INF, XFRM_INF, XFRM_INF },
		.dir = out ? XFRM_POLICY_OUT : XFRM_POLICY_IN,
		.action = XFRM_POLICY_BLOCK,
	};

	give(fd, XFRM_MSG_NEWPOLICY, &policy, sizeof(policy));
}

/**
 * foreign_meddle() - do something in xfrm without pqike
 * @walk: the thread, which is on that side afterwards
 * @side: which side
 */
void foreign_meddle(struct walk *walk, unsigned int side)
{
	int fd = -1;

	if (world_enter(walk->world, side))
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_XFRM);
	if (fd < 0)
		return;
	switch (chance_below(&walk->chance, 4)) {
	case 0:
		flush_states(fd);
		break;
	case 1:
		flush_policies(fd);
		break;
	default:
		atomic_store(&walk->world->foreign, true);
		block(fd, &walk->chance, side);
		break;
	}
	close(fd);
}
