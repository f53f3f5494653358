/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a peer may repeat in an IKE message is repeated: payloads, proposals,
 * transforms, traffic selectors, SPIs.  Random changes to octets do not get there,
 * since all lengths and counts around must be right.
 */
#ifndef REPEAT_H
#define REPEAT_H

#include <stddef.h>
#include <stdint.h>

/**
 * repeat_in_message() - repeat a piece of a message
 * @data: an IKE message in the clear, or as the kernel that is played seals it
 * @len: octets of the message
 * @max: octets that @data has room for, at most 65535
 * @seed: decides which piece, and how often
 *
 * The lengths and counts of what the piece is in become right, those of the header
 * and of an SK payload do not: see mend.h.
 *
 * Return: octets of the message then, @len when it has nothing to repeat.
 */
size_t repeat_in_message(uint8_t *data, size_t len, size_t max, uint32_t seed);

#endif
