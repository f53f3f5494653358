// SPDX-License-Identifier: GPL-2.0
#include "supervisor/service.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/given_fds.h"
#include "base/pass_fds.h"

/* Return: the size of the address; 0 where there is none that can be used. */
static socklen_t find_socket(struct sockaddr_un *address)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path ? strlen(path) : 0;

	if (!len || len >= sizeof(address->sun_path) ||
	    (path[0] != '/' && path[0] != '@'))
		return 0;
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path, path, len);
	/* "@" stands for the zero octet of an abstract address. */
	if (path[0] == '@')
		address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

/*
 * A manager that does not listen has no need to know.
 * @given: a descriptor that goes with it, -1: none
 */
static void tell_with(const char *text, int given, int flags)
{
	struct sockaddr_un address;
	socklen_t size = find_socket(&address);
	int fd;

	if (!size)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (!connect(fd, (const struct sockaddr *)&address, size))
		pass_fds_send(fd, text, strlen(text), &given, given >= 0, flags);
	close(fd);
}

static void tell(const char *text, int flags)
{
	tell_with(text, -1, flags);
}

void service_ready(void)
{
	tell("READY=1\nSTATUS=", 0);
}

void service_reloading(void)
{
	char text[64];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
		 (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	tell(text, 0);
}

void service_no_helper(void)
{
	tell("STATUS=There is no helper: tunnels go on, and another one is started", 0);
}

void service_stopping(void)
{
	tell("STOPPING=1", 0);
}

/* By name: the manager gives them back in an order of its own. */
#define KEPT_NAME "udp-%zu"

/* FDPOLL: an error that the network has reported does not end its keeping. */
void service_keep(const int *fds, size_t n)
{
	char text[64];

	for (size_t i = 0; i < n; i++) {
		snprintf(text, sizeof(text),
			 "FDSTORE=1\nFDNAME=" KEPT_NAME "\nFDPOLL=0", i);
		tell_with(text, fds[i], 0);
	}
}

void service_drop_kept(size_t n)
{
	char text[64];

	for (size_t i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "FDSTOREREMOVE=1\nFDNAME=" KEPT_NAME,
			 i);
		tell(text, 0);
	}
}

/* Return: which of those that were kept has the name; SERVICE_FDS_MAX: none. */
static size_t find_kept(const char *name)
{
	char known[16];

	for (size_t i = 0; i < SERVICE_FDS_MAX; i++) {
		snprintf(known, sizeof(known), KEPT_NAME, i);
		if (!strcmp(name, known))
			return i;
	}
	return SERVICE_FDS_MAX;
}

/* Names are apart by colons.  Return: whether they are those of all, and each is one. */
static bool sort_given(char *names, size_t n, int *fds)
{
	for (size_t i = 0; i < n; i++)
		fds[i] = -1;
	for (size_t i = 0; i < n; i++) {
		char *name = strsep(&names, ":");
		size_t place = name ? find_kept(name) : SERVICE_FDS_MAX;
		int fd = (int)(GIVEN_FDS_FIRST + i);

		if (place >= n || fds[place] >= 0 ||
		    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
			return false;
		fds[place] = fd;
	}
	return true;
}

/* Else their ports would be taken for good. */
static void give_up(char *names, size_t n)
{
	const char *name;
	char text[300];

	close_range(GIVEN_FDS_FIRST, (unsigned int)(GIVEN_FDS_FIRST + n - 1), 0);
	while ((name = strsep(&names, ":"))) {
		snprintf(text, sizeof(text), "FDSTOREREMOVE=1\nFDNAME=%s", name);
		tell(text, 0);
	}
}

bool service_take_kept(int *fds, size_t *n)
{
	const char *names = getenv("LISTEN_FDNAMES");
	char *to_sort = names ? strdup(names) : NULL;
	char *to_drop = names ? strdup(names) : NULL;
	bool ok;

	*n = given_fds_count();
	ok = !*n ||
	     (to_sort && *n <= SERVICE_FDS_MAX && sort_given(to_sort, *n, fds));
	if (!ok) {
		give_up(to_drop, *n);
		*n = 0;
	}
	free(to_drop);
	free(to_sort);
	given_fds_forget();
	return ok;
}

/* The manager closes what comes with this when it comes to it (systemd 246). */
void service_wait(int milliseconds)
{
	struct pollfd fd;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return;
	tell_with("BARRIER=1", ends[1], 0);
	close(ends[1]);
	fd = (struct pollfd){ .fd = ends[0] };
	poll(&fd, 1, milliseconds);
	close(ends[0]);
}

int64_t service_watchdog_interval(void)
{
	const char *microseconds = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");

	if (!microseconds || (pid && strtol(pid, NULL, 10) != getpid()))
		return 0;
	return strtoll(microseconds, NULL, 10) / 1000 / 2;
}

static int64_t watchdog_due;

int64_t service_watchdog_due(void)
{
	return watchdog_due;
}

void service_watchdog(int64_t now)
{
	int64_t interval = service_watchdog_interval();

	if (interval <= 0 || now < watchdog_due)
		return;
	watchdog_due = now + interval;
	/* A manager that hangs itself must not stop the loop. */
	tell("WATCHDOG=1", MSG_DONTWAIT);
}
