// SPDX-License-Identifier: GPL-2.0
#include <linux/types.h>

#include "planted.h"
#include "poly.h"

#ifdef CONFIG_X86_64
#include "impl_x86.h"
#endif

enum leak planted_leak;

/* Of what is volatile the compiler leaves each access where it is. */
static volatile u8 table[256];
static volatile unsigned int count;

static void leak(u8 secret)
{
	if (planted_leak == LEAK_BRANCH) {
		if (secret & 1)
			count++;
	} else if (planted_leak == LEAK_INDEX) {
		count += table[secret];
	}
}

void __real_poly_cbd(struct poly *f, const u8 *in, unsigned int eta);
void __wrap_poly_cbd(struct poly *f, const u8 *in, unsigned int eta);
void __wrap_poly_cbd(struct poly *f, const u8 *in, unsigned int eta)
{
	leak(in[0]);
	__real_poly_cbd(f, in, eta);
}

#ifdef CONFIG_X86_64
void __real_cbd_avx2(struct poly *f, const u8 *in, unsigned int eta);
void __wrap_cbd_avx2(struct poly *f, const u8 *in, unsigned int eta);
void __wrap_cbd_avx2(struct poly *f, const u8 *in, unsigned int eta)
{
	leak(in[0]);
	__real_cbd_avx2(f, in, eta);
}
#endif
