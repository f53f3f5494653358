// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/types.h>

#include "followed.h"
#include "impl.h"

#ifdef CONFIG_X86_64
#include "impl_x86.h"

/* What the source has for AVX-512VL; the compiler still has AVX2 only. */
#define __AVX512VL__
#include "keccak_x4_rounds.h"

static void keccak_x4(u64 lane[100], u64 scratch[100])
{
	permute_x4(lane, scratch);
}

static struct mlkem_impl followed;

const struct mlkem_impl *__real_mlkem_impl_begin(void);
const struct mlkem_impl *__wrap_mlkem_impl_begin(void);
const struct mlkem_impl *__wrap_mlkem_impl_begin(void)
{
	const struct mlkem_impl *impl = __real_mlkem_impl_begin();

	return impl == &mlkem_avx2 && followed.name ? &followed : impl;
}

int follow_avx512(void)
{
	int err = mlkem_impl_select("avx2");

	if (err)
		return err;
	followed = mlkem_avx2;
	followed.name = "followed_avx512";
	followed.keccak_x4 = keccak_x4;
	followed.x4_ways = mlkem_avx512.x4_ways;
	return 0;
}
#else
int follow_avx512(void)
{
	return -ENODEV;
}
#endif
