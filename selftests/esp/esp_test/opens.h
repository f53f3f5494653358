/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a transform holds a key. */
#ifndef ESP_TEST_OPENS_H
#define ESP_TEST_OPENS_H

#include <linux/types.h>

struct crypto_aead;

u8 *seal(struct crypto_aead *aead);
int opens(struct crypto_aead *aead, const u8 *packet);

#endif /* ESP_TEST_OPENS_H */
