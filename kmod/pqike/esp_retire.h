/* SPDX-License-Identifier: GPL-2.0 */
/* The end of ESP SAs: whoever holds on to one finds no key in it. */
#ifndef PQIKE_ESP_RETIRE_H
#define PQIKE_ESP_RETIRE_H

struct xfrm_state;

void pqike_esp_retire(struct xfrm_state *x);
void pqike_esp_retire_flush(void);

#endif /* PQIKE_ESP_RETIRE_H */
