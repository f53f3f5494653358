// SPDX-License-Identifier: GPL-2.0
#include "kernel/local_address.h"

#include <errno.h>
#include <unistd.h>

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
