/* SPDX-License-Identifier: GPL-2.0 */
/* The SPIs of inbound ESP SAs. */
#ifndef PQIKE_ESP_SPI_H
#define PQIKE_ESP_SPI_H

#include <linux/rhashtable.h>
#include <linux/types.h>
#include <linux/xfrm.h>

struct net;
struct netlink_ext_ack;
struct pqike_esp_spi;

/**
 * struct pqike_esp_spis - the SPIs of a network namespace's Child SAs
 * @table: struct pqike_esp_spi, by SPI; has its own locks
 */
struct pqike_esp_spis {
	struct rhashtable table;
};

/* namespace.c */
struct pqike_esp_spis *pqike_esp_spis_of(struct net *net);

int pqike_esp_spis_init(struct pqike_esp_spis *spis);
void pqike_esp_spis_destroy(struct pqike_esp_spis *spis);
struct pqike_esp_spi *pqike_esp_spi_reserve(struct net *net, u16 family,
					    const xfrm_address_t *local,
					    struct netlink_ext_ack *extack);
__be32 pqike_esp_spi_value(const struct pqike_esp_spi *spi);
void pqike_esp_spi_give_back(struct net *net, struct pqike_esp_spi *spi);

#endif /* PQIKE_ESP_SPI_H */
