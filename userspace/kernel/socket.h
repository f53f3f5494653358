/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The UDP sockets of IKE: ports 500 and 4500, IPv4 and IPv6.  On port 4500
 * IKE messages stand behind the non-ESP marker (RFC 7296 section 2.23).
 */
#ifndef PQIKE_SOCKET_H
#define PQIKE_SOCKET_H

#include <poll.h>

#include "kernel/arrival.h"
#include "wire/path.h"

/* IKE and NAT traversal, of either family */
#define PORTS_MAX 4
#define SOCKETS_MAX (PORTS_MAX * ARRIVALS)

struct sockets {
	size_t n;
	struct ike_socket {
		int fd;
		struct sockaddr_storage local;
		enum arrival arrival; /* what comes to it */
	} list[SOCKETS_MAX];
};

/**
 * sockets_open() - open all of them
 * @sockets: receives them, to be closed with sockets_close() in any case
 * @error: on failure, which port could not be had and why
 * @error_size: size of @error in octets
 *
 * A host without IPv6 has the IPv4 sockets only.
 *
 * Return: false on failure, with errno set.
 */
bool sockets_open(struct sockets *sockets, char *error, size_t error_size);

/**
 * sockets_adopt() - take over those that another process has opened
 * @sockets: receives them, to be closed with sockets_close() in any case
 * @fds: its descriptors, array of @n, in the order of its list
 *
 * Return: false where one is no such socket, or is connected, or there are too many.
 */
bool sockets_adopt(struct sockets *sockets, const int *fds, size_t n);

void sockets_close(struct sockets *sockets);

/**
 * sockets_receive() - take one IKE message without waiting
 * @socket: the one that poll() named
 * @buffer: receives the message from the IKE header on
 * @size: size of @buffer in octets
 * @path: receives both ends
 *
 * Return: octets in @buffer; 0 for a datagram that is no IKE message; -1 when
 * there is none.
 */
ssize_t sockets_receive(const struct ike_socket *socket, uint8_t *buffer,
			size_t size, struct path *path);

/**
 * sockets_send() - send one IKE message
 *
 * Return: 0 or a negative errno.
 */
int sockets_send(const struct sockets *sockets, const struct path *path,
		 const uint8_t *message, size_t len);

/**
 * sockets_send_keepalive() - let a NAT remember this side (RFC 3948 section 4)
 * @path: from port 4500
 *
 * Return: 0 or a negative errno.
 */
int sockets_send_keepalive(const struct sockets *sockets,
			   const struct path *path);

#endif
