// SPDX-License-Identifier: GPL-2.0
/*
 * No operation leaves anything of a private key in memory, whether it succeeds or refuses
 * its input.
 *
 * Memory that it has allocated is zero when it is freed.  And its stack is the same
 * afterwards when another private key was given: what differs comes from it.  That what
 * is not wiped is found is for faults.sh.
 */
#include <errno.h>
#include <linux/kernel.h>
#include <malloc.h>
#include <string.h>

#include "ecdh.h"
#include "kselftest.h"
#include "own_stack.h"

static bool left_in_heap;

/* The one block that is allocated at a time, always at the same address */
static u8 heap[4096] __attribute__((__aligned__(64)));

void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	(void)alignment;
	return size <= sizeof(heap) ? heap : NULL;
}

size_t __real_malloc_usable_size(void *block);
size_t __wrap_malloc_usable_size(void *block);
size_t __wrap_malloc_usable_size(void *block)
{
	return block == heap ? sizeof(heap) : __real_malloc_usable_size(block);
}

void __real_free(void *block);
void __wrap_free(void *block);
void __wrap_free(void *block)
{
	if (block != heap) {
		__real_free(block);
		return;
	}
	for (size_t i = 0; i < sizeof(heap); i++)
		left_in_heap |= heap[i];
}

#define VARIANTS	2

static const struct ecdh_curve *curve;
static u8 key[ECDH_MAX_OCTETS], peer[2 * ECDH_MAX_OCTETS], no_point[2 * ECDH_MAX_OCTETS];
static u8 key_out[ECDH_MAX_OCTETS], point_out[2 * ECDH_MAX_OCTETS];
static u8 secret_out[ECDH_MAX_OCTETS];
static int result;

static void check_key(void)
{
	result = ecdh_check_private_key(curve, key);
}

static void generate_key(void)
{
	result = ecdh_generate_private_key(curve, key_out);
}

static void make_public_key(void)
{
	result = ecdh_public_key(curve, key, point_out);
}

static void reach_secret(void)
{
	result = ecdh_shared_secret(curve, key, peer, secret_out);
}

static void refuse_peer(void)
{
	result = ecdh_shared_secret(curve, key, no_point, secret_out);
}

static const struct {
	const char *name;
	void (*run)(void);
	int wanted;
} operations[] = {
	{ "check of a private key", check_key, 0 },
	{ "random private key", generate_key, 0 },
	{ "public key", make_public_key, 0 },
	{ "shared secret", reach_secret, 0 },
	{ "refusal of a peer", refuse_peer, -EINVAL },
};

/* What the stack was after each operation */
static u8 left[VARIANTS][ARRAY_SIZE(operations)][OWN_STACK_LEN];

static bool run_variants(void)
{
	bool right = true;

	left_in_heap = false;
	for (int v = 0; v < VARIANTS; v++) {
		for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
			memset(key, 0x37 + 0x51 * v, sizeof(key));
			run_on_own_stack(operations[i].run);
			memcpy(left[v][i], own_stack, sizeof(own_stack));
			right &= result == operations[i].wanted;
		}
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
	return right;
}

static void prepare(void)
{
	memset(key, 0x23, sizeof(key));
	if (ecdh_public_key(curve, key, peer))
		ksft_exit_fail_msg("no public key\n");
	memcpy(no_point, peer, sizeof(no_point));
	no_point[0] ^= 1;
	/* Once for what is only done at the first call: symbols are resolved. */
	run_variants();
}

int main(void)
{
	static const struct ecdh_curve *const curves[] = { &ecdh_p256, &ecdh_p384 };

	ksft_print_header();
	ksft_set_plan(2 * ARRAY_SIZE(curves));
	for (size_t i = 0; i < ARRAY_SIZE(curves); i++) {
		curve = curves[i];
		prepare();
		ksft_test_result(nothing_left(), "%s: nothing is left on the stack\n",
				 curve->name);
		ksft_test_result(!left_in_heap, "%s: nothing is left in the heap\n",
				 curve->name);
	}
	ksft_finished();
}
