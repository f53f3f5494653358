// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of which implementation is used, for x86, where there are several.
 */
#define CONFIG_X86_64

#include <asm/cpufeature.h>
#include <asm/fpu/api.h>
#include <linux/types.h>

static bool cpu_has(const char *feature);

#undef boot_cpu_has
#define boot_cpu_has(feature)	cpu_has(feature)

#include "impl_x86.c"
#include "impl.c"

#include "contract.h"

bool nondet_bool(void);

static bool has_vectors;
static bool has_wide_vectors;
static bool in_fpu;
static bool fpu_usable;
static bool cleared;

static bool cpu_has(const char *feature)
{
	return strncmp(feature, "avx512", 6) ? has_vectors : has_wide_vectors;
}

bool irq_fpu_usable(void)
{
	return fpu_usable;
}

void kernel_fpu_begin(void)
{
	assert(fpu_usable && !in_fpu);
	in_fpu = true;
	cleared = false;
}

void kernel_fpu_end(void)
{
	assert(in_fpu && cleared);
	in_fpu = false;
}

void clear_registers_avx2(void)
{
	assert(in_fpu);
	cleared = true;
}

void clear_registers_avx512(void)
{
	assert(in_fpu);
	cleared = true;
}

#define IMPLS	3

void prove_impls(void)
{
	for (unsigned int i = 0; i < IMPLS; i++) {
		const struct mlkem_impl *impl = mlkem_impls[i];

		assert(impl->name && impl->reject && impl->cbd && impl->ntt &&
		       impl->invntt && impl->prepare && impl->dot &&
		       impl->add && impl->sub && impl->encode && impl->decode &&
		       impl->is_reduced && impl->compress && impl->decompress);
		assert(!impl->keccak_x4 == !impl->separate_x4);
		/* Without vector registers there is nothing to clear. */
		assert(!impl->supported == !impl->clear_registers);
	}
	assert(!mlkem_impls[IMPLS]);
}

static void any_cpu(void)
{
	has_vectors = nondet_bool();
	has_wide_vectors = nondet_bool();
	fpu_usable = nondet_bool();
}

static void select_name(const char *name)
{
	const struct mlkem_impl *const was = mlkem_impl_selected();
	const int err = mlkem_impl_select(name);
	const struct mlkem_impl *const is = mlkem_impl_selected();

	assert(!err || err == -EINVAL || err == -ENODEV);
	if (err)
		assert(is == was);
	else
		assert(supported(is) && (!name || !strcmp(is->name, name)));
	assert(mlkem_impl_name() == is->name);
	assert(is == mlkem_impls[0] || is == mlkem_impls[1] ||
	       is == mlkem_impls[2]);
}

static void compute(void)
{
	const struct mlkem_impl *const impl = mlkem_impl_begin();

	assert(impl == mlkem_impl_selected() || !impl->clear_registers);
	assert(in_fpu == !!impl->clear_registers);
	mlkem_impl_end(impl);
	assert(!in_fpu);
}

/* Any name of up to seven characters */
void prove_impl_select(void)
{
	char name[8];

	any_cpu();
	compute();
	name[7] = 0;
	select_name(NULL);
	compute();
	select_name(name);
	compute();
}
