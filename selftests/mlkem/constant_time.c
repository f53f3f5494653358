// SPDX-License-Identifier: GPL-2.0
/*
 * Run under valgrind: secrets are marked as undefined, and memcheck reports each
 * branch and memory index that depends on one.  Nothing is marked as defined
 * here; that is done by declassify() where the sources call it.
 *
 * usage: valgrind constant_time IMPLEMENTATION
 *        constant_time
 *
 * The implementation followed_avx512 is avx512 with its rounds of Keccak compiled
 * for AVX2: valgrind does not know AVX-512.  Without valgrind and an argument it
 * says whether this program's code has the right answers.
 *
 * Prints TAP without numbers.
 */
#include <errno.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "followed.h"
#include "impl.h"
#include "kat.h"
#include "mlkem.h"
#include "planted.h"
#include "poly.h"
#include "undefined_bits.h"

static const struct mlkem_params *const sets[] = {
	&mlkem512, &mlkem768, &mlkem1024,
};

static u8 seed[MLKEM_SEED_LEN] = { 1, 2, 3 };
static u8 m[MLKEM_MESSAGE_LEN] = { 4, 5, 6 };
static u8 ek[MLKEM_MAX_EK_LEN], dk[MLKEM_MAX_DK_LEN];
static u8 ct[MLKEM_MAX_CT_LEN], other_ct[MLKEM_MAX_CT_LEN];
static u8 ss[MLKEM_SECRET_LEN];
static struct mlkem_ephemeral *pair;

static void make_secret(void *p, size_t len)
{
	VALGRIND_MAKE_MEM_UNDEFINED(p, len);
}

static bool is_public(const void *p, size_t len)
{
	return !undefined_bits(p, len);
}

static bool is_secret(const void *p, size_t len)
{
	return undefined_bits(p, len) == 8 * len;
}

/* Of dk = dk_PKE || ek || H(ek) || z, the middle is public. */
static bool keygen(const struct mlkem_params *p)
{
	const unsigned int dk_pke_len = p->k * POLY_LEN(12);
	const u8 *z = dk + p->dk_len - 32;

	return !mlkem_keygen_derand(p, seed, ek, dk) &&
	       is_public(ek, p->ek_len) && is_secret(dk, dk_pke_len) &&
	       is_public(dk + dk_pke_len, p->ek_len + 32) && is_secret(z, 32);
}

static bool encaps(const struct mlkem_params *p)
{
	return !mlkem_encaps_derand(p, ek, p->ek_len, m, ct, ss) &&
	       is_public(ct, p->ct_len) && is_secret(ss, sizeof(ss));
}

static bool decaps(const struct mlkem_params *p)
{
	return !mlkem_decaps(p, dk, p->dk_len, ct, p->ct_len, ss) &&
	       is_secret(ss, sizeof(ss));
}

static bool reject(const struct mlkem_params *p)
{
	memcpy(other_ct, ct, p->ct_len);
	other_ct[p->ct_len - 1] ^= 1;
	return !mlkem_decaps(p, dk, p->dk_len, other_ct, p->ct_len, ss) &&
	       is_secret(ss, sizeof(ss));
}

static bool ephemeral_keygen(const struct mlkem_params *p)
{
	pair = mlkem_ephemeral_keygen_derand(p, seed, ek);
	return !IS_ERR(pair) && is_public(ek, p->ek_len);
}

static bool ephemeral_decaps(const struct mlkem_params *p)
{
	return !mlkem_ephemeral_decaps(pair, ct, p->ct_len, ss) &&
	       is_secret(ss, sizeof(ss));
}

static bool ephemeral_reject(const struct mlkem_params *p)
{
	bool right = !mlkem_ephemeral_decaps(pair, other_ct, p->ct_len, ss) &&
		     is_secret(ss, sizeof(ss));

	mlkem_ephemeral_free(pair);
	return right;
}

static bool check_keys(const struct mlkem_params *p)
{
	return !mlkem_check_ek(p, ek, p->ek_len) &&
	       !mlkem_check_dk(p, dk, p->dk_len);
}

/* Each goes on with what those before it have left. */
static const struct {
	const char *name;
	bool (*run)(const struct mlkem_params *p);
	bool samples;
} operations[] = {
	{ "key generation", keygen, true },
	{ "encapsulation", encaps, true },
	{ "decapsulation", decaps, true },
	{ "implicit rejection", reject, true },
	{ "ephemeral key generation", ephemeral_keygen, true },
	{ "ephemeral decapsulation", ephemeral_decaps, true },
	{ "ephemeral implicit rejection", ephemeral_reject, true },
	{ "checks of keys", check_keys, false },
};

/*
 * Whether memcheck has reported something in each operation that has the planted
 * leak, and nothing in those that have none
 */
static bool run_operations(const struct mlkem_params *p, enum leak leak)
{
	bool right = true;

	make_secret(seed, sizeof(seed));
	make_secret(m, sizeof(m));
	planted_leak = leak;
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		const bool leaks = leak != NO_LEAK && operations[i].samples;
		unsigned long before = VALGRIND_COUNT_ERRORS;
		bool done = operations[i].run(p);
		bool reported = VALGRIND_COUNT_ERRORS != before;

		if (done && reported == leaks)
			continue;
		printf("# %s, %s: %s, %s\n", p->name, operations[i].name,
		       done ? "done" : "wrong, or a secret is not followed",
		       reported ? "reported" : "nothing reported");
		right = false;
	}
	planted_leak = NO_LEAK;
	return right;
}

static bool run_sets(enum leak leak)
{
	bool right = true;

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		right &= run_operations(sets[i], leak);
	return right;
}

static const struct {
	enum leak leak;
	const char *what;
} runs[] = {
	{ NO_LEAK, "no branch or memory index depends on a secret" },
	{ LEAK_BRANCH, "a branch on a secret bit is found in every operation" },
	{ LEAK_INDEX, "an index from a secret is found in every operation" },
};

static void report(bool right, const char *name, const char *what)
{
	printf("%s %s, %s\n", right ? "ok" : "not ok", name, what);
}

static void skip(const char *name, const char *what)
{
	printf("ok %s, %s # SKIP the CPU does not have it\n", name, what);
}

static int follow_secrets(const char *name)
{
	int err = strcmp(name, "followed_avx512") ? mlkem_impl_select(name) :
						    follow_avx512();

	if (err && err != -ENODEV)
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		if (err)
			skip(name, runs[i].what);
		else
			report(run_sets(runs[i].leak), name, runs[i].what);
	}
	return 0;
}

static void answer_all(void)
{
	for (unsigned int i = 0; mlkem_impls[i]; i++) {
		const char *name = mlkem_impls[i]->name;

		if (mlkem_impl_select(name) == -ENODEV)
			skip(name, "known answers");
		else
			report(!mlkem_known_answer_test(), name,
			       "known answers");
	}
}

int main(int argc, char **argv)
{
	if (argc == 2 && RUNNING_ON_VALGRIND)
		return follow_secrets(argv[1]);
	if (argc != 1) {
		fprintf(stderr, "usage: valgrind %s IMPLEMENTATION\n", argv[0]);
		return 1;
	}
	answer_all();
	return 0;
}
