/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to one generic netlink family, or about one kind of object to another
 * protocol of netlink, and what the kernel says when it refuses one.
 */
#ifndef PQIKE_NETLINK_H
#define PQIKE_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

/* Two IKE messages of the largest size and the attributes around them. */
#define NETLINK_MESSAGE_MAX (192 * 1024)

#define NETLINK_ERROR_MAX 256

struct netlink {
	struct mnl_socket *socket;
	uint16_t family; /* the type of replies */
	uint8_t version;
	uint32_t sequence;
	char error[NETLINK_ERROR_MAX]; /* why the last request failed */
	bool explained; /* @error is the kernel's own text */
	bool lost; /* the family was not found */
	/* Headers and attributes are read and written in place. */
	_Alignas(struct nlmsghdr) uint8_t request[NETLINK_MESSAGE_MAX];
	_Alignas(struct nlmsghdr) uint8_t reply[NETLINK_MESSAGE_MAX];
};

/**
 * netlink_open() - open a socket and look a family up
 * @netlink: zeroed
 * @name: of the family
 * @version: of the family
 *
 * Return: 0, -ENOENT where the kernel has no such family, -EPROTONOSUPPORT
 * where it has another version, told in @netlink, or another negative errno.
 * Then every netlink_call() fails with -ENOTCONN until it has been opened again.
 */
int netlink_open(struct netlink *netlink, const char *name, uint8_t version);

/**
 * netlink_adopt() - use a socket that another process has opened, and look a family up
 * @netlink: zeroed
 * @fd: the socket, bound, which belongs to @netlink from now on
 * @name: of the family
 * @version: of the family
 *
 * Return: as netlink_open(), but that the socket stays open.
 */
int netlink_adopt(struct netlink *netlink, int fd, const char *name,
		  uint8_t version);

/**
 * netlink_find() - look a family up anew: it was gone
 *
 * Return: as netlink_adopt().
 */
int netlink_find(struct netlink *netlink, const char *name, uint8_t version);

/**
 * netlink_open_protocol() - open a socket for messages about one kind of object
 * @netlink: zeroed
 * @protocol: NETLINK_ROUTE or another
 * @reply: the type of message that the kernel tells such an object with
 *
 * Return: 0, or a negative errno, told in @netlink.  netlink_close() is due in
 * any case.
 */
int netlink_open_protocol(struct netlink *netlink, int protocol, uint16_t reply);

void netlink_close(struct netlink *netlink);

/* Begin a request of a type; the rest is put behind what it returns. */
struct nlmsghdr *netlink_begin(struct netlink *netlink, uint16_t type,
			       uint16_t flags);

/* Begin a request to a family; attributes are put into what it returns. */
struct nlmsghdr *netlink_request(struct netlink *netlink, uint8_t command,
				 uint16_t flags);

/* Return: whether the answer to a request is any number of replies. */
bool netlink_is_dump(const struct nlmsghdr *request);

/**
 * netlink_call() - send the request that was begun and wait for the outcome
 * @each: called with the header of every reply; may be NULL
 * @arg: passed to @each
 *
 * The same request may be sent again.  Where its acknowledgment did not fit into the
 * receive buffer, but its only reply did, it has succeeded.
 *
 * Return: 0, or a negative errno with netlink->error set; -ENOBUFS where the outcome
 * is not known, and -EAGAIN where the kernel itself could not deliver the reply:
 * nothing of it is left to be read then.
 */
int netlink_call(struct netlink *netlink, struct nlmsghdr *request,
		 void (*each)(const struct nlmsghdr *reply, void *arg), void *arg);

#endif
