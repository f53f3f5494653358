/* SPDX-License-Identifier: GPL-2.0 */
/* Where IKE messages go: the addresses and ports of both ends. */
#ifndef PQIKE_PATH_H
#define PQIKE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define IKE_PORT 500
#define IKE_NAT_PORT 4500

/* "[" INET6_ADDRSTRLEN "]:65535" */
#define ENDPOINT_TEXT_SIZE 56

/* An address without a port. */
struct address {
	int family; /* AF_INET or AF_INET6; AF_UNSPEC: not known */
	uint8_t octets[16];
};

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

/**
 * endpoint_set() - make an endpoint
 * @endpoint: receives it; without a scope
 * @family: AF_INET or AF_INET6; of another one nothing but zeros is received
 * @octets: 4 or 16, the address in network byte order
 * @port: in host byte order
 *
 * Return: whether the family is one of those.
 */
bool endpoint_set(struct sockaddr_storage *endpoint, int family,
		  const void *octets, uint16_t port);

/* Ports play no part. */
bool endpoint_same_address(const struct sockaddr_storage *a,
			   const struct sockaddr_storage *b);

/* A hash for index.h, in which ports play no part. */
uint32_t endpoint_hash_address(const struct sockaddr_storage *endpoint);

void endpoint_address(const struct sockaddr_storage *endpoint,
		      struct address *address);

/* "192.0.2.1" or "2001:db8::1"; @size of ENDPOINT_TEXT_SIZE is enough. */
void endpoint_print_address(const struct sockaddr_storage *endpoint, char *text,
			    size_t size);

/* "192.0.2.1:500" or "[2001:db8::1]:500" */
void endpoint_print(const struct sockaddr_storage *endpoint, char *text,
		    size_t size);

#endif
