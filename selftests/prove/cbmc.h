/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of a proof: what is assumed, what has to hold, and any value.
 */
#ifndef _PROVE_CBMC_H
#define _PROVE_CBMC_H

#include <linux/types.h>

#define assume(condition)	__CPROVER_assume(condition)
#define assert(condition)	__CPROVER_assert(condition, #condition)

unsigned int nondet_unsigned(void);
int nondet_int(void);
u8 nondet_u8(void);
s16 nondet_s16(void);
u16 nondet_u16(void);
u64 nondet_u64(void);

#endif /* _PROVE_CBMC_H */
