// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "implementations.h"
#include "kselftest.h"

unsigned int count_implementations(void)
{
	unsigned int n = 0;

	while (mlkem_impls[n])
		n++;
	return n;
}

bool select_or_skip(const struct mlkem_impl *impl, unsigned int tests)
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
