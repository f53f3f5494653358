// SPDX-License-Identifier: GPL-2.0
/*
 * The known-answer test of the module passes, and fails for every fault planted
 * under it.
 */
#include <errno.h>

#include "faults.h"
#include "kat.h"
#include "kselftest.h"

static const char *const names[FAULTS] = {
	[FAULT_NONE] = "no fault",
	[FAULT_SQUEEZE] = "keccak_squeeze",
	[FAULT_SHA3_256] = "keccak_sha3_256",
	[FAULT_SHA3_512] = "keccak_sha3_512",
	[FAULT_NTT] = "poly_ntt",
	[FAULT_INVNTT] = "poly_invntt",
	[FAULT_ZETA] = "poly_zeta",
	[FAULT_DOT] = "poly_dot",
	[FAULT_SAMPLE_NTT] = "poly_sample_ntt",
	[FAULT_SAMPLE_CBD] = "poly_sample_cbd",
	[FAULT_ADD] = "poly_add",
	[FAULT_SUB] = "poly_sub",
	[FAULT_ENCODE] = "poly_encode",
	[FAULT_DECODE] = "poly_decode",
	[FAULT_COMPRESS] = "poly_compress",
	[FAULT_DECOMPRESS] = "poly_decompress",
	[FAULT_CHECK_EK] = "mlkem_check_ek",
	[FAULT_CHECK_DK] = "mlkem_check_dk",
	[FAULT_NO_REJECTION] = "implicit rejection",
	[FAULT_NO_MEMORY] = "no memory",
};

static int expected(enum fault f)
{
	switch (f) {
	case FAULT_NONE:
		return 0;
	case FAULT_NO_MEMORY:
		return -ENOMEM;
	default:
		return -EINVAL;
	}
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(FAULTS);
	for (enum fault f = FAULT_NONE; f < FAULTS; f++) {
		int err;

		fault = f;
		err = mlkem_known_answer_test();
		fault = FAULT_NONE;
		ksft_test_result(err == expected(f),
				 "known-answer test with %s: %d\n", names[f],
				 err);
	}
	ksft_finished();
}
