/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _PLANTED_AVX512_H
#define _PLANTED_AVX512_H

#include <linux/types.h>

/* Each does what its name says, and should not. */
void branch_on_vector(const u64 lane[4]);
void branch_on_memory(const u64 lane[4]);
void index_from_vector(const u64 lane[4]);
void divide_vectors(float to[8], const float from[8]);

#endif
