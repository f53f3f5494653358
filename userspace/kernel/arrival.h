/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a datagram waits until it is read. A port has several sockets, each with a queue
 * of its own, so that what anyone can send keeps nobody else waiting.
 */
#ifndef PQIKE_ARRIVAL_H
#define PQIKE_ARRIVAL_H

#include <stddef.h>

/* The sockets of a port, in the order in which they are bound. */
enum arrival {
	ARRIVAL_IKE_SA, /* what belongs to an IKE SA, and what is no message */
	ARRIVAL_INIT, /* IKE_SA_INIT requests; addresses may be made up */
	ARRIVAL_COOKIE, /* those with a cookie: whoever has one hears our answers */
	ARRIVALS,
};

/**
 * arrival_sort() - have the kernel choose the socket for each datagram
 * @fd: the last of the ARRIVALS sockets that share a port
 * @marker_size: octets in front of each message, the non-ESP marker of RFC 3948
 *
 * Return: 0, or -1 with errno set.
 */
int arrival_sort(int fd, size_t marker_size);

#endif
