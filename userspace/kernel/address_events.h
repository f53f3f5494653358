/* SPDX-License-Identifier: GPL-2.0 */
/* Word of the kernel that local addresses have come or gone. */
#ifndef PQIKE_ADDRESS_EVENTS_H
#define PQIKE_ADDRESS_EVENTS_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * address_events_open() - join the multicast groups of addresses
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: a socket for poll(); NULL on failure.
 */
struct mnl_socket *address_events_open(char *error, size_t error_size);

/*
 * Take what has come, or was lost: the addresses are what they are.  Of very much
 * some is left, for which poll() returns at once.
 */
void address_events_drain(struct mnl_socket *socket);

#endif
