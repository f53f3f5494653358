/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the supervisor and its helper say to each other, over a pair of
 * SOCK_SEQPACKET sockets: records of one size, some with descriptors.
 *
 *	helper                          supervisor
 *	SOCKETS mode, group      -->
 *	                         <--    OPENED, with its sockets
 *	READY                    -->
 *	RELOADING, READY, ALIVE  -->
 *	                         <--    CONTROL, with another control socket
 *	                         <--    RELOAD, STOP
 *
 * Both are one program: the helper is executed from the file that the supervisor
 * runs from, also where another one has taken its place meanwhile.
 */
#ifndef PQIKE_SUPERVISION_H
#define PQIKE_SUPERVISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/socket.h"

#define SUPERVISION_VERSION 1

/* Where the helper has its end. */
#define SUPERVISION_FD 3

/* The UDP sockets and, behind them, the control socket */
#define SUPERVISION_FDS_MAX (SOCKETS_MAX + 1)

enum supervision_type {
	SUPERVISION_SOCKETS = 1, /* helper: wants its sockets */
	SUPERVISION_READY, /* helper: serves connections; a reload is over */
	SUPERVISION_RELOADING, /* helper: the configuration is being read again */
	SUPERVISION_ALIVE, /* helper: its loop goes round */
	SUPERVISION_OPENED, /* supervisor: here they are */
	SUPERVISION_CONTROL, /* supervisor: the control socket is another one */
	SUPERVISION_RELOAD, /* supervisor: the operator asks for it */
	SUPERVISION_STOP, /* supervisor: tell the peers, and end */
	SUPERVISION_TYPES
};

/* All octets that a type does not use are zero. */
struct supervision_record {
	uint16_t version;
	uint16_t type;
	uint32_t mode; /* SOCKETS: of the control socket */
	uint32_t group; /* SOCKETS: of the control socket, where group_said is 1 */
	uint32_t group_said; /* SOCKETS: 0 or 1 */
	uint32_t alive; /* OPENED: milliseconds between two ALIVE, 0: none are wanted */
};

enum supervision_state {
	SUPERVISION_NOTHING, /* no record waits */
	SUPERVISION_RECORD,
	SUPERVISION_MALFORMED, /* one was dropped */
	SUPERVISION_CLOSED, /* the other end is gone */
};

/**
 * supervision_check() - see whether what came is a record
 * @data: @len octets
 * @n_fds: how many descriptors came with it
 * @record: receives it
 *
 * Return: false for another version, a type that there is not, members that are
 * out of range or not of this type, and descriptors too many or too few.
 */
bool supervision_check(const void *data, size_t len, size_t n_fds,
		       struct supervision_record *record);

/**
 * supervision_send() - send a record without waiting
 * @fd: the end of the sender
 * @record: with all but its version
 * @fds: @n descriptors that go with it, at most SUPERVISION_FDS_MAX
 *
 * Return: false where the other end is gone, or does not read.
 */
bool supervision_send(int fd, const struct supervision_record *record,
		      const int *fds, size_t n);

/**
 * supervision_receive() - take the next record without waiting
 * @fd: the end of the receiver
 * @record: receives it
 * @fds: receives its descriptors, at most SUPERVISION_FDS_MAX; NULL: none are
 *	taken, and a record that has some is malformed
 * @n: receives how many; with @fds only
 */
enum supervision_state supervision_receive(int fd,
					   struct supervision_record *record,
					   int *fds, size_t *n);

#endif
