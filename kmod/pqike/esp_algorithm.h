/* SPDX-License-Identifier: GPL-2.0 */
/* The algorithms of ESP: from IKEv2 transforms to keyed xfrm states. */
#ifndef PQIKE_ESP_ALGORITHM_H
#define PQIKE_ESP_ALGORITHM_H

#include <linux/types.h>

struct netlink_ext_ack;
struct pqike_esp;
struct xfrm_state;

/* AES_CBC with 256 bits and HMAC_SHA2_512_256 take the longest. */
#define PQIKE_ESP_KEY_LEN_MAX	(32 + 64)

int pqike_esp_key_len(const struct pqike_esp *esp,
		      struct netlink_ext_ack *extack);
int pqike_esp_state_set_algorithms(struct xfrm_state *x,
				   const struct pqike_esp *esp, const u8 *key,
				   struct netlink_ext_ack *extack);
void pqike_esp_state_wipe_keys(struct xfrm_state *x);
void pqike_esp_state_forget_key(struct xfrm_state *x);

#endif /* PQIKE_ESP_ALGORITHM_H */
