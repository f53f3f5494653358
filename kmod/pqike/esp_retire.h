/* SPDX-License-Identifier: GPL-2.0 */
/* The end of ESP SAs: whoever holds on to one finds no key in it. */
#ifndef PQIKE_ESP_RETIRE_H
#define PQIKE_ESP_RETIRE_H

#include <linux/llist.h>
#include <linux/workqueue.h>

struct net;
struct xfrm_state;

/**
 * struct pqike_esp_retirement - the deleted states of a network namespace
 * @states: struct retired_state
 * @work: has them forget their keys
 */
struct pqike_esp_retirement {
	struct llist_head states;
	struct delayed_work work;
};

void pqike_esp_retirement_init(struct pqike_esp_retirement *retirement);
void pqike_esp_retire(struct xfrm_state *x);
void pqike_esp_retire_flush(struct net *net);

#endif /* PQIKE_ESP_RETIRE_H */
