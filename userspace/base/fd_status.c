// SPDX-License-Identifier: GPL-2.0
#include "base/fd_status.h"

#include <sys/syscall.h>
#include <unistd.h>

/* Where a long has 64 bits, struct stat is the kernel's; sandbox_test compares them. */
int fd_status(int fd, struct stat *status)
{
#if defined(SYS_fstat) && defined(__LP64__)
	return (int)syscall(SYS_fstat, fd, status);
#else
	return fstat(fd, status);
#endif
}
