/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink attributes of a connection's children. */
#ifndef PQIKE_NETLINK_CHILD_CONFIG_H
#define PQIKE_NETLINK_CHILD_CONFIG_H

#include <linux/types.h>

struct netlink_ext_ack;
struct nlattr;
struct pqike_child_config;
struct pqike_connection;
struct pqike_network;
struct sk_buff;

int pqike_read_child(struct pqike_connection *connection,
		     const struct nlattr *nest, struct netlink_ext_ack *extack);
int pqike_put_child(struct sk_buff *skb,
		    const struct pqike_child_config *config);
size_t pqike_child_room(const struct pqike_child_config *config);

#endif /* PQIKE_NETLINK_CHILD_CONFIG_H */
