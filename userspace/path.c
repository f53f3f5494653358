// SPDX-License-Identifier: GPL-2.0
#include "path.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "index.h"

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

/* Only to an address of this host can a socket be bound. */
bool endpoint_is_local(const struct sockaddr_storage *endpoint)
{
	struct sockaddr_storage any_port = *endpoint;
	int fd = socket(endpoint->ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_gone;

	if (fd < 0)
		return true;
	endpoint_set_port(&any_port, 0);
	is_gone = bind(fd, (const struct sockaddr *)&any_port,
		       endpoint_size(&any_port)) < 0 && errno == EADDRNOTAVAIL;
	close(fd);
	return !is_gone;
}

bool local_address_is_there(struct local_address *last,
			    const struct sockaddr_storage *endpoint)
{
	if (!endpoint_same_address(&last->address, endpoint)) {
		last->address = *endpoint;
		last->is_there = endpoint_is_local(endpoint);
	}
	return last->is_there;
}

/* Connecting a datagram socket sends nothing; it asks the routing table. */
static int find_local_address(struct path *path)
{
	socklen_t size = sizeof(path->local);
	int fd = socket(path->remote.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&path->remote,
		    endpoint_size(&path->remote)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&path->local, &size) < 0)
		error = -errno;
	close(fd);
	return error;
}

/* Of those that the host has; where it has none, sending says so. */
static int choose_local_address(const struct connection_config *connection,
				struct path *path)
{
	const struct sockaddr_storage *first = NULL;

	for (size_t i = 0; i < connection->n_local_addrs; i++) {
		const struct sockaddr_storage *local = &connection->local_addrs[i];

		if (local->ss_family != path->remote.ss_family)
			continue;
		if (!first)
			first = local;
		if (endpoint_is_local(local)) {
			path->local = *local;
			return 0;
		}
	}
	if (!first)
		return -EAFNOSUPPORT;
	path->local = *first;
	return 0;
}

/* What comes to any other port than 500 stands behind the non-ESP marker. */
static uint16_t local_port(const struct connection_config *connection)
{
	return connection->remote_port == IKE_PORT ? connection->local_port :
						     IKE_NAT_PORT;
}

int path_from_connection(const struct connection_config *connection,
			 const struct sockaddr_storage *remote,
			 struct path *path)
{
	int error;

	path->remote = *remote;
	endpoint_set_port(&path->remote, connection->remote_port);
	if (connection->n_local_addrs)
		error = choose_local_address(connection, path);
	else
		error = find_local_address(path);
	if (!error)
		endpoint_set_port(&path->local, local_port(connection));
	return error;
}
