// SPDX-License-Identifier: GPL-2.0
/*
 * The known-answer test of the module passes.  That it fails with a fault is for
 * faults.sh.
 */
#include <errno.h>

#include "kat.h"
#include "kselftest.h"

int main(void)
{
	int err;

	ksft_print_header();
	ksft_set_plan(1);
	err = ecdh_known_answer_test();
	ksft_test_result(!err, "known-answer test: %d\n", err);
	ksft_finished();
}
