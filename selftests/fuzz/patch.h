/* SPDX-License-Identifier: GPL-2.0 */
/* Most of what can go wrong lies near what is valid: changes to valid octets. */
#ifndef PATCH_H
#define PATCH_H

#include "draw.h"

/**
 * patched() - a copy with up to seven changes drawn from the input
 * @in: input
 * @valid: what to change
 * @valid_len: octets in @valid, not 0
 * @len: receives the octets of the copy, 0 or more
 *
 * Changes are: some octets, a number of 12 bits as ML-KEM encodes them, a run of
 * one octet, another length.
 *
 * Return: the copy, to be freed; its memory ends where it does.
 */
uint8_t *patched(struct draw *in, const uint8_t *valid, size_t valid_len,
		 size_t *len);

#endif
