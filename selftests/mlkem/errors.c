// SPDX-License-Identifier: GPL-2.0
/*
 * What the in-kernel interface refuses, and that it then writes nothing; what a
 * changed ciphertext gives.
 */
#include <errno.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "fpu.h"
#include "implementations.h"
#include "keccak.h"
#include "kselftest.h"
#include "mlkem.h"

static bool no_memory;

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	/* Nothing sleeps in a section. */
	if (fpu_in_section())
		abort();
	return no_memory ? NULL : __real_aligned_alloc(alignment, size);
}

/* Outputs have one octet more than they need. */
struct outputs {
	u8 ek[MLKEM_MAX_EK_LEN + 1];
	u8 dk[MLKEM_MAX_DK_LEN + 1];
	u8 ct[MLKEM_MAX_CT_LEN + 1];
	u8 ss[MLKEM_SECRET_LEN + 1];
};

static const u8 seed[MLKEM_SEED_LEN] = { 1, 2, 3 };
static const u8 m[MLKEM_MESSAGE_LEN] = { 4, 5, 6 };
static struct outputs good, out;

static void prepare(const struct mlkem_params *p)
{
	memset(&out, 0xa5, sizeof(out));
	mlkem_keygen_derand(p, seed, good.ek, good.dk);
	mlkem_encaps_derand(p, good.ek, p->ek_len, m, good.ct, good.ss);
}

static bool is_untouched(const void *what, size_t len)
{
	const u8 *octet = what;

	for (size_t i = 0; i < len; i++) {
		if (octet[i] != 0xa5)
			return false;
	}
	return true;
}

static bool untouched(void)
{
	return is_untouched(&out, sizeof(out));
}

static int encaps(const struct mlkem_params *p, const u8 *ek, size_t len)
{
	int check = mlkem_check_ek(p, ek, len);
	int derand = mlkem_encaps_derand(p, ek, len, m, out.ct, out.ss);
	int err = mlkem_encaps(p, ek, len, out.ct, out.ss);

	/* A marker that is no errno, when the three do not say the same. */
	return check == err && derand == err && untouched() ? err : 1;
}

static int decaps(const struct mlkem_params *p, const u8 *dk, size_t dk_len,
		  size_t ct_len)
{
	int err = mlkem_decaps(p, dk, dk_len, good.ct, ct_len, out.ss);

	return untouched() ? err : 1;
}

static bool lengths(const struct mlkem_params *p)
{
	static u8 zeros[2 * MLKEM_MAX_DK_LEN];
	size_t len;

	for (len = 0; len < sizeof(zeros); len++) {
		if (len != p->ek_len && encaps(p, zeros, len) != -EINVAL)
			return false;
		if (len != p->dk_len &&
		    (mlkem_check_dk(p, zeros, len) != -EINVAL ||
		     decaps(p, zeros, len, p->ct_len) != -EINVAL))
			return false;
	}
	for (len = 0; len < sizeof(good.ct); len++) {
		if (len != p->ct_len &&
		    decaps(p, good.dk, p->dk_len, len) != -EINVAL)
			return false;
	}
	return true;
}

/* Every coefficient set to q and to 2^12 - 1 */
static bool unreduced_ek(const struct mlkem_params *p)
{
	for (unsigned int i = 0; i < p->k * 256U; i++) {
		u8 *at = good.ek + i / 2 * 3;
		u8 kept[3];

		memcpy(kept, at, 3);
		if (i % 2) {
			at[1] = (at[1] & 0x0f) | 0x10;
			at[2] = 0xd0;
		} else {
			at[0] = 0x01;
			at[1] = (at[1] & 0xf0) | 0x0d;
		}
		if (encaps(p, good.ek, p->ek_len) != -EKEYREJECTED)
			return false;
		if (i % 2) {
			at[1] |= 0xf0;
			at[2] = 0xff;
		} else {
			at[0] = 0xff;
			at[1] |= 0x0f;
		}
		if (encaps(p, good.ek, p->ek_len) != -EKEYREJECTED)
			return false;
		memcpy(at, kept, 3);
	}
	return true;
}

/* Each octet of dk changed that the check is about: ek and its hash */
static bool damaged_dk(const struct mlkem_params *p)
{
	for (unsigned int i = p->k * 384; i < p->dk_len - 32U; i++) {
		good.dk[i] ^= 0x10;
		if (mlkem_check_dk(p, good.dk, p->dk_len) != -EKEYREJECTED ||
		    decaps(p, good.dk, p->dk_len, p->ct_len) != -EKEYREJECTED)
			return false;
		good.dk[i] ^= 0x10;
	}
	return !mlkem_check_dk(p, good.dk, p->dk_len);
}

/*
 * Its lowest bit inverted in each octet in turn, which seldom changes what a
 * ciphertext decrypts to: only the comparison finds it.  The secret is then
 * J(z || c).
 */
static bool changed_ct(const struct mlkem_params *p)
{
	u8 expected[MLKEM_SECRET_LEN];
	struct keccak j;

	for (unsigned int i = 0; i < p->ct_len; i++) {
		good.ct[i] ^= 1;
		keccak_init(&j, SHAKE256_RATE);
		keccak_absorb(&j, good.dk + p->dk_len - 32, 32);
		keccak_absorb(&j, good.ct, p->ct_len);
		keccak_finish(&j, SHAKE_SUFFIX);
		keccak_squeeze(&j, expected, sizeof(expected));

		if (mlkem_decaps(p, good.dk, p->dk_len, good.ct, p->ct_len,
				 out.ss) ||
		    memcmp(out.ss, expected, sizeof(expected)))
			return false;
		good.ct[i] ^= 1;
	}
	return true;
}

static bool without_memory(const struct mlkem_params *p)
{
	bool right;

	no_memory = true;
	right = mlkem_keygen(p, out.ek, out.dk) == -ENOMEM &&
		mlkem_keygen_derand(p, seed, out.ek, out.dk) == -ENOMEM &&
		mlkem_encaps(p, good.ek, p->ek_len, out.ct, out.ss) ==
			-ENOMEM &&
		mlkem_encaps_derand(p, good.ek, p->ek_len, m, out.ct,
				    out.ss) == -ENOMEM &&
		decaps(p, good.dk, p->dk_len, p->ct_len) == -ENOMEM &&
		untouched();
	no_memory = false;
	return right;
}

static bool exact_outputs(const struct mlkem_params *p)
{
	return !mlkem_keygen(p, out.ek, out.dk) &&
	       !mlkem_encaps(p, out.ek, p->ek_len, out.ct, out.ss) &&
	       !mlkem_decaps(p, out.dk, p->dk_len, out.ct, p->ct_len,
			     good.ss) &&
	       !memcmp(out.ss, good.ss, MLKEM_SECRET_LEN) &&
	       out.ek[p->ek_len] == 0xa5 && out.dk[p->dk_len] == 0xa5 &&
	       out.ct[p->ct_len] == 0xa5 && out.ss[MLKEM_SECRET_LEN] == 0xa5;
}

static bool round_trip(const struct mlkem_params *p)
{
	return !mlkem_keygen_derand(p, seed, out.ek, out.dk) &&
	       !mlkem_encaps_derand(p, out.ek, p->ek_len, m, out.ct, out.ss) &&
	       !mlkem_decaps(p, out.dk, p->dk_len, out.ct, p->ct_len,
			     good.ss) &&
	       !memcmp(out.ss, good.ss, MLKEM_SECRET_LEN);
}

/* One section for each operation; nothing stays in vector registers. */
static bool sections(const struct mlkem_params *p)
{
	unsigned long before = fpu_sections;
	unsigned int wanted = mlkem_impl_selected()->clear_registers ? 3 : 0;

	fpu_registers_left = false;
	fpu_wide = !strcmp(mlkem_impl_selected()->name, "avx512");
	return round_trip(p) && fpu_sections - before == wanted &&
	       !fpu_in_section() && !fpu_registers_left;
}

/* Where the FPU may not be used, it is not. */
static bool without_fpu(const struct mlkem_params *p)
{
	unsigned long before = fpu_sections;
	bool right;

	fpu_usable = false;
	right = round_trip(p) && fpu_sections == before;
	fpu_usable = true;
	return right;
}

/* Lengths, no memory, a section for each operation, fresh randomness */
static bool ephemeral(const struct mlkem_params *p)
{
	unsigned long before = fpu_sections;
	unsigned int wanted = mlkem_impl_selected()->clear_registers ? 3 : 0;
	struct mlkem_ephemeral *e;
	bool right;

	no_memory = true;
	right = PTR_ERR(mlkem_ephemeral_keygen(p, out.ek)) == -ENOMEM &&
		PTR_ERR(mlkem_ephemeral_keygen_derand(p, seed, out.ek)) ==
			-ENOMEM && untouched();
	no_memory = false;

	e = mlkem_ephemeral_keygen(p, out.ek);
	if (IS_ERR(e))
		return false;
	for (size_t len = 0; len < sizeof(good.ct); len++) {
		if (len != p->ct_len &&
		    mlkem_ephemeral_decaps(e, good.ct, len, out.ss) != -EINVAL)
			right = false;
	}
	right = right && is_untouched(out.ss, sizeof(out.ss));
	fpu_registers_left = false;
	right = right && memcmp(out.ek, good.ek, p->ek_len) &&
		!mlkem_encaps_derand(p, out.ek, p->ek_len, m, out.ct, good.ss) &&
		!mlkem_ephemeral_decaps(e, out.ct, p->ct_len, out.ss) &&
		!memcmp(out.ss, good.ss, MLKEM_SECRET_LEN) &&
		fpu_sections - before == wanted && !fpu_registers_left;
	mlkem_ephemeral_free(e);
	mlkem_ephemeral_free(NULL);
	return right;
}

static const struct {
	const char *name;
	bool (*run)(const struct mlkem_params *p);
} tests[] = {
	{ "wrong lengths", lengths },
	{ "unreduced coefficients in ek", unreduced_ek },
	{ "damaged dk", damaged_dk },
	{ "changed ct", changed_ct },
	{ "no memory", without_memory },
	{ "outputs have their exact lengths", exact_outputs },
	{ "FPU sections", sections },
	{ "no FPU", without_fpu },
	{ "ephemeral key pair", ephemeral },
};

static void run_all(const struct mlkem_impl *impl,
		    const struct mlkem_params *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		prepare(p);
		ksft_test_result(tests[i].run(p), "%s, %s, %s\n", impl->name,
				 p->name, tests[i].name);
	}
}

int main(void)
{
	const unsigned int each = 3 * ARRAY_SIZE(tests);

	ksft_print_header();
	ksft_set_plan(1 + count_implementations() * each);
	ksft_test_result(mlkem_impl_select("none") == -EINVAL,
			 "an implementation that there is not\n");
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		if (!select_or_skip(mlkem_impls[i], each))
			continue;
		run_all(mlkem_impls[i], &mlkem512);
		run_all(mlkem_impls[i], &mlkem768);
		run_all(mlkem_impls[i], &mlkem1024);
	}
	ksft_finished();
}
