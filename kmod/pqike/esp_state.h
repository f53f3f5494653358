/* SPDX-License-Identifier: GPL-2.0 */
/* One ESP SA as a state of xfrm. */
#ifndef PQIKE_ESP_STATE_H
#define PQIKE_ESP_STATE_H

#include <linux/types.h>

struct net;
struct netlink_ext_ack;
struct pqike_esp;
struct xfrm_state;

int pqike_esp_state_check(const struct pqike_esp *esp,
			  struct netlink_ext_ack *extack);
int pqike_esp_state_check_free(struct net *net, const struct pqike_esp *esp,
			       bool inbound, struct netlink_ext_ack *extack);
struct xfrm_state *pqike_esp_state_create(struct net *net,
					  const struct pqike_esp *esp,
					  bool inbound, const u8 *key,
					  struct netlink_ext_ack *extack);
void pqike_esp_state_discard(struct xfrm_state *x);
int pqike_esp_state_insert(struct xfrm_state *x,
			   struct netlink_ext_ack *extack);
struct xfrm_state *pqike_esp_state_find(struct net *net,
					const struct pqike_esp *esp,
					bool inbound);
struct xfrm_state *pqike_esp_state_supersede(struct net *net,
					     const struct pqike_esp *esp);
bool pqike_esp_state_delete(struct net *net, const struct pqike_esp *esp,
			    bool inbound);

#endif /* PQIKE_ESP_STATE_H */
