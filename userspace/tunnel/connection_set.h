/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel is told of the connections of the configuration. */
#ifndef PQIKE_CONNECTION_SET_H
#define PQIKE_CONNECTION_SET_H

#include "ike/ike_sa.h"

/* Return: 0 or a negative errno with kernel_error(). */
int connection_set(struct ike *ike, const struct connection_config *connection);

#endif
