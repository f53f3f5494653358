// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of kpp in any order, with any lengths, beside a model of what kpp.c
 * says they do: the errors, what is written, and that a secret is only had from
 * what was set.
 */
#include <crypto/kpp.h>
#include <errno.h>
#include <linux/err.h>
#include <sys/random.h>

#include "../../kmod/mlkem/kpp.h"
#include "mlkem_keys.h"
#include "patch.h"

#define CALLS_MAX	12

enum state {
	EMPTY,
	KEY_PAIR,
	MESSAGE_SET,
	SHARED,
};

struct model {
	const struct mlkem_params *p;
	enum state state;
	u8 ek[MLKEM_MAX_EK_LEN];
	u8 dk[MLKEM_MAX_DK_LEN];
	u8 m[MLKEM_MESSAGE_LEN];
	u8 ss[MLKEM_SECRET_LEN];
};

/* A request: lengths as it states them, and of the memory that is behind it */
struct call {
	u8 *in;		/* NULL: no input */
	size_t in_len;
	size_t src_len;
	u8 *out;
	size_t out_len;
	size_t dst_len;
};

/* What a call must give */
struct right {
	int err;
	size_t len;	/* octets written, or needed */
	u8 out[MLKEM_MAX_CT_LEN];
};

/* The kernel's randomness, which is as the input says */
static u8 random_octet;
static bool random_fails;

ssize_t __wrap_getrandom(void *buf, size_t len, unsigned int flags);

ssize_t __wrap_getrandom(void *buf, size_t len, unsigned int flags)
{
	(void)flags;
	if (random_fails)
		return -1;
	memset(buf, random_octet, len);
	return (ssize_t)len;
}

static void draw_randomness(struct draw *in)
{
	random_octet = draw_u8(in);
	random_fails = random_octet % 8 == 7;
}

static void set_secret(struct draw *in, struct crypto_kpp *tfm,
		       struct model *model)
{
	static const unsigned int lengths[] = { 0, 32, 64, 31, 33, 63, 65, 4096 };
	unsigned int len = lengths[draw_u8(in) % 8];
	u8 octets[MLKEM_SEED_LEN];
	u8 *buf = malloc(len ? len : 1);
	int right = 0;

	memset(buf, draw_u8(in), len ? len : 1);
	draw_randomness(in);
	model->state = EMPTY;
	if (len == 32) {
		memcpy(model->m, buf, 32);
		model->state = MESSAGE_SET;
	} else if (len && len != 64) {
		right = -EINVAL;
	} else if (!len && random_fails) {
		right = -EIO;
	} else {
		memset(octets, len ? buf[0] : random_octet, sizeof(octets));
		require(!mlkem_keygen_derand(model->p, octets, model->ek,
					     model->dk));
		model->state = KEY_PAIR;
	}
	require(crypto_kpp_set_secret(tfm, len ? buf : NULL, len) == right);
	free(buf);
}

/* The order is kpp.c's: the output first, before anything is spent. */
static int check_lengths(const struct call *call, size_t in_len, size_t out_len)
{
	if (call->dst_len < out_len)
		return -EOVERFLOW;
	if (call->out_len < out_len)
		return -EINVAL;
	if (call->in && (call->src_len != in_len || call->in_len < in_len))
		return -EINVAL;
	return 0;
}

static int answer_ek(struct model *model, const struct call *call,
		     struct right *right)
{
	const struct mlkem_params *p = model->p;
	int err;

	if (model->state == KEY_PAIR)
		return -EINVAL;
	if (model->state == SHARED)
		return -EBUSY;
	right->len = p->ct_len;
	err = check_lengths(call, p->ek_len, p->ct_len);
	if (err)
		return err;
	if (model->state == EMPTY && random_fails)
		return -EIO;
	if (model->state == EMPTY)
		memset(model->m, random_octet, sizeof(model->m));
	err = right_check_ek(p, call->in, p->ek_len);
	if (err)
		return err;
	require(!mlkem_encaps_derand(p, call->in, p->ek_len, model->m,
				     right->out, model->ss));
	model->state = SHARED;
	return 0;
}

static int give_ek(struct model *model, const struct call *call,
		   struct right *right)
{
	if (model->state != KEY_PAIR)
		return -ENOKEY;
	right->len = model->p->ek_len;
	memcpy(right->out, model->ek, right->len);
	return check_lengths(call, 0, right->len);
}

static int decapsulate(struct model *model, const struct call *call,
		       struct right *right)
{
	const struct mlkem_params *p = model->p;
	int err;

	if (model->state != KEY_PAIR)
		return -ENOKEY;
	right->len = MLKEM_SECRET_LEN;
	err = check_lengths(call, p->ct_len, MLKEM_SECRET_LEN);
	if (err)
		return err;
	require(!mlkem_decaps(p, model->dk, p->dk_len, call->in, p->ct_len,
			      right->out));
	return 0;
}

static int take_secret(struct model *model, const struct call *call,
		       struct right *right)
{
	int err;

	if (model->state != SHARED)
		return -ENOKEY;
	right->len = MLKEM_SECRET_LEN;
	err = check_lengths(call, 0, MLKEM_SECRET_LEN);
	if (err)
		return err;
	memcpy(right->out, model->ss, MLKEM_SECRET_LEN);
	model->state = EMPTY;
	return 0;
}

/* Now and then another length than the right one; in memory, or only stated */
static size_t draw_length(struct draw *in, size_t len)
{
	u8 how = draw_u8(in);

	if (how < 192)
		return len;
	if (how < 224)
		return len + how % 32;
	return len < how % 32U ? 0 : len - how % 32;
}

static void draw_call(struct draw *in, const u8 *valid, size_t valid_len,
		      size_t out_len, struct call *call)
{
	*call = (struct call){ 0 };
	if (valid) {
		call->in = patched(in, valid, valid_len, &call->in_len);
		call->src_len = draw_length(in, call->in_len);
	}
	call->dst_len = draw_length(in, out_len);
	call->out_len = draw_length(in, call->dst_len);
	call->out = new_output(call->out_len);
}

static void make_call(int (*operation)(struct kpp_request *req),
		      struct crypto_kpp *tfm, const struct call *call,
		      const struct right *right)
{
	struct scatterlist src, dst;
	struct kpp_request req = {
		.tfm = tfm,
		.src = call->in ? &src : NULL,
		.src_len = call->src_len,
		.dst = &dst,
		.dst_len = call->dst_len,
	};
	size_t written = right->err ? 0 : right->len;

	sg_init_one(&src, call->in, call->in_len);
	sg_init_one(&dst, call->out, call->out_len);
	require(operation(&req) == right->err);
	if (!right->err || right->err == -EOVERFLOW)
		require(req.dst_len == right->len);
	require(!memcmp(call->out, right->out, written));
	require(is_untouched(call->out + written, call->out_len - written));
}

static void public_key(struct draw *in, struct crypto_kpp *tfm,
		       struct model *model, bool with_input)
{
	const struct mlkem_params *p = model->p;
	struct right right = { 0 };
	struct call call;

	draw_randomness(in);
	draw_call(in, with_input ? valid_keys(p)->ek : NULL, p->ek_len,
		  with_input ? p->ct_len : p->ek_len, &call);
	right.err = with_input ? answer_ek(model, &call, &right) :
				 give_ek(model, &call, &right);
	make_call(crypto_kpp_generate_public_key, tfm, &call, &right);
	free(call.in);
	free(call.out);
}

static void shared_secret(struct draw *in, struct crypto_kpp *tfm,
			  struct model *model, bool with_input)
{
	const struct mlkem_params *p = model->p;
	struct right right = { 0 };
	struct call call;

	draw_call(in, with_input ? valid_keys(p)->ct : NULL, p->ct_len,
		  MLKEM_SECRET_LEN, &call);
	right.err = with_input ? decapsulate(model, &call, &right) :
				 take_secret(model, &call, &right);
	make_call(crypto_kpp_compute_shared_secret, tfm, &call, &right);
	free(call.in);
	free(call.out);
}

static void one_call(struct draw *in, struct crypto_kpp *tfm,
		     struct model *model)
{
	switch (draw_u8(in) % 5) {
	case 0:
		set_secret(in, tfm, model);
		break;
	case 1:
		public_key(in, tfm, model, false);
		break;
	case 2:
		public_key(in, tfm, model, true);
		break;
	case 3:
		shared_secret(in, tfm, model, false);
		break;
	default:
		shared_secret(in, tfm, model, true);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool registered;
	struct draw in = { data, size };
	struct model model = { .p = draw_set(&in) };
	struct crypto_kpp *tfm;

	if (!registered)
		require(!mlkem_kpp_register());
	registered = true;
	draw_implementation(&in);
	tfm = crypto_alloc_kpp(model.p->name, 0, 0);
	require(!IS_ERR(tfm));
	for (unsigned int i = 0; i < CALLS_MAX && in.left; i++)
		one_call(&in, tfm, &model);
	crypto_free_kpp(tfm);
	return 0;
}
