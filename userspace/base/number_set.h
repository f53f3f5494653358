/* SPDX-License-Identifier: GPL-2.0 */
/* A set of numbers, asked and added to at a cost that does not grow with it. */
#ifndef PQIKE_NUMBER_SET_H
#define PQIKE_NUMBER_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed: the empty set; to be emptied with number_set_clear(). */
struct number_set {
	uint32_t *places; /* a hash table of @room, a power of two; 0: free */
	size_t room;
	size_t n;
	bool has_zero;
};

/* Return: false without memory. */
bool number_set_add(struct number_set *set, uint32_t number);

bool number_set_has(const struct number_set *set, uint32_t number);

void number_set_clear(struct number_set *set);

#endif
