/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ESP SAs and policies of one Child SA, in xfrm.
 *
 * Nothing here keeps a pointer to an xfrm_state that is in xfrm: states are
 * found by address and SPI when they are needed, so they may be deleted by
 * anyone at any time.
 */
#ifndef PQIKE_ESP_H
#define PQIKE_ESP_H

#include <linux/types.h>

#include "esp_child.h"

struct net;
struct netlink_ext_ack;

/**
 * struct pqike_esp_counters - what one ESP SA has carried
 * @there: its state is in xfrm; else the others are 0
 * @bytes: octets, as xfrm counts them
 * @packets: inbound, those that verified
 */
struct pqike_esp_counters {
	bool there;
	u64 bytes;
	u64 packets;
};

int pqike_esp_reserve_spi(struct net *net, struct pqike_esp *esp,
			  struct netlink_ext_ack *extack);
int pqike_esp_check(struct net *net, const struct pqike_esp *esp,
		    struct netlink_ext_ack *extack);
int pqike_esp_install(struct net *net, struct pqike_esp *esp, const u8 *key_in,
		      const u8 *key_out, struct netlink_ext_ack *extack);
int pqike_esp_install_in(struct net *net, struct pqike_esp *esp,
			 const u8 *key_in, const u8 *key_out,
			 struct netlink_ext_ack *extack);
int pqike_esp_install_out(struct net *net, struct pqike_esp *esp,
			  struct netlink_ext_ack *extack);
void pqike_esp_remove(struct net *net, struct pqike_esp *esp);
void pqike_esp_remove_out(struct net *net, struct pqike_esp *esp);
int pqike_esp_set_remote_port(struct net *net, struct pqike_esp *esp, u16 port,
			      struct netlink_ext_ack *extack);
void pqike_esp_counters(struct net *net, const struct pqike_esp *esp,
			bool inbound, struct pqike_esp_counters *counters);

#endif /* PQIKE_ESP_H */
