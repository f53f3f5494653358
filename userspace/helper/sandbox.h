/* SPDX-License-Identifier: GPL-2.0 */
/* What the helper gives up before it reads the network. */
#ifndef PQIKE_SANDBOX_H
#define PQIKE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/**
 * sandbox_enter() - give up, for good, what serving does not need
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * From now on this process has no capability but CAP_NET_ADMIN, if it has that, gets none
 * by execve(2), leaves no core dump, and no other process of its user can trace it.  The
 * kernel lets it use its descriptors and memory, clocks and random numbers, and make
 * datagram sockets of IPv4 and IPv6; every other system call fails with EPERM: of them
 * those that name a file, make another process or another kind of socket, execute a
 * program, map memory that is executable, trace, or use a keyring.
 *
 * No other thread may run.
 */
bool sandbox_enter(char *error, size_t error_size);

#endif
