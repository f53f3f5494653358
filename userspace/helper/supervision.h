/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the supervisor and its helper say to each other, over a pair of
 * SOCK_SEQPACKET sockets: records, some with descriptors, one with a line of text.
 *
 *	helper                          supervisor
 *	                         <--    BEGIN, with the configuration and sockets
 *	READY                    -->
 *	ALIVE                    -->
 *	LOAD                     -->
 *	                         <--    LOADED, with a configuration; or REFUSED
 *	TAKEN or KEPT            -->
 *	                         <--    CONTROL, with another control socket
 *	                         <--    RELOAD, STOP
 *
 * Both are one program: the helper is executed from the file that the supervisor
 * runs from, also where another one has taken its place meanwhile.  So a configuration
 * is what config_transfer.h makes of it.
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

/* In this order, and all UDP sockets behind them */
enum {
	SUPERVISION_FD_CONFIG, /* see config_transfer_take() */
	SUPERVISION_FD_KERNEL, /* see kernel_adopt() */
	SUPERVISION_FD_XFRM, /* see xfrm_events_adopt() */
	SUPERVISION_FD_POLICY, /* see policy_asks_through() */
	SUPERVISION_FD_ROOT, /* an empty directory, see sandbox_enter() */
	SUPERVISION_FD_CONTROL,
	SUPERVISION_FD_UDP
};

/* These and those behind them the next helper is given, too. */
#define SUPERVISION_FD_SHARED SUPERVISION_FD_CONTROL

#define SUPERVISION_FDS_MAX (SUPERVISION_FD_UDP + SOCKETS_MAX)

/* With its terminator */
#define SUPERVISION_TEXT_SIZE 512

enum supervision_type {
	SUPERVISION_READY = 1, /* helper: serves connections */
	SUPERVISION_ALIVE, /* helper: its loop goes round */
	SUPERVISION_LOAD, /* helper: wants the configuration to be read again */
	SUPERVISION_TAKEN, /* helper: the one that was read is in use */
	SUPERVISION_KEPT, /* helper: the one before is still in use */
	SUPERVISION_BEGIN, /* supervisor: all that the helper needs */
	SUPERVISION_LOADED, /* supervisor: the configuration was read */
	SUPERVISION_REFUSED, /* supervisor: it could not be, or is wrong */
	SUPERVISION_CONTROL, /* supervisor: the control socket is another one */
	SUPERVISION_RELOAD, /* supervisor: the operator asks for it */
	SUPERVISION_STOP, /* supervisor: tell the peers, and end */
	SUPERVISION_TYPES
};

struct supervision_record {
	uint16_t version;
	uint16_t type;
	uint32_t alive; /* BEGIN: milliseconds between two ALIVE, 0: none are wanted */
	uint32_t user; /* BEGIN: of the helper, not 0 */
	uint32_t group; /* BEGIN: likewise */
	char text[SUPERVISION_TEXT_SIZE]; /* REFUSED: one line; else empty */
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
 * @record: receives it, with a text that is terminated and has no control characters
 *
 * Return: false for another version, a type that there is not, members that are
 * not of this type, and descriptors too many or too few.
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
