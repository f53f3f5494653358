/* SPDX-License-Identifier: GPL-2.0 */
/* From the traffic selectors of a Child SA or a trap to policies. */
#ifndef PQIKE_ESP_POLICY_H
#define PQIKE_ESP_POLICY_H

#include <linux/types.h>

struct netlink_ext_ack;
struct pqike_esp;
struct pqike_policy;

int pqike_esp_policies_check(const struct pqike_esp *esp,
			     struct netlink_ext_ack *extack);
unsigned int pqike_esp_policy_count(const struct pqike_esp *esp);
bool pqike_esp_policy_nth(const struct pqike_esp *esp, unsigned int n,
			  struct pqike_policy *policy);

#endif /* PQIKE_ESP_POLICY_H */
