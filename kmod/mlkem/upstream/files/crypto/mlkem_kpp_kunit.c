// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for ML-KEM in the crypto API
 */
#include <crypto/kpp.h>
#include <crypto/mlkem.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

static const struct mlkem_params *const sets[] = { &mlkem512, &mlkem768, &mlkem1024 };

static void set_name(const struct mlkem_params *const *p, char *desc)
{
	strscpy(desc, (*p)->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mlkem_sets, sets, set_name);

struct kpp_test {
	const struct mlkem_params *p;
	struct crypto_kpp *initiator;
	struct crypto_kpp *responder;
	u8 seed[MLKEM_SEED_LEN];
	u8 m[MLKEM_MESSAGE_LEN];
	u8 ek[MLKEM_MAX_EK_LEN];
	u8 dk[MLKEM_MAX_DK_LEN];
	u8 ct[MLKEM_MAX_CT_LEN];
	u8 secret[MLKEM_SECRET_LEN];
	u8 in[MLKEM_MAX_EK_LEN + 1];
	u8 out[MLKEM_MAX_EK_LEN];
};

static void free_tfm(void *tfm)
{
	crypto_free_kpp(tfm);
}

static struct crypto_kpp *alloc_tfm(struct kunit *test, const char *name)
{
	struct crypto_kpp *tfm = crypto_alloc_kpp(name, 0, 0);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tfm);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_tfm, tfm));
	return tfm;
}

/* Two tfms, and what the library has for a seed and a message */
static struct kpp_test *begin(struct kunit *test)
{
	const struct mlkem_params *const *p = test->param_value;
	struct kpp_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->p = *p;
	t->initiator = alloc_tfm(test, t->p->name);
	t->responder = alloc_tfm(test, t->p->name);
	memset(t->seed, 1, sizeof(t->seed));
	memset(t->m, 2, sizeof(t->m));
	KUNIT_ASSERT_EQ(test, 0, mlkem_keygen_derand(t->p, t->seed, t->ek, t->dk));
	KUNIT_ASSERT_EQ(test, 0, mlkem_encaps_derand(t->p, t->ek, t->p->ek_len, t->m,
						     t->ct, t->secret));
	return t;
}

/*
 * call() - one request, with an input of @in_len octets, or none if that is 0
 *
 * Return: what @operation returns; the output is in t->out, its length in *@out_len.
 */
static int call(struct kunit *test, struct kpp_test *t, struct crypto_kpp *tfm,
		int (*operation)(struct kpp_request *req), const u8 *in,
		unsigned int in_len, unsigned int *out_len)
{
	struct kpp_request *req = kpp_request_alloc(tfm, GFP_KERNEL);
	struct scatterlist src, dst;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, req);
	memset(t->out, 0, sizeof(t->out));
	if (in_len)
		memcpy(t->in, in, in_len);
	sg_init_one(&src, t->in, in_len);
	sg_init_one(&dst, t->out, *out_len);
	kpp_request_set_input(req, in_len ? &src : NULL, in_len);
	kpp_request_set_output(req, &dst, *out_len);
	err = operation(req);
	*out_len = req->dst_len;
	kpp_request_free(req);
	if (err)
		KUNIT_EXPECT_PTR_EQ(test, NULL, memchr_inv(t->out, 0, sizeof(t->out)));
	return err;
}

static int public_key(struct kunit *test, struct kpp_test *t, struct crypto_kpp *tfm,
		      const u8 *in, unsigned int in_len)
{
	unsigned int len = in_len ? t->p->ct_len : t->p->ek_len;

	return call(test, t, tfm, crypto_kpp_generate_public_key, in, in_len, &len);
}

static int shared_secret(struct kunit *test, struct kpp_test *t, struct crypto_kpp *tfm,
			 const u8 *in, unsigned int in_len)
{
	unsigned int len = MLKEM_SECRET_LEN;

	return call(test, t, tfm, crypto_kpp_compute_shared_secret, in, in_len, &len);
}

static void test_exchange(struct kunit *test)
{
	struct kpp_test *t = begin(test);
	const struct mlkem_params *p = t->p;

	KUNIT_EXPECT_EQ(test, crypto_kpp_maxsize(t->initiator),
			max(p->ek_len, p->ct_len));

	KUNIT_ASSERT_EQ(test, 0, crypto_kpp_set_secret(t->initiator, t->seed,
						       sizeof(t->seed)));
	KUNIT_ASSERT_EQ(test, 0, public_key(test, t, t->initiator, NULL, 0));
	KUNIT_EXPECT_MEMEQ(test, t->out, t->ek, p->ek_len);

	KUNIT_ASSERT_EQ(test, 0, crypto_kpp_set_secret(t->responder, t->m,
						       sizeof(t->m)));
	KUNIT_ASSERT_EQ(test, 0, public_key(test, t, t->responder, t->ek, p->ek_len));
	KUNIT_EXPECT_MEMEQ(test, t->out, t->ct, p->ct_len);
	KUNIT_ASSERT_EQ(test, 0, shared_secret(test, t, t->responder, NULL, 0));
	KUNIT_EXPECT_MEMEQ(test, t->out, t->secret, MLKEM_SECRET_LEN);

	KUNIT_ASSERT_EQ(test, 0, shared_secret(test, t, t->initiator, t->ct, p->ct_len));
	KUNIT_EXPECT_MEMEQ(test, t->out, t->secret, MLKEM_SECRET_LEN);
}

/* With fresh randomness on both sides, twice */
static void test_random_exchange(struct kunit *test)
{
	struct kpp_test *t = begin(test);
	const struct mlkem_params *p = t->p;
	u8 last[MLKEM_SECRET_LEN] = {};

	for (int i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(test, 0, crypto_kpp_set_secret(t->initiator, NULL, 0));
		KUNIT_ASSERT_EQ(test, 0, public_key(test, t, t->initiator, NULL, 0));
		memcpy(t->ek, t->out, p->ek_len);
		KUNIT_ASSERT_EQ(test, 0, public_key(test, t, t->responder, t->ek,
						    p->ek_len));
		memcpy(t->ct, t->out, p->ct_len);
		KUNIT_ASSERT_EQ(test, 0, shared_secret(test, t, t->responder, NULL, 0));
		memcpy(t->secret, t->out, sizeof(t->secret));
		KUNIT_ASSERT_EQ(test, 0, shared_secret(test, t, t->initiator, t->ct,
						       p->ct_len));
		KUNIT_EXPECT_MEMEQ(test, t->out, t->secret, MLKEM_SECRET_LEN);
		KUNIT_EXPECT_MEMNEQ(test, t->out, last, MLKEM_SECRET_LEN);
		memcpy(last, t->out, sizeof(last));
	}
}

static void test_order(struct kunit *test)
{
	struct kpp_test *t = begin(test);
	const struct mlkem_params *p = t->p;

	/* Nothing is set yet. */
	KUNIT_EXPECT_EQ(test, -ENOKEY, public_key(test, t, t->initiator, NULL, 0));
	KUNIT_EXPECT_EQ(test, -ENOKEY, shared_secret(test, t, t->initiator, t->ct,
						     p->ct_len));
	KUNIT_EXPECT_EQ(test, -ENOKEY, shared_secret(test, t, t->responder, NULL, 0));

	/* A key pair is no responder's. */
	KUNIT_ASSERT_EQ(test, 0, crypto_kpp_set_secret(t->initiator, NULL, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, public_key(test, t, t->initiator, t->ek,
						  p->ek_len));

	/* The responder's secret is taken once, before another ek. */
	KUNIT_ASSERT_EQ(test, 0, public_key(test, t, t->responder, t->ek, p->ek_len));
	KUNIT_EXPECT_EQ(test, -EBUSY, public_key(test, t, t->responder, t->ek,
						 p->ek_len));
	KUNIT_EXPECT_EQ(test, 0, shared_secret(test, t, t->responder, NULL, 0));
	KUNIT_EXPECT_EQ(test, -ENOKEY, shared_secret(test, t, t->responder, NULL, 0));
	KUNIT_EXPECT_EQ(test, 0, public_key(test, t, t->responder, t->ek, p->ek_len));
}

static void test_bad_input(struct kunit *test)
{
	struct kpp_test *t = begin(test);
	const struct mlkem_params *p = t->p;
	unsigned int len;

	for (len = 1; len < MLKEM_SEED_LEN; len += 62)
		KUNIT_EXPECT_EQ(test, -EINVAL, crypto_kpp_set_secret(t->initiator, t->seed,
								     len));
	KUNIT_ASSERT_EQ(test, 0, crypto_kpp_set_secret(t->initiator, t->seed,
						       sizeof(t->seed)));
	KUNIT_EXPECT_EQ(test, -EINVAL, shared_secret(test, t, t->initiator, t->ct,
						     p->ct_len - 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, public_key(test, t, t->responder, t->ek,
						  p->ek_len - 1));

	/* The octets that are needed, when there is no room for them */
	len = p->ek_len - 1;
	KUNIT_EXPECT_EQ(test, -EOVERFLOW, call(test, t, t->initiator,
					       crypto_kpp_generate_public_key, NULL, 0,
					       &len));
	KUNIT_EXPECT_EQ(test, len, p->ek_len);

	/* A coefficient of q or more */
	t->ek[0] = 0xff;
	t->ek[1] = 0xff;
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, public_key(test, t, t->responder, t->ek,
							p->ek_len));

	/* What a peer does wrong discards nothing. */
	KUNIT_EXPECT_EQ(test, 0, shared_secret(test, t, t->initiator, t->ct, p->ct_len));
	KUNIT_EXPECT_MEMEQ(test, t->out, t->secret, MLKEM_SECRET_LEN);
}

static struct kunit_case mlkem_kpp_kunit_cases[] = {
	KUNIT_CASE_PARAM(test_exchange, mlkem_sets_gen_params),
	KUNIT_CASE_PARAM(test_random_exchange, mlkem_sets_gen_params),
	KUNIT_CASE_PARAM(test_order, mlkem_sets_gen_params),
	KUNIT_CASE_PARAM(test_bad_input, mlkem_sets_gen_params),
	{}
};

static struct kunit_suite mlkem_kpp_kunit_suite = {
	.name = "mlkem_kpp",
	.test_cases = mlkem_kpp_kunit_cases,
};

kunit_test_suite(mlkem_kpp_kunit_suite);

MODULE_DESCRIPTION("KUnit tests for ML-KEM in the crypto API");
MODULE_LICENSE("GPL");
