/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses and traffic selectors, read from text. */
#ifndef ESP_TEST_TRAFFIC_SELECTOR_H
#define ESP_TEST_TRAFFIC_SELECTOR_H

#include "esp.h"

int parse_address(const char *text, xfrm_address_t *address, u16 *family);
int parse_ts_list(const char *text, struct pqike_ts *ts, unsigned int *n_ts);

#endif /* ESP_TEST_TRAFFIC_SELECTOR_H */
