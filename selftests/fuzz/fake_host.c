// SPDX-License-Identifier: GPL-2.0
#include "fake_host.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

static bool is_gone[256];
static uint32_t chance;

int __wrap_bind(int fd, const struct sockaddr *address, socklen_t len);
ssize_t __wrap_getrandom(void *buffer, size_t len, unsigned int flags);

void fake_host_begin(uint32_t seed)
{
	memset(is_gone, 0, sizeof(is_gone));
	chance = seed;
}

void fake_host_set_address(uint8_t host, bool is_there)
{
	is_gone[host] = !is_there;
}

int __wrap_bind(int fd, const struct sockaddr *address, socklen_t len)
{
	const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)address;
	uint32_t octets;

	(void)fd;
	if (address->sa_family != AF_INET || len < sizeof(*ipv4))
		return 0;
	octets = ntohl(ipv4->sin_addr.s_addr);
	if (octets >> 8 != 0xc00002 || !is_gone[octets & 0xff])
		return 0;
	errno = EADDRNOTAVAIL;
	return -1;
}

ssize_t __wrap_getrandom(void *buffer, size_t len, unsigned int flags)
{
	uint8_t *octets = buffer;

	(void)flags;
	for (size_t i = 0; i < len; i++) {
		chance = chance * 1664525 + 1013904223;
		octets[i] = (uint8_t)(chance >> 24);
	}
	return (ssize_t)len;
}
