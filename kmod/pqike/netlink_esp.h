/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink attributes of what xfrm is told. */
#ifndef PQIKE_NETLINK_ESP_H
#define PQIKE_NETLINK_ESP_H

#include <linux/types.h>
#include <linux/xfrm.h>

struct netlink_ext_ack;
struct nlattr;
struct pqike_esp;
struct sk_buff;

int pqike_read_endpoints(struct nlattr **attrs, u16 *family,
			 xfrm_address_t *local, xfrm_address_t *remote,
			 struct netlink_ext_ack *extack);
int pqike_read_policies(const struct nlattr *child, struct nlattr **attrs,
			struct pqike_esp *esp, struct netlink_ext_ack *extack);
int pqike_read_states(struct nlattr **attrs, struct pqike_esp *esp,
		      struct netlink_ext_ack *extack);
int pqike_put_endpoints(struct sk_buff *skb, const struct pqike_esp *esp);
int pqike_put_policies(struct sk_buff *skb, const struct pqike_esp *esp);
int pqike_put_states(struct sk_buff *skb, const struct pqike_esp *esp);

#endif /* PQIKE_NETLINK_ESP_H */
