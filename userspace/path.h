/* SPDX-License-Identifier: GPL-2.0 */
/* Where IKE messages go: the addresses and ports of both ends. */
#ifndef PQIKE_PATH_H
#define PQIKE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "kernel.h"

#define IKE_PORT 500
#define IKE_NAT_PORT 4500

/* "[" INET6_ADDRSTRLEN "]:65535" */
#define ENDPOINT_TEXT_SIZE 56

/* Both ends have the same family. */
struct path {
	struct sockaddr_storage local;
	struct sockaddr_storage remote;
};

uint16_t endpoint_port(const struct sockaddr_storage *endpoint);
void endpoint_set_port(struct sockaddr_storage *endpoint, uint16_t port);
socklen_t endpoint_size(const struct sockaddr_storage *endpoint);

/* Return: 4 or 16, with *octets the address in network byte order. */
size_t endpoint_octets(const struct sockaddr_storage *endpoint,
		       const uint8_t **octets);

/* Ports play no part. */
bool endpoint_same_address(const struct sockaddr_storage *a,
			   const struct sockaddr_storage *b);

/* A hash for index.h, in which ports play no part. */
uint32_t endpoint_hash_address(const struct sockaddr_storage *endpoint);

void endpoint_address(const struct sockaddr_storage *endpoint,
		      struct address *address);

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

/* "192.0.2.1" or "2001:db8::1"; @size of ENDPOINT_TEXT_SIZE is enough. */
void endpoint_print_address(const struct sockaddr_storage *endpoint, char *text,
			    size_t size);

/* "192.0.2.1:500" or "[2001:db8::1]:500" */
void endpoint_print(const struct sockaddr_storage *endpoint, char *text,
		    size_t size);

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
