/* SPDX-License-Identifier: GPL-2.0 */
/* A changed message that the kernel which is played takes for one that verifies. */
#ifndef MEND_H
#define MEND_H

#include <stddef.h>
#include <stdint.h>

/* Right lengths, and the tag of fake_kernel.c, where @len octets have room for that. */
void mend(uint8_t *message, size_t len);

#endif
