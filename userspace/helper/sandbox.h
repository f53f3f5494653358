/* SPDX-License-Identifier: GPL-2.0 */
/* What the helper gives up before it reads the network. */
#ifndef PQIKE_SANDBOX_H
#define PQIKE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct sandbox {
	int root; /* an open directory, which is empty; is closed */
	uid_t user; /* not root */
	gid_t group;
	int *shared; /* array of @n_shared, what others go on with after us; moved, see below */
	size_t n_shared;
};

/* Where descriptors begin that others go on with: each own one is below that. */
#define SANDBOX_SHARED 512

/**
 * sandbox_enter() - give up, for good, what serving does not need
 * @sandbox: where and as whom to go on
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * From now on this process is of another user, in no other group, has no capability, nor
 * gets one by execve(2), and its root is an empty directory.  It leaves no core dump, and
 * no other process of its user can trace it.  The kernel lets it use its descriptors and
 * memory, clocks and random numbers, and make datagram sockets of IPv4 and IPv6; every
 * other system call fails with EPERM: of them those that name a file, make another process
 * or another kind of socket, execute a program, map memory that is executable, trace, or
 * use a keyring.
 *
 * What others go on with is theirs, too, as it is: it can be read and written, but not
 * connected, bound or given other options, and the same holds for whatever has a number of
 * SANDBOX_SHARED or more.  No descriptor gets another number but there.
 *
 * Takes CAP_SETGID, CAP_SETPCAP, CAP_SETUID and CAP_SYS_CHROOT, or that this process is of
 * that user without any: then its root is the service manager's affair, who has started it,
 * and stays.  No other thread may run.
 *
 * Return: false on failure, where some of this may have been given up.
 */
bool sandbox_enter(const struct sandbox *sandbox, char *error, size_t error_size);

/**
 * sandbox_share() - have a descriptor among those that others go on with
 * @fd: is closed where it is moved
 *
 * Also in the sandbox, for what comes later.
 *
 * Return: its number from now on; -1 with errno set where it was not moved.
 */
int sandbox_share(int fd);

#endif
