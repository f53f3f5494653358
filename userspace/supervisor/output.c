// SPDX-License-Identifier: GPL-2.0
#include "supervisor/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

/* A file or a socket has nothing that is typed. */
static bool can_be_read(int fd)
{
	struct stat status;
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) == O_RDWR &&
	       !fstat(fd, &status) &&
	       (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode));
}

static bool open_again(int fd)
{
	char path[32];
	bool ok;
	int out;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	out = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (out < 0)
		return false;
	ok = dup2(out, fd) >= 0;
	close(out);
	return ok;
}

void output_write_only(void)
{
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (can_be_read(fd) && !open_again(fd))
			log_warning("the helper could read what is typed here: %s",
				    strerror(errno));
}
