/* SPDX-License-Identifier: GPL-2.0 */
/* Word of the kernel that its module pqike goes, or is there again. */
#ifndef PQIKE_MODULE_EVENTS_H
#define PQIKE_MODULE_EVENTS_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * module_events_open() - join the multicast group of generic netlink's families
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: a socket for poll(); NULL on failure.
 */
struct mnl_socket *module_events_open(char *error, size_t error_size);

/**
 * module_events_read() - take what has come, or some of very much, without waiting
 * @came: called when the family is there
 * @went: called when it is gone
 * @arg: passed to them
 */
void module_events_read(struct mnl_socket *socket, void (*came)(void *arg),
			void (*went)(void *arg), void *arg);

#endif
