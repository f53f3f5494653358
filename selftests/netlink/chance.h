/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that a seed gives again in the same order (SplitMix64).
 */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
	uint64_t state;
};

static inline uint64_t chance_u64(struct chance *chance)
{
	uint64_t mixed = chance->state += 0x9e3779b97f4a7c15;

	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
	return mixed ^ mixed >> 31;
}

/* Return: a number below @n, which is not 0. */
static inline uint32_t chance_below(struct chance *chance, uint32_t n)
{
	return (uint32_t)(chance_u64(chance) % n);
}

/* Return: true once in @n times. */
static inline bool chance_one_in(struct chance *chance, uint32_t n)
{
	return !chance_below(chance, n);
}

static inline void chance_octets(struct chance *chance, uint8_t *octets,
				 size_t len)
{
	for (size_t i = 0; i < len; i++)
		octets[i] = (uint8_t)chance_u64(chance);
}

#define chance_of(chance, array)					\
	((array)[chance_below(chance, sizeof(array) / sizeof((array)[0]))])

#endif
