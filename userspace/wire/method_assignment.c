// SPDX-License-Identifier: GPL-2.0
#include "wire/method_assignment.h"

struct matching {
	const uint64_t *methods;
	uint64_t taken;
	uint8_t holder[64]; /* the type that has the method of each bit, 0: none */
};

/* Return: the number of the lowest bit of @set, which is not empty. */
static unsigned int lowest(uint64_t set)
{
	return (unsigned int)__builtin_ctzll(set);
}

/*
 * Kuhn's augmenting path: @type gets a method that is free, or one whose holder
 * finds another.  What is in *tried is not tried again, so that it ends.
 */
static bool serve(struct matching *matching, uint8_t type, uint64_t *tried)
{
	uint64_t left;

	while ((left = matching->methods[type] & ~matching->taken & ~*tried)) {
		unsigned int method = lowest(left);
		uint8_t holder = matching->holder[method];

		*tried |= UINT64_C(1) << method;
		if (!holder || serve(matching, holder, tried)) {
			matching->holder[method] = type;
			return true;
		}
	}
	return false;
}

uint8_t methods_assign(const uint64_t methods[TRANSFORM_TYPES], uint8_t from,
		       uint64_t taken)
{
	struct matching matching = { .methods = methods, .taken = taken };

	for (unsigned int type = from; type < TRANSFORM_TYPES; type++) {
		uint64_t tried = 0;

		if (methods[type] && !(methods[type] & TRANSFORM_NONE_BIT) &&
		    !serve(&matching, type, &tried))
			return type;
	}
	return 0;
}
