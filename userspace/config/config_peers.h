/* SPDX-License-Identifier: GPL-2.0 */
/* One section for many peers. */
#ifndef PQIKE_CONFIG_PEERS_H
#define PQIKE_CONFIG_PEERS_H

#include "config/config_reader.h"

#define CONFIG_PEERS_MAX 20000

/**
 * config_expand_peers() - a connection for each peer of those with a wildcard
 * @root: all that was read; what names no single peer is replaced in it
 *
 * A section connections.NAME whose remote.id is a pattern becomes a section
 * NAME@SECRET for each identity of a section secrets.SECRET that fits, and is not
 * this side's nor the peer's of a connection of its own.  So each connection that
 * the kernel is given has one identity of the peer and the key that is bound to
 * it, whoever calls.  A second identity of one secret adds "-2" to the name, and
 * so on.
 *
 * Return: false where a pattern has no peer, or all together more than
 * CONFIG_PEERS_MAX.
 */
bool config_expand_peers(struct config_reader *reader, struct conf_node *root);

#endif
