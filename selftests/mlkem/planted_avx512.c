// SPDX-License-Identifier: GPL-2.0
/*
 * Leaks for addresses.awk to find, as keccak_avx512.c is compiled.
 */
#include "planted_avx512.h"
#include "vector.h"

static volatile u8 table[256];
static volatile unsigned int seen;

void branch_on_vector(const u64 lane[4])
{
	vu64 v = load_u64(lane);

	if (upper_bits((vu8)(v ^ v << 1)) & 1)
		seen = 1;
}

void branch_on_memory(const u64 lane[4])
{
	if (lane[0] & 1)
		seen = 1;
}

void index_from_vector(const u64 lane[4])
{
	vu64 v = load_u64(lane);

	v ^= v << 1;
	seen = table[v[1] & 255];
}

void divide_vectors(float to[8], const float from[8])
{
	typedef float vf32 VECTOR;
	vf32 v, w;

	__builtin_memcpy(&v, from, sizeof(v));
	__builtin_memcpy(&w, to, sizeof(w));
	w /= v;
	__builtin_memcpy(to, &w, sizeof(w));
}
