/* SPDX-License-Identifier: GPL-2.0 */
/* The module parameters that the next call is made with. */
#ifndef ESP_TEST_PARAMETERS_H
#define ESP_TEST_PARAMETERS_H

#include <linux/types.h>

#include "esp.h"
#include "esp_algorithm.h"

struct parameters {
	unsigned int slot;
	unsigned int count;
	struct pqike_esp esp;
	u8 key_in[PQIKE_ESP_KEY_LEN_MAX];
	u8 key_out[PQIKE_ESP_KEY_LEN_MAX];
};

int read_parameters(struct parameters *parameters);
void set_spi_in(__be32 spi);

#endif /* ESP_TEST_PARAMETERS_H */
