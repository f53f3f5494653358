// SPDX-License-Identifier: GPL-2.0
/*
 * Which implementation is used.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "impl.h"
#include "mlkem.h"
#include "poly.h"

#ifdef CONFIG_X86_64
#include <asm/fpu/api.h>

#include "impl_x86.h"
#endif

static const struct mlkem_impl portable = {
	.name = "portable",
	.reject = poly_reject,
	.cbd = poly_cbd,
	.ntt = poly_ntt,
	.invntt = poly_invntt,
	.prepare = poly_prepare,
	.dot = poly_dot,
	.add = poly_add,
	.sub = poly_sub,
	.encode = poly_encode,
	.decode = poly_decode,
	.is_reduced = poly_is_reduced,
	.compress = poly_compress,
	.decompress = poly_decompress,
};

const struct mlkem_impl *const mlkem_impls[] = {
#ifdef CONFIG_X86_64
	&mlkem_avx512,
	&mlkem_avx2,
#endif
	&portable,
	NULL
};

static const struct mlkem_impl *selected = &portable;

static bool supported(const struct mlkem_impl *impl)
{
	return !impl->supported || impl->supported();
}

int mlkem_impl_select(const char *name)
{
	const struct mlkem_impl *const *impl = mlkem_impls;

	while (*impl && (name ? strcmp((*impl)->name, name) : !supported(*impl)))
		impl++;
	if (!*impl)
		return -EINVAL;
	if (!supported(*impl))
		return -ENODEV;
	selected = *impl;
	return 0;
}

const struct mlkem_impl *mlkem_impl_selected(void)
{
	return selected;
}

const char *mlkem_impl_name(void)
{
	return selected->name;
}
EXPORT_SYMBOL_GPL(mlkem_impl_name);

#ifdef CONFIG_X86_64
const struct mlkem_impl *mlkem_impl_begin(void)
{
	const struct mlkem_impl *impl = selected;

	if (!impl->clear_registers)
		return impl;
	if (!irq_fpu_usable())
		return &portable;
	kernel_fpu_begin();
	return impl;
}

void mlkem_impl_end(const struct mlkem_impl *impl)
{
	if (!impl->clear_registers)
		return;
	impl->clear_registers();
	kernel_fpu_end();
}
#else
const struct mlkem_impl *mlkem_impl_begin(void)
{
	return selected;
}

void mlkem_impl_end(const struct mlkem_impl *impl)
{
}
#endif
