/* SPDX-License-Identifier: GPL-2.0 */
/* The xfrm policies of one Child SA. */
#ifndef PQIKE_ESP_POLICY_H
#define PQIKE_ESP_POLICY_H

struct net;
struct netlink_ext_ack;
struct pqike_esp;

int pqike_esp_policies_check(const struct pqike_esp *esp,
			     struct netlink_ext_ack *extack);
int pqike_esp_policies_hold(struct net *net, const struct pqike_esp *esp,
			    struct netlink_ext_ack *extack);
int pqike_esp_policies_replace(struct net *net, const struct pqike_esp *old,
			       const struct pqike_esp *esp,
			       struct netlink_ext_ack *extack);
void pqike_esp_policies_release(struct net *net, const struct pqike_esp *esp);

#endif /* PQIKE_ESP_POLICY_H */
