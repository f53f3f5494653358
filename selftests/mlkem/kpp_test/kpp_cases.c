// SPDX-License-Identifier: GPL-2.0
/*
 * What users of the kpp algorithms see, tested in the kernel and outside it.
 */
#include <crypto/kpp.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../../kmod/mlkem/keccak.h"
#include "../../../kmod/mlkem/mlkem.h"
#include "kpp_cases.h"
#include "kpp_client.h"

#define ROOM	(MLKEM_MAX_EK_LEN + 8)

static const struct algorithm {
	const char *name;
	unsigned int ek_len;
	unsigned int ct_len;
	/* SHAKE128 of ek, ct, K and the K of a random ciphertext, 100 runs */
	u8 accumulated[32];
} algorithms[] = {
	{
		.name = "mlkem512",
		.ek_len = 800,
		.ct_len = 768,
		.accumulated = {
			0x86, 0xb1, 0xb4, 0x70, 0x3b, 0x8f, 0xfe, 0xf6,
			0xf7, 0xf3, 0x29, 0x0c, 0x6d, 0xbc, 0xe4, 0xad,
			0x95, 0x44, 0x98, 0xa0, 0x67, 0x3d, 0xed, 0x40,
			0x1a, 0x94, 0x82, 0x8e, 0x8c, 0x51, 0x9a, 0x59,
		},
	},
	{
		.name = "mlkem768",
		.ek_len = 1184,
		.ct_len = 1088,
		.accumulated = {
			0x11, 0x14, 0xb1, 0xb6, 0x69, 0x9e, 0xd1, 0x91,
			0x73, 0x4f, 0xa3, 0x39, 0x37, 0x6a, 0xfa, 0x7e,
			0x28, 0x5c, 0x9e, 0x6a, 0xcf, 0x6f, 0xf0, 0x17,
			0x7d, 0x34, 0x66, 0x96, 0xce, 0x56, 0x44, 0x15,
		},
	},
	{
		.name = "mlkem1024",
		.ek_len = 1568,
		.ct_len = 1568,
		.accumulated = {
			0x80, 0x00, 0x18, 0xfe, 0xc3, 0xe2, 0x72, 0x3f,
			0x73, 0xf1, 0xd6, 0x57, 0xfe, 0x23, 0x9b, 0x4d,
			0x5d, 0x87, 0x82, 0xef, 0xaa, 0xde, 0x29, 0x7e,
			0x8c, 0xd4, 0x48, 0xe5, 0x4c, 0xc2, 0xac, 0x00,
		},
	},
};

struct test {
	const struct algorithm *a;
	struct crypto_kpp *initiator;
	struct crypto_kpp *responder;
	u8 seed[MLKEM_SEED_LEN];
	u8 m[MLKEM_MESSAGE_LEN];
	u8 ek[ROOM];
	u8 ct[ROOM];
	u8 out[ROOM];
	u8 ours[MLKEM_SECRET_LEN];
	u8 theirs[MLKEM_SECRET_LEN];
	struct keccak drawn;
	struct keccak hash;
};

/* Calls whose output has the room that it needs */
static int get_ek(struct test *t, u8 *ek)
{
	unsigned int len = t->a->ek_len;

	return public_key(t->initiator, NULL, 0, ek, &len);
}

static int get_ct(struct test *t, const u8 *ek, unsigned int ek_len, u8 *ct)
{
	unsigned int len = t->a->ct_len;

	return public_key(t->responder, ek, ek_len, ct, &len);
}

static int get_secret(struct crypto_kpp *tfm, const u8 *ct, unsigned int ct_len,
		      u8 *secret)
{
	unsigned int len = MLKEM_SECRET_LEN;

	return shared_secret(tfm, ct, ct_len, secret, &len);
}

/* Both sides from @seed and @m, or with fresh randomness where these are NULL */
static bool agree(struct test *t, const u8 *seed, const u8 *m)
{
	return !crypto_kpp_set_secret(t->initiator, seed,
				      seed ? MLKEM_SEED_LEN : 0) &&
	       !(m && crypto_kpp_set_secret(t->responder, m,
					    MLKEM_MESSAGE_LEN)) &&
	       !get_ek(t, t->ek) &&
	       !get_ct(t, t->ek, t->a->ek_len, t->ct) &&
	       !get_secret(t->responder, NULL, 0, t->theirs) &&
	       !get_secret(t->initiator, t->ct, t->a->ct_len, t->ours) &&
	       !memcmp(t->ours, t->theirs, MLKEM_SECRET_LEN);
}

static bool accumulated(struct test *t)
{
	const struct algorithm *a = t->a;
	u8 digest[32];

	keccak_init(&t->drawn, SHAKE128_RATE);
	keccak_finish(&t->drawn, SHAKE_SUFFIX);
	keccak_init(&t->hash, SHAKE128_RATE);

	for (int i = 0; i < 100; i++) {
		keccak_squeeze(&t->drawn, t->seed, sizeof(t->seed));
		keccak_squeeze(&t->drawn, t->m, sizeof(t->m));
		keccak_squeeze(&t->drawn, t->out, a->ct_len);
		if (!agree(t, t->seed, t->m) ||
		    get_secret(t->initiator, t->out, a->ct_len, t->theirs))
			return false;
		keccak_absorb(&t->hash, t->ek, a->ek_len);
		keccak_absorb(&t->hash, t->ct, a->ct_len);
		keccak_absorb(&t->hash, t->ours, MLKEM_SECRET_LEN);
		keccak_absorb(&t->hash, t->theirs, MLKEM_SECRET_LEN);
	}
	keccak_finish(&t->hash, SHAKE_SUFFIX);
	keccak_squeeze(&t->hash, digest, sizeof(digest));
	return !memcmp(digest, a->accumulated, sizeof(digest));
}

static bool fresh_randomness(struct test *t)
{
	const struct algorithm *a = t->a;
	u8 ct[8];

	if (!agree(t, NULL, NULL))
		return false;
	memcpy(t->out, t->ek, a->ek_len);
	memcpy(ct, t->ct, sizeof(ct));
	if (!agree(t, NULL, NULL) || !memcmp(t->out, t->ek, a->ek_len))
		return false;

	/* The same key, another message: another ciphertext. */
	memcpy(ct, t->ct, sizeof(ct));
	return !get_ct(t, t->ek, a->ek_len, t->ct) &&
	       memcmp(ct, t->ct, sizeof(ct)) &&
	       !get_secret(t->responder, NULL, 0, t->theirs);
}

static bool secret_lengths(struct test *t)
{
	for (unsigned int len = 1; len < ROOM; len++) {
		if (len == MLKEM_SEED_LEN || len == MLKEM_MESSAGE_LEN)
			continue;
		if (crypto_kpp_set_secret(t->initiator, t->seed,
					  MLKEM_SEED_LEN) ||
		    crypto_kpp_set_secret(t->initiator, t->out, len) != -EINVAL)
			return false;
		/* The earlier key pair is gone. */
		if (get_ek(t, t->ek) != -ENOKEY)
			return false;
	}
	return true;
}

static bool call_order(struct test *t)
{
	const struct algorithm *a = t->a;

	if (get_ek(t, t->out) != -ENOKEY ||
	    get_secret(t->initiator, t->ct, a->ct_len, t->ours) != -ENOKEY ||
	    get_secret(t->initiator, NULL, 0, t->ours) != -ENOKEY)
		return false;
	if (!agree(t, t->seed, t->m))
		return false;

	/* The responder's secret was taken. */
	if (get_secret(t->responder, NULL, 0, t->theirs) != -ENOKEY)
		return false;
	/* While one waits to be taken there is no other. */
	if (get_ct(t, t->ek, a->ek_len, t->ct) ||
	    get_ct(t, t->ek, a->ek_len, t->out) != -EBUSY ||
	    get_secret(t->responder, NULL, 0, t->theirs) ||
	    get_secret(t->initiator, t->ct, a->ct_len, t->ours) ||
	    memcmp(t->ours, t->theirs, MLKEM_SECRET_LEN))
		return false;
	/* An initiator is no responder. */
	swap(t->initiator, t->responder);
	return get_ct(t, t->ek, a->ek_len, t->out) == -EINVAL &&
	       get_secret(t->responder, NULL, 0, t->ours) == -ENOKEY;
}

static bool bad_ek(struct test *t)
{
	const struct algorithm *a = t->a;

	if (crypto_kpp_set_secret(t->initiator, t->seed, MLKEM_SEED_LEN) ||
	    crypto_kpp_set_secret(t->responder, t->m, MLKEM_MESSAGE_LEN) ||
	    get_ek(t, t->ek))
		return false;
	for (unsigned int len = 0; len < ROOM; len++) {
		if (len != a->ek_len && get_ct(t, t->ek, len, t->ct) != -EINVAL)
			return false;
	}

	/* Coefficients 0 and 1, then the last two, become q. */
	for (unsigned int at = 0; at < a->ek_len; at += a->ek_len - 32 - 3) {
		memcpy(t->out, t->ek, a->ek_len);
		t->out[at] = 0x01;
		t->out[at + 1] = (t->out[at + 1] & 0xf0) | 0x0d;
		if (get_ct(t, t->out, a->ek_len, t->ct) != -EKEYREJECTED)
			return false;
		memcpy(t->out, t->ek, a->ek_len);
		t->out[at + 1] = (t->out[at + 1] & 0x0f) | 0x10;
		t->out[at + 2] = 0xd0;
		if (get_ct(t, t->out, a->ek_len, t->ct) != -EKEYREJECTED)
			return false;
	}

	/* None of these has used up the message. */
	return !get_ct(t, t->ek, a->ek_len, t->ct) &&
	       !get_secret(t->responder, NULL, 0, t->theirs) &&
	       !get_secret(t->initiator, t->ct, a->ct_len, t->ours) &&
	       !memcmp(t->ours, t->theirs, MLKEM_SECRET_LEN);
}

static bool bad_ct(struct test *t)
{
	const struct algorithm *a = t->a;

	if (!agree(t, t->seed, t->m))
		return false;
	for (unsigned int len = 0; len < ROOM; len++) {
		if (len != a->ct_len &&
		    get_secret(t->initiator, t->ct, len, t->ours) != -EINVAL)
			return false;
	}

	/* Implicit rejection: another secret, the same each time. */
	t->ct[a->ct_len - 1] ^= 0x80;
	return !get_secret(t->initiator, t->ct, a->ct_len, t->ours) &&
	       memcmp(t->ours, t->theirs, MLKEM_SECRET_LEN) &&
	       !get_secret(t->initiator, t->ct, a->ct_len, t->theirs) &&
	       !memcmp(t->ours, t->theirs, MLKEM_SECRET_LEN);
}

/* Whether an output of @needed octets is refused to one octet less room */
static bool refuses_less(int (*call)(struct crypto_kpp *tfm, const u8 *in,
				     unsigned int in_len, u8 *out,
				     unsigned int *out_len),
			 struct crypto_kpp *tfm, const u8 *in,
			 unsigned int in_len, u8 out[ROOM], unsigned int needed)
{
	unsigned int len = needed - 1;

	memset(out, 0xa5, ROOM);
	if (call(tfm, in, in_len, out, &len) != -EOVERFLOW || len != needed)
		return false;
	for (unsigned int i = 0; i < ROOM; i++) {
		if (out[i] != 0xa5)
			return false;
	}

	/* More room is fine, and tells what was used of it. */
	len = ROOM;
	return !call(tfm, in, in_len, out, &len) && len == needed &&
	       out[needed] == 0xa5;
}

static bool little_room(struct test *t)
{
	const struct algorithm *a = t->a;

	if (!agree(t, t->seed, t->m))
		return false;
	return refuses_less(public_key, t->initiator, NULL, 0, t->out,
			    a->ek_len) &&
	       refuses_less(public_key, t->responder, t->ek, a->ek_len, t->out,
			    a->ct_len) &&
	       refuses_less(shared_secret, t->responder, NULL, 0, t->out,
			    MLKEM_SECRET_LEN) &&
	       refuses_less(shared_secret, t->initiator, t->ct, a->ct_len,
			    t->out, MLKEM_SECRET_LEN);
}

static bool max_size(struct test *t)
{
	const struct algorithm *a = t->a;

	return crypto_kpp_maxsize(t->initiator) == max(a->ek_len, a->ct_len);
}

static const struct {
	const char *name;
	bool (*run)(struct test *t);
} cases[] = {
	{ "accumulated hash of 100 runs", accumulated },
	{ "fresh randomness", fresh_randomness },
	{ "lengths of secrets", secret_lengths },
	{ "order of calls", call_order },
	{ "bad encapsulation keys", bad_ek },
	{ "bad ciphertexts", bad_ct },
	{ "little room for output", little_room },
	{ "maximum size", max_size },
};

static bool run_case(struct test *t, bool (*run)(struct test *t))
{
	bool passed = false;

	t->initiator = crypto_alloc_kpp(t->a->name, 0, 0);
	if (IS_ERR(t->initiator))
		return false;
	t->responder = crypto_alloc_kpp(t->a->name, 0, 0);
	if (!IS_ERR(t->responder)) {
		passed = run(t);
		crypto_free_kpp(t->responder);
	}
	crypto_free_kpp(t->initiator);
	return passed;
}

static bool run_anew(const struct algorithm *a, bool (*run)(struct test *t))
{
	struct test *t = kzalloc(sizeof(*t), GFP_KERNEL);
	bool passed;

	if (!t)
		return false;
	t->a = a;
	passed = run_case(t, run);
	kfree_sensitive(t);
	return passed;
}

bool kpp_accumulated(const char *algorithm)
{
	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
		if (!strcmp(algorithms[i].name, algorithm))
			return run_anew(&algorithms[i], accumulated);
	}
	return false;
}

void kpp_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(cases); j++)
			report(run_anew(&algorithms[i], cases[j].run),
			       algorithms[i].name, cases[j].name);
	}
}
