/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses of this host, and from which of them a peer is spoken to. */
#ifndef PQIKE_LOCAL_ADDRESS_H
#define PQIKE_LOCAL_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "config/config.h"
#include "wire/path.h"

/* Return: whether this host has the address; also where that cannot be told. */
bool endpoint_is_local(const struct sockaddr_storage *endpoint);

/* The one that was asked for last, which many have in common.  Zeroed: none. */
struct local_address {
	struct sockaddr_storage address;
	bool is_there;
};

/* As endpoint_is_local(); the same address is not asked for twice in a row. */
bool local_address_is_there(struct local_address *last,
			    const struct sockaddr_storage *endpoint);

/**
 * path_from_connection() - the path on which a connection is begun
 * @connection: its first local address of the family of @remote that the host
 *	has; for %any, the one that the routing table chooses
 * @remote: the address of the peer, one of the connection's
 *
 * Return: 0, or a negative errno where there is no route, or -EAFNOSUPPORT where
 * no local address is of that family.
 */
int path_from_connection(const struct connection_config *connection,
			 const struct sockaddr_storage *remote,
			 struct path *path);

#endif
