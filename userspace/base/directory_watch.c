// SPDX-License-Identifier: GPL-2.0
#include "base/directory_watch.h"

#include <stddef.h>
#include <sys/inotify.h>
#include <unistd.h>

#define COMES (IN_CREATE | IN_MOVED_TO)
#define GOES (IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF)

void directory_watch_open(struct directory_watch *watch)
{
	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	watch->descriptor = -1;
}

void directory_watch_close(struct directory_watch *watch)
{
	if (watch->fd >= 0)
		close(watch->fd);
	watch->fd = -1;
}

bool directory_watch_set(struct directory_watch *watch, const char *directory)
{
	int descriptor = inotify_add_watch(watch->fd, directory,
					   COMES | GOES | IN_ONLYDIR);

	/* One that was moved away is still watched, by its old descriptor. */
	if (watch->descriptor >= 0 && watch->descriptor != descriptor)
		inotify_rm_watch(watch->fd, watch->descriptor);
	watch->descriptor = descriptor;
	return descriptor >= 0;
}

void directory_watch_drain(const struct directory_watch *watch)
{
	char buffer[4096];

	while (read(watch->fd, buffer, sizeof(buffer)) > 0)
		;
}
