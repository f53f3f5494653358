// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests and benchmark for ML-KEM
 */
#include <crypto/mlkem.h>
#include <crypto/sha3.h>
#include <kunit/test.h>
#include <linux/random.h>

#include "../mlkem/impl.h"
#include "mlkem-testvecs.h"

#define SETS		ARRAY_SIZE(known_answers)
#define MAX_IMPLS	8

/* What the sizes of outputs are seen to be respected by, and inputs to be refused */
#define UNTOUCHED	0xa5

/*
 * C2SP CCTV: seeds, messages and ciphertexts that are drawn from SHAKE128 of nothing;
 * SHAKE128 of ek, ct, K and the K of the drawn ciphertext, of 100 runs.  That of
 * ML-KEM-768 is in the tests of Go's crypto/mlkem; the others were written down by
 * implementations of others.
 */
static const u8 accumulated[SETS][32] = {
	{
		0x86, 0xb1, 0xb4, 0x70, 0x3b, 0x8f, 0xfe, 0xf6,
		0xf7, 0xf3, 0x29, 0x0c, 0x6d, 0xbc, 0xe4, 0xad,
		0x95, 0x44, 0x98, 0xa0, 0x67, 0x3d, 0xed, 0x40,
		0x1a, 0x94, 0x82, 0x8e, 0x8c, 0x51, 0x9a, 0x59,
	}, {
		0x11, 0x14, 0xb1, 0xb6, 0x69, 0x9e, 0xd1, 0x91,
		0x73, 0x4f, 0xa3, 0x39, 0x37, 0x6a, 0xfa, 0x7e,
		0x28, 0x5c, 0x9e, 0x6a, 0xcf, 0x6f, 0xf0, 0x17,
		0x7d, 0x34, 0x66, 0x96, 0xce, 0x56, 0x44, 0x15,
	}, {
		0x80, 0x00, 0x18, 0xfe, 0xc3, 0xe2, 0x72, 0x3f,
		0x73, 0xf1, 0xd6, 0x57, 0xfe, 0x23, 0x9b, 0x4d,
		0x5d, 0x87, 0x82, 0xef, 0xaa, 0xde, 0x29, 0x7e,
		0x8c, 0xd4, 0x48, 0xe5, 0x4c, 0xc2, 0xac, 0x00,
	},
};

/* A test of one parameter set with one implementation */
struct mlkem_case {
	const char *impl;
	unsigned int set;
	char name[32];
};

static struct mlkem_case cases[MAX_IMPLS * SETS];

/* What a test computes, from @seed and @m on */
struct mlkem_run {
	const struct mlkem_params *p;
	const struct known_answer *answer;
	u8 seed[MLKEM_SEED_LEN];
	u8 m[MLKEM_MESSAGE_LEN];
	u8 ek[MLKEM_MAX_EK_LEN + 1];
	u8 dk[MLKEM_MAX_DK_LEN + 1];
	u8 ct[MLKEM_MAX_CT_LEN + 1];
	u8 other_ct[MLKEM_MAX_CT_LEN];
	u8 other_ek[MLKEM_MAX_EK_LEN];
	u8 sent[MLKEM_SECRET_LEN + 1];
	u8 received[MLKEM_SECRET_LEN + 1];
	u8 rejected[MLKEM_SECRET_LEN + 1];
};

static int mlkem_suite_init(struct kunit_suite *suite)
{
	struct mlkem_case *c = cases;

	for (int i = 0; mlkem_impls[i]; i++) {
		if (i == MAX_IMPLS)
			return -E2BIG;
		for (int set = 0; set < SETS; set++, c++) {
			c->impl = mlkem_impls[i]->name;
			c->set = set;
			snprintf(c->name, sizeof(c->name), "%s %s",
				 known_answers[set].params->name, c->impl);
		}
	}
	return 0;
}

static const void *next_case(struct kunit *test, const void *prev, char *desc)
{
	const struct mlkem_case *c = prev ? (const struct mlkem_case *)prev + 1 : cases;

	if (c == cases + ARRAY_SIZE(cases) || !c->impl)
		return NULL;
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
	return c;
}

/* The case's implementation is used from here on, if this CPU can run it. */
static struct mlkem_run *begin(struct kunit *test)
{
	const struct mlkem_case *c = test->param_value;
	struct mlkem_run *r;

	if (mlkem_impl_select(c->impl))
		kunit_skip(test, "this CPU cannot run it");
	r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, r);
	memset(r, UNTOUCHED, sizeof(*r));
	r->answer = &known_answers[c->set];
	r->p = r->answer->params;
	for (int i = 0; i < MLKEM_SEED_LEN; i++)
		r->seed[i] = i;
	for (int i = 0; i < MLKEM_MESSAGE_LEN; i++)
		r->m[i] = MLKEM_SEED_LEN + i;
	return r;
}

static void mlkem_test_exit(struct kunit *test)
{
	mlkem_impl_select(NULL);
}

/* A key pair of @seed, and a ciphertext of @m */
static void agree(struct kunit *test, struct mlkem_run *r)
{
	const struct mlkem_params *p = r->p;

	KUNIT_ASSERT_EQ(test, 0, mlkem_keygen_derand(p, r->seed, r->ek, r->dk));
	KUNIT_ASSERT_EQ(test, 0, mlkem_encaps_derand(p, r->ek, p->ek_len, r->m,
						     r->ct, r->sent));
}

static int decaps(struct mlkem_run *r, const u8 *ct, u8 *ss)
{
	return mlkem_decaps(r->p, r->dk, r->p->dk_len, ct, r->p->ct_len, ss);
}

static void expect_hash(struct kunit *test, const u8 *data, size_t len,
			const u8 *expected)
{
	u8 hash[SHA3_256_DIGEST_SIZE];

	sha3_256(data, len, hash);
	KUNIT_EXPECT_MEMEQ(test, hash, expected, sizeof(hash));
}

static void test_mlkem_known_answers(struct kunit *test)
{
	struct mlkem_run *r = begin(test);
	const struct known_answer *a = r->answer;
	const struct mlkem_params *p = r->p;

	agree(test, r);
	expect_hash(test, r->ek, p->ek_len, a->ek_hash);
	expect_hash(test, r->dk, p->dk_len, a->dk_hash);
	expect_hash(test, r->ct, p->ct_len, a->ct_hash);
	KUNIT_EXPECT_MEMEQ(test, r->sent, a->secret, MLKEM_SECRET_LEN);

	KUNIT_ASSERT_EQ(test, 0, decaps(r, r->ct, r->received));
	KUNIT_EXPECT_MEMEQ(test, r->received, a->secret, MLKEM_SECRET_LEN);

	r->ct[0] ^= 1;
	KUNIT_ASSERT_EQ(test, 0, decaps(r, r->ct, r->rejected));
	KUNIT_EXPECT_MEMEQ(test, r->rejected, a->rejected, MLKEM_SECRET_LEN);

	/* Nothing is written beyond the lengths of outputs. */
	KUNIT_EXPECT_EQ(test, r->ek[p->ek_len], UNTOUCHED);
	KUNIT_EXPECT_EQ(test, r->dk[p->dk_len], UNTOUCHED);
	KUNIT_EXPECT_EQ(test, r->ct[p->ct_len], UNTOUCHED);
	KUNIT_EXPECT_EQ(test, r->sent[MLKEM_SECRET_LEN], UNTOUCHED);
	KUNIT_EXPECT_EQ(test, r->received[MLKEM_SECRET_LEN], UNTOUCHED);
}

static void test_mlkem_accumulated(struct kunit *test)
{
	const struct mlkem_case *c = test->param_value;
	struct mlkem_run *r = begin(test);
	const struct mlkem_params *p = r->p;
	struct shake_ctx drawn, hash;
	u8 digest[32];

	shake128_init(&drawn);
	shake128_init(&hash);
	for (int i = 0; i < 100; i++) {
		shake_squeeze(&drawn, r->seed, sizeof(r->seed));
		shake_squeeze(&drawn, r->m, sizeof(r->m));
		shake_squeeze(&drawn, r->other_ct, p->ct_len);

		agree(test, r);
		KUNIT_ASSERT_EQ(test, 0, decaps(r, r->ct, r->received));
		KUNIT_ASSERT_MEMEQ(test, r->sent, r->received, MLKEM_SECRET_LEN);
		KUNIT_ASSERT_EQ(test, 0, decaps(r, r->other_ct, r->rejected));

		shake_update(&hash, r->ek, p->ek_len);
		shake_update(&hash, r->ct, p->ct_len);
		shake_update(&hash, r->received, MLKEM_SECRET_LEN);
		shake_update(&hash, r->rejected, MLKEM_SECRET_LEN);
	}
	shake_squeeze(&hash, digest, sizeof(digest));
	KUNIT_EXPECT_MEMEQ(test, digest, accumulated[c->set], sizeof(digest));
}

static void test_mlkem_ephemeral(struct kunit *test)
{
	struct mlkem_run *r = begin(test);
	const struct mlkem_params *p = r->p;
	struct mlkem_ephemeral *e;

	agree(test, r);
	e = mlkem_ephemeral_keygen_derand(p, r->seed, r->other_ek);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, e);
	KUNIT_EXPECT_MEMEQ(test, r->other_ek, r->ek, p->ek_len);

	KUNIT_EXPECT_EQ(test, 0, mlkem_ephemeral_decaps(e, r->ct, p->ct_len,
							r->received));
	KUNIT_EXPECT_MEMEQ(test, r->received, r->sent, MLKEM_SECRET_LEN);

	r->ct[0] ^= 1;
	KUNIT_EXPECT_EQ(test, 0, mlkem_ephemeral_decaps(e, r->ct, p->ct_len,
							r->rejected));
	KUNIT_EXPECT_MEMEQ(test, r->rejected, r->answer->rejected,
			   MLKEM_SECRET_LEN);

	memset(r->rejected, UNTOUCHED, sizeof(r->rejected));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			mlkem_ephemeral_decaps(e, r->ct, p->ct_len - 1, r->rejected));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			mlkem_ephemeral_decaps(e, r->ct, p->ct_len + 1, r->rejected));
	KUNIT_EXPECT_PTR_EQ(test, NULL,
			    memchr_inv(r->rejected, UNTOUCHED, sizeof(r->rejected)));
	mlkem_ephemeral_free(e);
	mlkem_ephemeral_free(NULL);
}

/* Encapsulation to @ek of @len octets fails with @err and writes nothing. */
static void expect_ek_refused(struct kunit *test, struct mlkem_run *r, size_t len,
			      int err)
{
	KUNIT_EXPECT_EQ(test, err, mlkem_check_ek(r->p, r->ek, len));
	KUNIT_EXPECT_EQ(test, err, mlkem_encaps_derand(r->p, r->ek, len, r->m,
						       r->other_ct, r->rejected));
	KUNIT_EXPECT_EQ(test, err, mlkem_encaps(r->p, r->ek, len, r->other_ct,
						r->rejected));
	KUNIT_EXPECT_PTR_EQ(test, NULL,
			    memchr_inv(r->other_ct, UNTOUCHED, sizeof(r->other_ct)));
	KUNIT_EXPECT_PTR_EQ(test, NULL,
			    memchr_inv(r->rejected, UNTOUCHED, sizeof(r->rejected)));
}

static void expect_dk_refused(struct kunit *test, struct mlkem_run *r, size_t len,
			      int err)
{
	KUNIT_EXPECT_EQ(test, err, mlkem_check_dk(r->p, r->dk, len));
	KUNIT_EXPECT_EQ(test, err, mlkem_decaps(r->p, r->dk, len, r->ct,
						r->p->ct_len, r->rejected));
	KUNIT_EXPECT_PTR_EQ(test, NULL,
			    memchr_inv(r->rejected, UNTOUCHED, sizeof(r->rejected)));
}

static void test_mlkem_lengths(struct kunit *test)
{
	struct mlkem_run *r = begin(test);
	const struct mlkem_params *p = r->p;

	agree(test, r);
	KUNIT_EXPECT_EQ(test, 0, mlkem_check_ek(p, r->ek, p->ek_len));
	KUNIT_EXPECT_EQ(test, 0, mlkem_check_dk(p, r->dk, p->dk_len));
	expect_ek_refused(test, r, 0, -EINVAL);
	expect_ek_refused(test, r, p->ek_len - 1, -EINVAL);
	expect_ek_refused(test, r, p->ek_len + 1, -EINVAL);
	expect_dk_refused(test, r, 0, -EINVAL);
	expect_dk_refused(test, r, p->dk_len - 1, -EINVAL);
	expect_dk_refused(test, r, p->dk_len + 1, -EINVAL);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			mlkem_decaps(p, r->dk, p->dk_len, r->ct, p->ct_len - 1,
				     r->rejected));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			mlkem_decaps(p, r->dk, p->dk_len, r->ct, p->ct_len + 1,
				     r->rejected));
	KUNIT_EXPECT_PTR_EQ(test, NULL,
			    memchr_inv(r->rejected, UNTOUCHED, sizeof(r->rejected)));
}

static unsigned int coefficient(const u8 *ek, unsigned int i)
{
	const u8 *pair = ek + i / 2 * 3;

	return i % 2 ? pair[1] >> 4 | pair[2] << 4 : pair[0] | (pair[1] & 0xf) << 8;
}

static void set_coefficient(u8 *ek, unsigned int i, unsigned int c)
{
	u8 *pair = ek + i / 2 * 3;

	if (i % 2) {
		pair[1] = (pair[1] & 0x0f) | c << 4;
		pair[2] = c >> 4;
	} else {
		pair[0] = c;
		pair[1] = (pair[1] & 0xf0) | c >> 8;
	}
}

/* FIPS 203, section 7.2 */
static void test_mlkem_unreduced_ek(struct kunit *test)
{
	struct mlkem_run *r = begin(test);
	const struct mlkem_params *p = r->p;

	agree(test, r);
	for (unsigned int i = 0; i < p->k * MLKEM_N; i++) {
		const unsigned int c = coefficient(r->ek, i);

		set_coefficient(r->ek, i, MLKEM_Q - 1);
		KUNIT_ASSERT_EQ(test, 0, mlkem_check_ek(p, r->ek, p->ek_len));
		set_coefficient(r->ek, i, i % 3 ? MLKEM_Q : 0xfff);
		expect_ek_refused(test, r, p->ek_len, -EKEYREJECTED);
		set_coefficient(r->ek, i, c);
	}
	KUNIT_EXPECT_EQ(test, 0, mlkem_check_ek(p, r->ek, p->ek_len));
}

/* FIPS 203, section 7.3: the hash of ek in dk */
static void test_mlkem_inconsistent_dk(struct kunit *test)
{
	struct mlkem_run *r = begin(test);
	const struct mlkem_params *p = r->p;
	const size_t ek_at = p->dk_len - 64 - p->ek_len;
	const size_t hash_at = p->dk_len - 64;

	agree(test, r);
	for (size_t i = ek_at; i < hash_at + SHA3_256_DIGEST_SIZE; i += 31) {
		r->dk[i] ^= 0x10;
		expect_dk_refused(test, r, p->dk_len, -EKEYREJECTED);
		r->dk[i] ^= 0x10;
	}
	KUNIT_EXPECT_EQ(test, 0, decaps(r, r->ct, r->received));
	KUNIT_EXPECT_MEMEQ(test, r->received, r->sent, MLKEM_SECRET_LEN);
}

static void test_mlkem_random(struct kunit *test)
{
	struct mlkem_run *r = begin(test);
	const struct mlkem_params *p = r->p;

	for (int i = 0; i < 20; i++) {
		const size_t at = get_random_u32_below(p->ct_len);
		const u8 bit = 1 << get_random_u32_below(8);

		KUNIT_ASSERT_EQ(test, 0, mlkem_keygen(p, r->ek, r->dk));
		KUNIT_ASSERT_EQ(test, 0, mlkem_encaps(p, r->ek, p->ek_len, r->ct,
						      r->sent));
		KUNIT_ASSERT_EQ(test, 0, decaps(r, r->ct, r->received));
		KUNIT_ASSERT_MEMEQ(test, r->sent, r->received, MLKEM_SECRET_LEN);

		/* Two ciphertexts that are refused have no secret in common. */
		r->ct[at] ^= bit;
		KUNIT_ASSERT_EQ(test, 0, decaps(r, r->ct, r->received));
		KUNIT_ASSERT_MEMNEQ(test, r->sent, r->received, MLKEM_SECRET_LEN);
		r->ct[(at + 1) % p->ct_len] ^= bit;
		KUNIT_ASSERT_EQ(test, 0, decaps(r, r->ct, r->rejected));
		KUNIT_ASSERT_MEMNEQ(test, r->rejected, r->received, MLKEM_SECRET_LEN);
	}
}

static void benchmark_mlkem(struct kunit *test)
{
	const int niter = 500;
	struct mlkem_run *r;
	u64 keygen = 0, encaps = 0, decapsulation = 0;

	if (!IS_ENABLED(CONFIG_CRYPTO_LIB_BENCHMARK))
		kunit_skip(test, "not enabled");

	r = begin(test);
	for (int i = -niter / 10; i < niter; i++) {
		u64 t0, t1, t2, t3;

		r->seed[0] = i;
		r->m[0] = i;
		t0 = ktime_get_ns();
		mlkem_keygen_derand(r->p, r->seed, r->ek, r->dk);
		t1 = ktime_get_ns();
		mlkem_encaps_derand(r->p, r->ek, r->p->ek_len, r->m, r->ct, r->sent);
		t2 = ktime_get_ns();
		decaps(r, r->ct, r->received);
		t3 = ktime_get_ns();
		if (i < 0)
			continue;
		keygen += t1 - t0;
		encaps += t2 - t1;
		decapsulation += t3 - t2;
	}
	kunit_info(test, "ns: key generation %llu, encapsulation %llu, decapsulation %llu",
		   div64_u64(keygen, niter), div64_u64(encaps, niter),
		   div64_u64(decapsulation, niter));
}

static struct kunit_case mlkem_kunit_cases[] = {
	KUNIT_CASE_PARAM(test_mlkem_known_answers, next_case),
	KUNIT_CASE_PARAM(test_mlkem_accumulated, next_case),
	KUNIT_CASE_PARAM(test_mlkem_ephemeral, next_case),
	KUNIT_CASE_PARAM(test_mlkem_lengths, next_case),
	KUNIT_CASE_PARAM(test_mlkem_unreduced_ek, next_case),
	KUNIT_CASE_PARAM(test_mlkem_inconsistent_dk, next_case),
	KUNIT_CASE_PARAM(test_mlkem_random, next_case),
	KUNIT_CASE_PARAM(benchmark_mlkem, next_case),
	{}
};

static struct kunit_suite mlkem_kunit_suite = {
	.name = "mlkem",
	.suite_init = mlkem_suite_init,
	.exit = mlkem_test_exit,
	.test_cases = mlkem_kunit_cases,
};

kunit_test_suite(mlkem_kunit_suite);

MODULE_DESCRIPTION("KUnit tests and benchmark for ML-KEM");
MODULE_IMPORT_NS("EXPORTED_FOR_KUNIT_TESTING");
MODULE_LICENSE("GPL");
