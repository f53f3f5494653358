/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a transform holds a key. */
#ifndef ESP_TEST_OPENS_H
#define ESP_TEST_OPENS_H

#include <linux/types.h>

struct crypto_aead;

int opens(struct crypto_aead *aead, const u8 *key, unsigned int key_len);

#endif /* ESP_TEST_OPENS_H */
