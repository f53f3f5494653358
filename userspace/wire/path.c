// SPDX-License-Identifier: GPL-2.0
#include "wire/path.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/index.h"

static bool is_ipv6(const struct sockaddr_storage *endpoint)
{
	return endpoint->ss_family == AF_INET6;
}

uint16_t endpoint_port(const struct sockaddr_storage *endpoint)
{
	if (is_ipv6(endpoint))
		return ntohs(((const struct sockaddr_in6 *)endpoint)->sin6_port);
	return ntohs(((const struct sockaddr_in *)endpoint)->sin_port);
}

void endpoint_set_port(struct sockaddr_storage *endpoint, uint16_t port)
{
	if (is_ipv6(endpoint))
		((struct sockaddr_in6 *)endpoint)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)endpoint)->sin_port = htons(port);
}

socklen_t endpoint_size(const struct sockaddr_storage *endpoint)
{
	return is_ipv6(endpoint) ? sizeof(struct sockaddr_in6) :
				   sizeof(struct sockaddr_in);
}

size_t endpoint_octets(const struct sockaddr_storage *endpoint,
		       const uint8_t **octets)
{
	if (is_ipv6(endpoint)) {
		*octets = ((const struct sockaddr_in6 *)endpoint)->sin6_addr.s6_addr;
		return 16;
	}
	*octets = (const uint8_t *)&((const struct sockaddr_in *)endpoint)->sin_addr;
	return 4;
}

bool endpoint_set(struct sockaddr_storage *endpoint, int family,
		  const void *octets, uint16_t port)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)endpoint;
	struct sockaddr_in *v4 = (struct sockaddr_in *)endpoint;

	*endpoint = (struct sockaddr_storage){ 0 };
	if (family == AF_INET6)
		memcpy(&v6->sin6_addr, octets, sizeof(v6->sin6_addr));
	else if (family == AF_INET)
		memcpy(&v4->sin_addr, octets, sizeof(v4->sin_addr));
	else
		return false;
	endpoint->ss_family = (sa_family_t)family;
	endpoint_set_port(endpoint, port);
	return true;
}

bool endpoint_same_address(const struct sockaddr_storage *a,
			   const struct sockaddr_storage *b)
{
	const uint8_t *a_octets;
	const uint8_t *b_octets;
	size_t size = endpoint_octets(a, &a_octets);

	endpoint_octets(b, &b_octets);
	return a->ss_family == b->ss_family && !memcmp(a_octets, b_octets, size);
}

uint32_t endpoint_hash_address(const struct sockaddr_storage *endpoint)
{
	const uint8_t *octets;
	size_t size = endpoint_octets(endpoint, &octets);

	return hash_octets(octets, size, endpoint->ss_family);
}

void endpoint_address(const struct sockaddr_storage *endpoint,
		      struct address *address)
{
	const uint8_t *octets;
	size_t size = endpoint_octets(endpoint, &octets);

	*address = (struct address){ .family = endpoint->ss_family };
	memcpy(address->octets, octets, size);
}

void endpoint_print_address(const struct sockaddr_storage *endpoint, char *text,
			    size_t size)
{
	const uint8_t *octets;

	endpoint_octets(endpoint, &octets);
	if (!inet_ntop(endpoint->ss_family, octets, text, (socklen_t)size))
		snprintf(text, size, "?");
}

void endpoint_print(const struct sockaddr_storage *endpoint, char *text,
		    size_t size)
{
	char address[INET6_ADDRSTRLEN];

	endpoint_print_address(endpoint, address, sizeof(address));
	snprintf(text, size, is_ipv6(endpoint) ? "[%s]:%u" : "%s:%u", address,
		 endpoint_port(endpoint));
}
