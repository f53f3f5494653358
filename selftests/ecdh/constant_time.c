// SPDX-License-Identifier: GPL-2.0
/*
 * Run under valgrind: private keys are marked as undefined, and memcheck reports each
 * branch and memory index that depends on one.  Nothing is marked as defined here;
 * that is done by declassify() where the sources call it.
 *
 * usage: valgrind constant_time clean|branch|index
 *        constant_time
 *
 * With branch or index, which take a program that has them planted, memcheck has to
 * report something in each operation that multiplies.  Without valgrind and an argument
 * it says whether this program's code has the right answers.
 *
 * Prints TAP without numbers.
 */
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "ecdh.h"
#include "kat.h"
#include "planted.h"
#include "undefined_bits.h"

enum leak planted_leak;

static const struct ecdh_curve *const curves[] = { &ecdh_p256, &ecdh_p384 };

static u8 key[ECDH_MAX_OCTETS];
static u8 point[2 * ECDH_MAX_OCTETS], secret[ECDH_MAX_OCTETS];

static bool check_key(const struct ecdh_curve *curve)
{
	return !ecdh_check_private_key(curve, key);
}

static bool make_public_key(const struct ecdh_curve *curve)
{
	return !ecdh_public_key(curve, key, point) &&
	       !undefined_bits(point, 2 * curve->octets);
}

static bool reach_secret(const struct ecdh_curve *curve)
{
	return !ecdh_shared_secret(curve, key, point, secret) &&
	       undefined_bits(secret, curve->octets) == 8 * curve->octets;
}

static bool refuse_peer(const struct ecdh_curve *curve)
{
	u8 other[2 * ECDH_MAX_OCTETS];

	memcpy(other, point, sizeof(other));
	other[0] ^= 1;
	return ecdh_shared_secret(curve, key, other, secret);
}

/* Each goes on with what those before it have left. */
static const struct {
	const char *name;
	bool (*run)(const struct ecdh_curve *curve);
	bool multiplies;
} operations[] = {
	{ "check of a private key", check_key, false },
	{ "public key", make_public_key, true },
	{ "shared secret", reach_secret, true },
	{ "refusal of a peer", refuse_peer, false },
};

static bool run_operations(const struct ecdh_curve *curve, bool leaks)
{
	bool right = true;

	for (unsigned int i = 0; i < curve->octets; i++)
		key[i] = 0x5a ^ 11 * i;
	VALGRIND_MAKE_MEM_UNDEFINED(key, sizeof(key));
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		const bool expected = leaks && operations[i].multiplies;
		unsigned long before = VALGRIND_COUNT_ERRORS;
		bool done = operations[i].run(curve);
		bool reported = VALGRIND_COUNT_ERRORS != before;

		if (done && reported == expected)
			continue;
		printf("# %s, %s: %s, %s\n", curve->name, operations[i].name,
		       done ? "done" : "wrong, or a secret is not followed",
		       reported ? "reported" : "nothing reported");
		right = false;
	}
	return right;
}

static const struct {
	const char *name;
	enum leak leak;
	const char *what;
} runs[] = {
	{ "clean", NO_LEAK, "no branch or memory index depends on a private key" },
	{ "branch", LEAK_BRANCH, "a branch on a secret bit is found in every product" },
	{ "index", LEAK_INDEX, "an index from a secret is found in every product" },
};

static void report(bool right, const char *what)
{
	printf("%s %s\n", right ? "ok" : "not ok", what);
}

int main(int argc, char **argv)
{
	bool right = true;

	if (argc == 1) {
		report(!ecdh_known_answer_test(), "known answers");
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		if (strcmp(argv[1], runs[i].name) || !RUNNING_ON_VALGRIND)
			continue;
		planted_leak = runs[i].leak;
		for (size_t j = 0; j < ARRAY_SIZE(curves); j++)
			right &= run_operations(curves[j], planted_leak != NO_LEAK);
		report(right, runs[i].what);
		return 0;
	}
	fprintf(stderr, "usage: valgrind %s clean|branch|index\n", argv[0]);
	return 1;
}
