// SPDX-License-Identifier: GPL-2.0
#include "base/given_fds.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

size_t given_fds_count(void)
{
	const char *pid = getenv("LISTEN_PID");
	const char *n = getenv("LISTEN_FDS");
	long count;

	if (!pid || !n || strtol(pid, NULL, 10) != getpid())
		return 0;
	count = strtol(n, NULL, 10);
	return count > 0 && count <= INT_MAX - GIVEN_FDS_FIRST ? (size_t)count :
								 0;
}

void given_fds_forget(void)
{
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}
