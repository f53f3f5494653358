// SPDX-License-Identifier: GPL-2.0
#include "walk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/pqike.h>
#include <linux/xfrm.h>

#include "breakage.h"
#include "disturb.h"
#include "ledger.h"

#define DISCARD_PORT	9

static int open_packet_socket(void)
{
	const int yes = 1;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &yes, sizeof(yes))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Nobody reads from it. */
static int open_acquire_socket(void)
{
	const struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = XFRMGRP_ACQUIRE,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_XFRM);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&address,
			    sizeof(address))) {
		close(fd);
		return -1;
	}
	return fd;
}

/**
 * walk_reopen() - close the socket on a side, and open another
 * @walk: the thread
 * @side: which side
 *
 * Return: whether that could be done.
 */
bool walk_reopen(struct walk *walk, unsigned int side)
{
	talker_close(&walk->sides[side]);
	return world_enter(walk->world, side) &&
	       talker_open(&walk->sides[side]) &&
	       talker_authorise(&walk->sides[side]);
}

/**
 * walk_begin() - open the sockets
 * @walk: its world, number and seed are set
 *
 * Return: whether that could be done; walk_end() is for both cases.
 */
bool walk_begin(struct walk *walk)
{
	bool begun = true;

	walk->chance.state = walk->seed;
	for (unsigned int side = 0; side < SIDES; side++) {
		walk->sides[side].fd = -1;
		walk->packets[side] = -1;
		walk->acquires[side] = -1;
	}
	for (unsigned int side = 0; begun && side < SIDES; side++) {
		begun = walk_reopen(walk, side);
		walk->packets[side] = open_packet_socket();
		walk->acquires[side] = open_acquire_socket();
		begun = begun && walk->packets[side] >= 0 &&
			walk->acquires[side] >= 0;
	}
	return begun;
}

/**
 * walk_end() - close the sockets
 * @walk: the thread
 */
void walk_end(struct walk *walk)
{
	for (unsigned int side = 0; side < SIDES; side++) {
		talker_close(&walk->sides[side]);
		if (walk->packets[side] >= 0)
			close(walk->packets[side]);
		if (walk->acquires[side] >= 0)
			close(walk->acquires[side]);
	}
}

/* The operations whose reply is kept until it is heard, or whose step is not taken */
static bool may_be_unheard(const struct walk *walk)
{
	switch (walk->request.command) {
	case PQIKE_CMD_IKE_SA_NEW:
	case PQIKE_CMD_IKE_SA_INIT:
	case PQIKE_CMD_IKE_SA_ADDITIONAL_KE:
	case PQIKE_CMD_IKE_SA_SEAL:
	case PQIKE_CMD_IKE_SA_OPEN:
	case PQIKE_CMD_IKE_SA_AUTH_MAKE:
	case PQIKE_CMD_CHILD_SA_NEW:
	case PQIKE_CMD_CHILD_SA_KE:
	case PQIKE_CMD_CHILD_SA_INSTALL:
		return true;
	default:
		return false;
	}
}

static void raise_to(atomic_uint *highest, uint32_t number)
{
	unsigned int before = atomic_load(highest);

	while (number > before &&
	       !atomic_compare_exchange_weak(highest, &before, number))
		;
}

/* What is asked about beside, and by others. */
static void tell_numbers(struct walk *walk, unsigned int side)
{
	const struct nlattr *child;
	uint32_t number;

	if (!walk->reply.len ||
	    request_operation(&walk->request)->set !=
	    operations[PQIKE_CMD_IKE_SA_NEW].set)
		return;
	number = attribute_u32(reply_attribute(&walk->reply,
					       PQIKE_A_IKE_SA_ID));
	raise_to(&walk->world->ike_sas[side], number);
	walk->ike_sa[side] = number;
	child = reply_attribute(&walk->reply, PQIKE_A_IKE_SA_CHILD_SA);
	number = attribute_u32(nested_attribute(child, PQIKE_A_CHILD_SA_ID));
	raise_to(&walk->world->child_sas[side], number);
	if (number)
		walk->child_sa[side] = number;
}

/**
 * walk_ask() - ask what the thread has in mind, and something beside
 * @walk: the thread, its request being complete
 * @side: which side to ask
 *
 * Return: 0 or a negative error.
 */
int walk_ask(struct walk *walk, unsigned int side)
{
	int err;

	disturb(walk, side);
	if (may_be_unheard(walk) && chance_one_in(&walk->chance, 200))
		err = talk_unheard(&walk->sides[side], &walk->request,
				   &walk->reply);
	else
		err = talk(&walk->sides[side], &walk->request, &walk->reply);
	walk->steps++;
	tell_numbers(walk, side);
	if (err && walk->world->calm)
		ledger_find(FINDING_UNDISTURBED,
			    "%s: %s: %s; seed %llu, step %lu",
			    request_operation(&walk->request)->name,
			    strerror(-err), walk->reply.said,
			    (unsigned long long)walk->seed, walk->steps);
	return err;
}

/**
 * walk_must_be_refused() - ask what is beside, which must not be done
 * @walk: the thread, its other request being complete
 * @side: which side to ask
 */
void walk_must_be_refused(struct walk *walk, unsigned int side)
{
	if (talk(&walk->sides[side], &walk->other, &walk->other_reply))
		return;
	ledger_find(FINDING_ACCEPTED, "%s; seed %llu, after step %lu",
		    request_operation(&walk->other)->name,
		    (unsigned long long)walk->seed, walk->steps);
}

/* Between addresses for which a thread has Child SAs or traps, or none has */
static void send_packet(struct walk *walk, unsigned int side)
{
	const unsigned int own = side + 1, peer = SIDES - side;
	const uint32_t third = chance_one_in(&walk->chance, 8) ?
		chance_below(&walk->chance, 8) : walk->number;
	const uint32_t fourth = chance_below(&walk->chance, 6);
	const uint32_t last = third << 8 | fourth;
	uint8_t text[64] = { 0 };
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(DISCARD_PORT),
		.sin_addr.s_addr = htonl(10U << 24 | peer << 16 | last),
	};
	struct iovec part = { text, 1 + chance_below(&walk->chance,
						     sizeof(text)) };
	union {
		struct cmsghdr header;
		uint8_t octets[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control = { .octets = { 0 } };
	struct in_pktinfo from = {
		.ipi_spec_dst.s_addr = htonl(10U << 24 | own << 16 | last),
	};
	struct msghdr message = {
		.msg_name = &to, .msg_namelen = sizeof(to),
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};

	control.header.cmsg_level = IPPROTO_IP;
	control.header.cmsg_type = IP_PKTINFO;
	control.header.cmsg_len = CMSG_LEN(sizeof(from));
	memcpy(CMSG_DATA(&control.header), &from, sizeof(from));
	if (sendmsg(walk->packets[side], &message, 0) > 0)
		ledger_count_packet();
}

/**
 * walk_send_packets() - send some from both sides, for xfrm to look at
 * @walk: the thread
 */
void walk_send_packets(struct walk *walk)
{
	const uint32_t n = 1 + chance_below(&walk->chance, 4);

	for (uint32_t i = 0; i < n; i++)
		send_packet(walk, chance_below(&walk->chance, SIDES));
}
