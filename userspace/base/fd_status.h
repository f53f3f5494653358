/* SPDX-License-Identifier: GPL-2.0 */
/* What an open descriptor is of, also in the helper's sandbox. */
#ifndef PQIKE_FD_STATUS_H
#define PQIKE_FD_STATUS_H

#include <sys/stat.h>

/**
 * fd_status() - fstat(2), by the system call of that name
 *
 * The C library's fstat() may be newfstatat(2) or statx(2), of a descriptor and the empty
 * path.  These take any other path, too, and a filter of system calls cannot see which one:
 * so the sandbox has neither.
 *
 * Return: 0, or -1 with errno set.
 */
int fd_status(int fd, struct stat *status);

#endif
