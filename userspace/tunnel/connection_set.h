/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel is told of the connections of the configuration. */
#ifndef PQIKE_CONNECTION_SET_H
#define PQIKE_CONNECTION_SET_H

#include "kernel/kernel.h"

/**
 * connection_set() - tell the kernel of a connection, in the place of one of its name
 * @next: it is of the configuration that was loaded last, not of that in force
 *
 * Return: 0 or a negative errno with kernel_error().
 */
int connection_set(struct kernel *kernel,
		   const struct connection_config *connection, bool next);

#endif
