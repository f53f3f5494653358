// SPDX-License-Identifier: GPL-2.0
#include <asm/fpu/api.h>
#include <linux/types.h>
#include <stdlib.h>

#include "fpu.h"

bool fpu_usable = true;
unsigned long fpu_sections;
bool fpu_wide;
bool fpu_registers_left;

static bool in_section;

bool fpu_in_section(void)
{
	return in_section;
}

bool irq_fpu_usable(void)
{
	return fpu_usable && !in_section;
}

void kernel_fpu_begin(void)
{
	if (in_section)
		abort();
	in_section = true;
	fpu_sections++;
}

#ifdef __x86_64__
static bool registers_are_zero(void)
{
	u8 zero;

	/* VPTEST sets ZF when no bit is set. */
#define OR(n)	"vorps %%ymm" #n ", %%ymm0, %%ymm0\n\t"
#define OR_UPPER(n)	"vporq %%ymm" #n ", %%ymm0, %%ymm0\n\t"
	if (fpu_wide)
		__asm__ volatile(OR_UPPER(16) OR_UPPER(17) OR_UPPER(18)
				 OR_UPPER(19) OR_UPPER(20) OR_UPPER(21)
				 OR_UPPER(22) OR_UPPER(23) OR_UPPER(24)
				 OR_UPPER(25) OR_UPPER(26) OR_UPPER(27)
				 OR_UPPER(28) OR_UPPER(29) OR_UPPER(30)
				 OR_UPPER(31) : : : "memory");
	__asm__ volatile(OR(1) OR(2) OR(3) OR(4) OR(5) OR(6) OR(7) OR(8) OR(9)
			 OR(10) OR(11) OR(12) OR(13) OR(14) OR(15)
			 "vptest %%ymm0, %%ymm0\n\t"
			 "setz %0\n\t"
			 "vzeroupper"
			 : "=r" (zero) : : "memory");
	return zero;
}
#endif

void kernel_fpu_end(void)
{
	if (!in_section)
		abort();
	in_section = false;
#ifdef __x86_64__
	if (!registers_are_zero())
		fpu_registers_left = true;
#endif
}
