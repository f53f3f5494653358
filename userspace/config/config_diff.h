/* SPDX-License-Identifier: GPL-2.0 */
/* Whether two configurations mean the same. */
#ifndef PQIKE_CONFIG_DIFF_H
#define PQIKE_CONFIG_DIFF_H

#include "config/config.h"

/* Lines are not compared: it does not matter where a section stands. */
bool config_connection_same(const struct connection_config *a,
			    const struct connection_config *b);

/* Return: whether both are between the same addresses and ports. */
bool config_same_addresses(const struct connection_config *a,
			   const struct connection_config *b);

/* Return: whether an IKE SA is negotiated with both alike, but for children. */
bool config_same_negotiation(const struct connection_config *a,
			     const struct connection_config *b);

#endif
