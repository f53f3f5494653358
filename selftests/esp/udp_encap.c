// SPDX-License-Identifier: GPL-2.0
/*
 * Hold UDP sockets of IPv4 and IPv6 open, on which the kernel takes ESP out of
 * UDP (RFC 3948), until a signal comes. As those of an IKE daemon they are exempt
 * from all policies: in transport mode these would ask for ESP around the UDP.
 *
 * Prints "ready" when both are bound; exits with 1 on an error.
 */
#include <err.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/udp.h>
#include <linux/xfrm.h>

#define EX_FAILED 1

static void bypass_policies(int fd, int level, int option)
{
	struct xfrm_userpolicy_info policy = {
		.sel.family = level == IPPROTO_IP ? AF_INET : AF_INET6,
		.action = XFRM_POLICY_ALLOW,
	};

	for (policy.dir = XFRM_POLICY_IN; policy.dir <= XFRM_POLICY_OUT;
	     policy.dir++)
		if (setsockopt(fd, level, option, &policy, sizeof(policy)))
			err(EX_FAILED, "XFRM_POLICY");
}

static void decapsulate(int fd, const void *address, socklen_t len)
{
	const int encap = UDP_ENCAP_ESPINUDP;

	if (setsockopt(fd, IPPROTO_UDP, UDP_ENCAP, &encap, sizeof(encap)))
		err(EX_FAILED, "UDP_ENCAP");
	if (bind(fd, address, len))
		err(EX_FAILED, "bind");
}

static void open_v4(uint16_t port)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0)
		err(EX_FAILED, "IPv4 socket");
	bypass_policies(fd, IPPROTO_IP, IP_XFRM_POLICY);
	decapsulate(fd, &address, sizeof(address));
}

static void open_v6(uint16_t port)
{
	const struct sockaddr_in6 address = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
	};
	const int only = 1;
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	if (fd < 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)))
		err(EX_FAILED, "IPv6 socket");
	bypass_policies(fd, IPPROTO_IPV6, IPV6_XFRM_POLICY);
	decapsulate(fd, &address, sizeof(address));
}

int main(int argc, char **argv)
{
	unsigned long port = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;

	if (!port || port > UINT16_MAX)
		errx(EX_FAILED, "usage: udp_encap PORT");

	open_v4((uint16_t)port);
	open_v6((uint16_t)port);
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
