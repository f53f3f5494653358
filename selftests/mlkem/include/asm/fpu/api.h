/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Outside the kernel vector registers may be used at any time.  fpu.c defines
 * these so that the rules of the kernel are observed.
 */
#ifndef _SHIM_ASM_FPU_API_H
#define _SHIM_ASM_FPU_API_H

#include <stdbool.h>

#define XFEATURE_MASK_SSE	0
#define XFEATURE_MASK_YMM	0
#define XFEATURE_MASK_AVX512	0
/* The compiler's test for a feature includes that its registers are saved. */
#define cpu_has_xfeatures(mask, name)	((mask) == 0)

bool irq_fpu_usable(void);
void kernel_fpu_begin(void);
void kernel_fpu_end(void);

#endif
