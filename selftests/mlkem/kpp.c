// SPDX-License-Identifier: GPL-2.0
/*
 * The kpp algorithms outside the kernel, under sanitizers.
 */
#include "../../kmod/mlkem/kpp.h"
#include "implementations.h"
#include "kpp_test/kpp_cases.h"
#include "kselftest.h"

void report(bool passed, const char *algorithm, const char *test)
{
	ksft_test_result(passed, "%s, %s, %s\n", mlkem_impl_selected()->name,
			 algorithm, test);
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(count_implementations() * KPP_CASES);
	if (mlkem_kpp_register())
		ksft_exit_fail_msg("the algorithms were not registered\n");
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		if (select_or_skip(mlkem_impls[i], KPP_CASES))
			kpp_cases();
	}
	mlkem_kpp_unregister();
	ksft_finished();
}
