// SPDX-License-Identifier: GPL-2.0
#include "supervisor/service.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

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

/* A manager that does not listen has no need to know. */
static void tell(const char *text, int flags)
{
	struct sockaddr_un address;
	socklen_t size = find_socket(&address);
	int fd;

	if (!size)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, text, strlen(text), MSG_NOSIGNAL | flags,
	       (const struct sockaddr *)&address, size);
	close(fd);
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
