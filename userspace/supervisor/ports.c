// SPDX-License-Identifier: GPL-2.0
#include "supervisor/ports.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>

#include "supervisor/service.h"

/* Milliseconds for a manager that is slow; one that hangs has other troubles. */
#define MANAGER_PATIENCE 5000

static void keep(const struct sockets *sockets)
{
	int fds[SOCKETS_MAX];

	for (size_t i = 0; i < sockets->n; i++)
		fds[i] = sockets->list[i].fd;
	service_keep(fds, sockets->n);
}

static bool not_ours(char *error, size_t error_size)
{
	snprintf(error, error_size,
		 "the sockets that the service manager has kept are not those of this version; they are given up");
	return false;
}

bool ports_have(struct sockets *sockets, char *error, size_t error_size)
{
	int fds[SERVICE_FDS_MAX];
	size_t n;

	static_assert(SERVICE_FDS_MAX == SOCKETS_MAX, "all sockets can be kept");
	if (!service_take_kept(fds, &n))
		return not_ours(error, error_size);
	if (n && sockets_adopt(sockets, fds, n))
		return true;
	if (n) {
		service_drop_kept(n);
		return not_ours(error, error_size);
	}
	if (!sockets_open(sockets, error, error_size))
		return false;
	keep(sockets);
	return true;
}

bool ports_give(char *error, size_t error_size)
{
	struct sockets sockets;
	bool opened = sockets_open(&sockets, error, error_size);
	bool taken = !opened && errno == EADDRINUSE;

	if (opened) {
		keep(&sockets);
		service_wait(MANAGER_PATIENCE);
	}
	sockets_close(&sockets);
	return opened || taken;
}
