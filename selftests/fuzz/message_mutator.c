// SPDX-License-Identifier: GPL-2.0
/* A mutator for inputs that are IKE messages in the clear. */
#include "mutator.h"
#include "repeat.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	size_t len = size;

	if (seed % 4)
		len = repeat_in_message(data, size, max, seed / 4);
	return len == size ? LLVMFuzzerMutate(data, size, max) : len;
}
