// SPDX-License-Identifier: GPL-2.0
/*
 * The known-answer test of the module passes, and fails for every fault planted
 * under it.
 */
#include <errno.h>

#include "faults.h"
#include "implementations.h"
#include "kat.h"
#include "kselftest.h"

static const char *const names[FAULTS] = {
	[FAULT_NONE] = "no fault",
	[FAULT_KECCAK_F1600] = "keccak_f1600",
	[FAULT_KECCAK_X4] = "keccak_x4",
	[FAULT_SQUEEZE] = "keccak_squeeze",
	[FAULT_SHA3_256] = "keccak_sha3_256",
	[FAULT_SHA3_512] = "keccak_sha3_512",
	[FAULT_REJECT] = "reject",
	[FAULT_CBD] = "cbd",
	[FAULT_NTT] = "ntt",
	[FAULT_INVNTT] = "invntt",
	[FAULT_PREPARE] = "prepare",
	[FAULT_DOT] = "dot",
	[FAULT_ADD] = "add",
	[FAULT_SUB] = "sub",
	[FAULT_ENCODE] = "encode",
	[FAULT_DECODE] = "decode",
	[FAULT_IS_REDUCED] = "is_reduced",
	[FAULT_COMPRESS] = "compress",
	[FAULT_DECOMPRESS] = "decompress",
	[FAULT_CHECK_EK] = "mlkem_check_ek",
	[FAULT_CHECK_DK] = "mlkem_check_dk",
	[FAULT_NO_REJECTION] = "implicit rejection",
	[FAULT_NO_MEMORY] = "no memory",
};

/* Whether the implementation has the function at all */
static bool is_used(const struct mlkem_impl *impl, enum fault f)
{
	switch (f) {
	case FAULT_KECCAK_X4:
		return impl->keccak_x4;
	case FAULT_KECCAK_F1600:
		return !impl->keccak_x4 || impl->x4_ways > 1;
	default:
		return true;
	}
}

static int expected(const struct mlkem_impl *impl, enum fault f)
{
	if (f == FAULT_NONE || !is_used(impl, f))
		return 0;
	return f == FAULT_NO_MEMORY ? -ENOMEM : -EINVAL;
}

static void plant_all(const struct mlkem_impl *impl)
{
	for (enum fault f = FAULT_NONE; f < FAULTS; f++) {
		int err;

		fault = f;
		err = mlkem_known_answer_test();
		fault = FAULT_NONE;
		ksft_test_result(err == expected(impl, f),
				 "%s: known-answer test with %s%s: %d\n",
				 impl->name, names[f],
				 is_used(impl, f) ? "" : ", which it does not use",
				 err);
	}
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(count_implementations() * FAULTS);
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		if (select_or_skip(mlkem_impls[i], FAULTS))
			plant_all(mlkem_impls[i]);
	}
	ksft_finished();
}
