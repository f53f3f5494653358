/* SPDX-License-Identifier: GPL-2.0 */
/* A record of a Unix socket, and descriptors that go with it (SCM_RIGHTS). */
#ifndef PQIKE_PASS_FDS_H
#define PQIKE_PASS_FDS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PASS_FDS_MAX 32

/**
 * pass_fds_send() - send a record, without SIGPIPE
 * @socket: of SOCK_SEQPACKET or SOCK_DGRAM, connected
 * @data: @len octets
 * @fds: @n descriptors, at most PASS_FDS_MAX; they stay ours, too
 * @flags: of sendmsg(2)
 */
bool pass_fds_send(int socket, const void *data, size_t len, const int *fds,
		   size_t n, int flags);

/**
 * pass_fds_receive() - take a record
 * @socket: of SOCK_SEQPACKET
 * @data: receives it
 * @size: octets that @data has room for
 * @fds: receives its descriptors, array of @max; they are closed by execve(2).
 *	 NULL: none are taken.
 * @max: at most PASS_FDS_MAX; more are closed, and the record is not whole
 * @n: receives how many, which are to be closed, also where the record is not whole
 * @flags: of recvmsg(2)
 * @whole: receives whether it, and what came with it, has found room
 *
 * Return: as recvmsg(2).
 */
ssize_t pass_fds_receive(int socket, void *data, size_t size, int *fds,
			 size_t max, size_t *n, int flags, bool *whole);

#endif
