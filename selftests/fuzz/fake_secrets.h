/* SPDX-License-Identifier: GPL-2.0 */
/* The keyrings of configurations, as kernel/secrets.h has them, without a kernel. */
#ifndef FAKE_SECRETS_H
#define FAKE_SECRETS_H

#include <stddef.h>
#include <stdint.h>

/* How many there are */
extern size_t fake_keyrings;

/* The one whose keys the kernel finds, 0: none */
extern int32_t fake_keyring_used;

/* To be given to secrets_drop() */
int32_t fake_keyring_new(void);

#endif
