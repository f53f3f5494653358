/* SPDX-License-Identifier: GPL-2.0 */
/* What libFuzzer calls, or has, for mutators of our own. */
#ifndef MUTATOR_H
#define MUTATOR_H

#include <stddef.h>
#include <stdint.h>

/* Change the input a little.  Return: octets of @data then, at most @max. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed);

/* Likewise, as libFuzzer does itself. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

#endif
