// SPDX-License-Identifier: GPL-2.0
/*
 * The field, the points and the digits of numbers, each beside OpenSSL's numbers and
 * curves: on all pairs of extreme values, and on random ones.
 */
#include <errno.h>

#include "arithmetic.h"
#include "kselftest.h"

void report(const char *curve, const char *what, unsigned int wrong)
{
	ksft_test_result(!wrong, "%s: %s, %u wrong\n", curve, what, wrong);
}

void die(const char *why)
{
	ksft_exit_fail_msg("%s\n", why);
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(2 * ARITHMETIC_RESULTS);
	arithmetic_p256();
	arithmetic_p384();
	ksft_finished();
}
