/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For tests of every implementation that this CPU has. kselftest.h counts results
 * for each object file, so what skips tests is compiled into the one that plans them.
 */
#ifndef _IMPLEMENTATIONS_H
#define _IMPLEMENTATIONS_H

#include <errno.h>

#include "impl.h"
#include "kselftest.h"

/**
 * count_implementations() - how many there are, supported or not
 *
 * Return: their number.
 */
static inline unsigned int count_implementations(void)
{
	unsigned int n = 0;

	while (mlkem_impls[n])
		n++;
	return n;
}

/**
 * select_or_skip() - select an implementation, or skip its tests
 * @impl: implementation
 * @tests: results to be skipped when it is not supported
 *
 * Return: whether it is selected.
 */
static inline bool select_or_skip(const struct mlkem_impl *impl,
				  unsigned int tests)
{
	int err = mlkem_impl_select(impl->name);

	if (!err)
		return true;
	if (err != -ENODEV)
		ksft_exit_fail_msg("%s: selecting it gives %d\n", impl->name,
				   err);
	while (tests--)
		ksft_test_result_skip("%s: not supported by this CPU\n",
				      impl->name);
	return false;
}

#endif
