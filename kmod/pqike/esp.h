/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ESP SAs and policies of one Child SA, in xfrm.
 *
 * Nothing here keeps a pointer to an xfrm_state: states are found by address
 * and SPI when they are needed, so they may be deleted by anyone at any time.
 */
#ifndef PQIKE_ESP_H
#define PQIKE_ESP_H

#include <linux/types.h>
#include <linux/xfrm.h>

struct net;
struct netlink_ext_ack;

#define PQIKE_ESP_TS_MAX	16

/* What a policy matches on one side; family is that of the Child SA's TS. */
struct pqike_ts {
	u16 family;
	xfrm_address_t address;
	u8 prefix_len;
	u8 protocol;		/* 0: any */
	__be16 port;		/* 0: any */
};

/* A Child SA as xfrm sees it, without its keys. */
struct pqike_esp {
	u16 family;		/* of the tunnel endpoints */
	xfrm_address_t local;
	xfrm_address_t remote;
	__be32 spi_in;
	__be32 spi_out;
	u32 reqid;
	u16 encr;		/* IKEv2 transform type 1 */
	u16 encr_key_bits;
	unsigned int n_local_ts;
	unsigned int n_remote_ts;
	struct pqike_ts local_ts[PQIKE_ESP_TS_MAX];
	struct pqike_ts remote_ts[PQIKE_ESP_TS_MAX];
};

struct pqike_esp_counters {
	u64 bytes_in;
	u64 packets_in;
	u64 bytes_out;
	u64 packets_out;
};

int pqike_esp_key_len(u16 encr, u16 key_bits, struct netlink_ext_ack *extack);
int pqike_esp_reserve_spi(struct net *net, struct pqike_esp *esp,
			  struct netlink_ext_ack *extack);
int pqike_esp_install(struct net *net, const struct pqike_esp *esp,
		      const u8 *key_in, const u8 *key_out,
		      struct netlink_ext_ack *extack);
void pqike_esp_remove(struct net *net, const struct pqike_esp *esp);
void pqike_esp_counters(struct net *net, const struct pqike_esp *esp,
			struct pqike_esp_counters *counters);

#endif /* PQIKE_ESP_H */
