/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PQIKE_UNIX_CONNECT_H
#define PQIKE_UNIX_CONNECT_H

/**
 * unix_connect() - a channel to who listens at a path
 * @path: of a socket of SOCK_SEQPACKET
 * @flags: of socket(2), as SOCK_NONBLOCK
 *
 * Return: a descriptor, closed by execve(2); -1 on failure, with errno set, ENAMETOOLONG for
 * a path that no socket can have.
 */
int unix_connect(const char *path, int flags);

#endif
