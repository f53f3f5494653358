// SPDX-License-Identifier: GPL-2.0
/*
 * No operation leaves anything of a secret in memory, whether it succeeds or
 * refuses its input.
 *
 * Memory that it has allocated is zero when it is freed.  And its stack is the
 * same afterwards when other secrets were given: what differs comes from them.
 */
#include <errno.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "implementations.h"
#include "kselftest.h"
#include "mlkem.h"
#include "own_stack.h"
#include "poly.h"
#include "workspace.h"

/* Leave out what the module does. */
static bool keep_workspace, keep_stack;

static bool left_in_heap;
static unsigned int blocks;

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	blocks++;
	return __real_aligned_alloc(alignment, size);
}

void __real_free(void *block);
void __wrap_free(void *block);
void __wrap_free(void *block)
{
	const u8 *octet = block;

	if (!block)
		return;
	blocks--;
	for (size_t i = 0; i < malloc_usable_size(block); i++)
		left_in_heap |= octet[i];
	__real_free(block);
}

void __real_workspace_free(struct workspace *ws);
void __wrap_workspace_free(struct workspace *ws);
void __wrap_workspace_free(struct workspace *ws)
{
	if (keep_workspace)
		__wrap_free(ws);
	else
		__real_workspace_free(ws);
}

void __real_compute_end(struct workspace *ws);
void __wrap_compute_end(struct workspace *ws);
void __wrap_compute_end(struct workspace *ws)
{
	if (keep_stack)
		mlkem_impl_end(ws->impl);
	else
		__real_compute_end(ws);
}

#define VARIANTS	2

/* Inputs: the same ek and ct, other secrets */
static struct secrets {
	u8 seed[MLKEM_SEED_LEN];
	u8 m[MLKEM_MESSAGE_LEN];
	u8 dk[MLKEM_MAX_DK_LEN];
	u8 dk_with_other_hash[MLKEM_MAX_DK_LEN];
} variants[VARIANTS], secret;
static u8 ek[MLKEM_MAX_EK_LEN], unreduced_ek[MLKEM_MAX_EK_LEN];
static u8 ct[MLKEM_MAX_CT_LEN];

static const struct mlkem_params *p;
static struct mlkem_ephemeral *pair;
static int result;

/* Outputs */
static u8 ek_out[MLKEM_MAX_EK_LEN], dk_out[MLKEM_MAX_DK_LEN];
static u8 ct_out[MLKEM_MAX_CT_LEN], ss_out[MLKEM_SECRET_LEN];

static void keygen(void)
{
	result = mlkem_keygen(p, ek_out, dk_out);
}

static void keygen_derand(void)
{
	result = mlkem_keygen_derand(p, secret.seed, ek_out, dk_out);
}

static void encaps(void)
{
	result = mlkem_encaps(p, ek, p->ek_len, ct_out, ss_out);
}

static void encaps_derand(void)
{
	result = mlkem_encaps_derand(p, ek, p->ek_len, secret.m, ct_out,
				     ss_out);
}

static void encaps_unreduced(void)
{
	result = mlkem_encaps_derand(p, unreduced_ek, p->ek_len, secret.m,
				     ct_out, ss_out);
}

static void encaps_long_ek(void)
{
	result = mlkem_encaps_derand(p, ek, p->ek_len + 1, secret.m, ct_out,
				     ss_out);
}

static void decaps(void)
{
	result = mlkem_decaps(p, secret.dk, p->dk_len, ct, p->ct_len, ss_out);
}

static void decaps_other_hash(void)
{
	result = mlkem_decaps(p, secret.dk_with_other_hash, p->dk_len, ct,
			      p->ct_len, ss_out);
}

static void decaps_short_dk(void)
{
	result = mlkem_decaps(p, secret.dk, p->dk_len - 1, ct, p->ct_len,
			      ss_out);
}

static void decaps_short_ct(void)
{
	result = mlkem_decaps(p, secret.dk, p->dk_len, ct, p->ct_len - 1,
			      ss_out);
}

static void check_other_hash(void)
{
	result = mlkem_check_dk(p, secret.dk_with_other_hash, p->dk_len);
}

static void ephemeral_keygen(void)
{
	pair = mlkem_ephemeral_keygen(p, ek_out);
	result = IS_ERR(pair) ? PTR_ERR(pair) : 0;
}

static void ephemeral_decaps(void)
{
	result = mlkem_ephemeral_decaps(pair, ct, p->ct_len, ss_out);
}

static void ephemeral_short_ct(void)
{
	result = mlkem_ephemeral_decaps(pair, ct, p->ct_len - 1, ss_out);
}

static void ephemeral_free(void)
{
	mlkem_ephemeral_free(pair);
	pair = NULL;
	result = 0;
}

static const struct operation {
	const char *name;
	void (*run)(void);
	int wanted;
	bool computes;
} operations[] = {
	{ "keygen", keygen, 0, true },
	{ "keygen_derand", keygen_derand, 0, true },
	{ "encaps", encaps, 0, true },
	{ "encaps_derand", encaps_derand, 0, true },
	{ "encaps, ek not reduced", encaps_unreduced, -EKEYREJECTED, false },
	{ "encaps, ek too long", encaps_long_ek, -EINVAL, false },
	{ "decaps", decaps, 0, true },
	{ "decaps, other hash of ek", decaps_other_hash, -EKEYREJECTED, true },
	{ "decaps, dk too short", decaps_short_dk, -EINVAL, false },
	{ "decaps, ct too short", decaps_short_ct, -EINVAL, false },
	{ "check_dk, other hash of ek", check_other_hash, -EKEYREJECTED, false },
	{ "ephemeral_keygen", ephemeral_keygen, 0, true },
	{ "ephemeral_decaps", ephemeral_decaps, 0, true },
	{ "ephemeral_decaps, ct too short", ephemeral_short_ct, -EINVAL, false },
	{ "ephemeral_free", ephemeral_free, 0, false },
};

static void prepare(void)
{
	const unsigned int dk_pke_len = p->k * POLY_LEN(12);
	u8 other_ek[MLKEM_MAX_EK_LEN], ss[MLKEM_SECRET_LEN];

	for (size_t i = 0; i < VARIANTS; i++) {
		memset(variants[i].seed, 1 + i, MLKEM_SEED_LEN);
		memset(variants[i].m, 3 + i, MLKEM_MESSAGE_LEN);
		mlkem_keygen_derand(p, variants[i].seed, i ? other_ek : ek,
				    variants[i].dk);
		memcpy(variants[i].dk + dk_pke_len, variants[0].dk + dk_pke_len,
		       p->ek_len + 32);
		memcpy(variants[i].dk_with_other_hash, variants[i].dk,
		       p->dk_len);
		variants[i].dk_with_other_hash[p->dk_len - 64] ^= 1;
	}
	memcpy(unreduced_ek, ek, p->ek_len);
	memset(unreduced_ek + dk_pke_len - 3, 0xff, 3);
	mlkem_encaps_derand(p, ek, p->ek_len, variants[0].m, ct, ss);
}

/* What the stack was after each operation */
static u8 left[VARIANTS][ARRAY_SIZE(operations)][OWN_STACK_LEN];

static bool run_all(u8 after[ARRAY_SIZE(operations)][OWN_STACK_LEN])
{
	bool right = true;

	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		run_on_own_stack(operations[i].run);
		memcpy(after[i], own_stack, sizeof(own_stack));
		if (result != operations[i].wanted) {
			ksft_print_msg("%s: %d\n", operations[i].name, result);
			right = false;
		}
	}
	return right;
}

static bool run_variants(void)
{
	bool right = true;

	left_in_heap = false;
	for (size_t v = 0; v < VARIANTS; v++) {
		secret = variants[v];
		right &= run_all(left[v]);
	}
	return right;
}

static bool nothing_left(void)
{
	bool right = run_variants();

	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		unsigned int depth, n = stacks_differ(left[0][i], left[1][i], &depth);

		if (!n)
			continue;
		ksft_print_msg("%s: %u octets on the stack, the last at %u\n",
			       operations[i].name, n, depth);
		right = false;
	}
	if (left_in_heap || blocks) {
		ksft_print_msg("%u blocks, what was freed was %szero\n", blocks,
			       left_in_heap ? "not " : "");
		right = false;
	}
	return right;
}

/* Whether this test finds what stays when the stack is not wiped */
static bool stack_is_searched(void)
{
	bool right;

	keep_stack = true;
	right = run_variants();
	keep_stack = false;
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		unsigned int depth;

		if (operations[i].computes &&
		    !stacks_differ(left[0][i], left[1][i], &depth)) {
			ksft_print_msg("%s: nothing found\n",
				       operations[i].name);
			right = false;
		}
	}
	return right;
}

static bool heap_is_searched(void)
{
	bool right;

	keep_workspace = true;
	right = run_variants();
	keep_workspace = false;
	return right && left_in_heap;
}

static void run_tests(const char *name)
{
	/* Once for what is only done at the first call: symbols are resolved. */
	prepare();
	run_variants();

	ksft_test_result(nothing_left(), "%s, %s: nothing is left\n", name,
			 p->name);
	ksft_test_result(stack_is_searched(),
			 "%s, %s: a stack that is not wiped is found\n", name,
			 p->name);
	ksft_test_result(heap_is_searched(),
			 "%s, %s: a workspace that is not wiped is found\n",
			 name, p->name);
}

int main(void)
{
	static const struct mlkem_params *const sets[] = {
		&mlkem512, &mlkem768, &mlkem1024,
	};

	ksft_print_header();
	ksft_set_plan(3 * ARRAY_SIZE(sets) * count_implementations());
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		if (!select_or_skip(mlkem_impls[i], 3 * ARRAY_SIZE(sets)))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(sets); j++) {
			p = sets[j];
			run_tests(mlkem_impls[i]->name);
		}
	}
	ksft_finished();
}
