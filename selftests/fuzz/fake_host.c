// SPDX-License-Identifier: GPL-2.0
#include "fake_host.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of all sockets that are played; no file is given it. */
#define SOCKET_FD	0x7ffffff0

#define NETWORK		0xc00002U /* 192.0.2.0/24 */

static bool is_gone[256];
static uint32_t chance;
static struct sockaddr_in connected_to; /* the socket that was connected last */
static unsigned int open_sockets;

int __wrap_socket(int family, int type, int protocol);
int __wrap_bind(int fd, const struct sockaddr *address, socklen_t len);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len);
int __wrap_getsockname(int fd, struct sockaddr *address, socklen_t *len);
int __wrap_close(int fd);
int __real_close(int fd);
ssize_t __wrap_getrandom(void *buffer, size_t len, unsigned int flags);

void fake_host_begin(uint32_t seed)
{
	memset(is_gone, 0, sizeof(is_gone));
	chance = seed;
	open_sockets = 0;
}

void fake_host_set_address(uint8_t host, bool is_there)
{
	is_gone[host] = !is_there;
}

unsigned int fake_host_sockets(void)
{
	return open_sockets;
}

int __wrap_socket(int family, int type, int protocol)
{
	(void)family;
	(void)type;
	(void)protocol;
	open_sockets++;
	return SOCKET_FD;
}

int __wrap_close(int fd)
{
	if (fd != SOCKET_FD)
		return __real_close(fd);
	open_sockets--;
	return 0;
}

int __wrap_bind(int fd, const struct sockaddr *address, socklen_t len)
{
	const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)address;
	uint32_t octets;

	(void)fd;
	if (address->sa_family != AF_INET || len < sizeof(*ipv4))
		return 0;
	octets = ntohl(ipv4->sin_addr.s_addr);
	if (octets >> 8 != NETWORK || !is_gone[octets & 0xff])
		return 0;
	errno = EADDRNOTAVAIL;
	return -1;
}

/* There are routes to this network only. */
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len)
{
	(void)fd;
	if (address->sa_family == AF_INET && len >= sizeof(connected_to)) {
		memcpy(&connected_to, address, sizeof(connected_to));
		if (ntohl(connected_to.sin_addr.s_addr) >> 8 == NETWORK)
			return 0;
	}
	errno = ENETUNREACH;
	return -1;
}

/* The first two hosts of the network are each other's peers. */
int __wrap_getsockname(int fd, struct sockaddr *address, socklen_t *len)
{
	struct sockaddr_in local = { .sin_family = AF_INET };
	uint32_t octets = ntohl(connected_to.sin_addr.s_addr);

	(void)fd;
	local.sin_addr.s_addr = htonl(NETWORK << 8 | ((octets & 0xff) == 1 ? 2 : 1));
	memcpy(address, &local, *len < sizeof(local) ? *len : sizeof(local));
	*len = sizeof(local);
	return 0;
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
