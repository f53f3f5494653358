/* SPDX-License-Identifier: GPL-2.0 */
/* The end of ESP SAs: under no packet, and whoever holds on to one finds no key in it. */
#ifndef PQIKE_ESP_RETIRE_H
#define PQIKE_ESP_RETIRE_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct net;
struct xfrm_state;

/**
 * struct pqike_esp_retirement - the states of a network namespace that end
 * @lock: guards the lists
 * @superseded: struct retired_state that wait for their deletion, the first due first
 * @deleted: likewise, that wait to forget their keys
 * @work: goes through both
 */
struct pqike_esp_retirement {
	spinlock_t lock;	/* guards the lists */
	struct list_head superseded;
	struct list_head deleted;
	struct delayed_work work;
};

/* namespace.c */
struct pqike_esp_retirement *pqike_esp_retirement_of(struct net *net);

void pqike_esp_retirement_init(struct pqike_esp_retirement *retirement);
void pqike_esp_retire(struct xfrm_state *x);
void pqike_esp_retire_superseded(struct xfrm_state *x);
void pqike_esp_retire_now(struct xfrm_state *x);
void pqike_esp_retire_flush(struct net *net);

#endif /* PQIKE_ESP_RETIRE_H */
