// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of whole operations, with kpke.c, kem.c, ephemeral.c, workspace.c and
 * random.c as they are and models of hash.c, of keccak.c and of an implementation.
 *
 * Contracts speak of every coefficient of a polynomial alike, and nothing here
 * looks at one: the proofs follow the last, and what holds for it holds for all.
 */
#include "kpke.c"
#include "kem.c"
#include "workspace.c"
#include "ephemeral.c"
#include "random.c"

#include "contract.h"

bool nondet_bool(void);

#define at	(MLKEM_N - 1)

/* Those of the portable implementation, or those that any keeps to */
static int ntt_bound;
static int dot_bound;
static int invntt_bound;

static const struct mlkem_impl impl;
static struct workspace *space;
static const u8 *space_z;
static bool no_memory;
static bool t_reduced;
static bool computing;

/* The jobs of a workspace are one after another. */
#define ALL_JOBS	(MLKEM_MAX_K * MLKEM_MAX_K + MAX_NOISES + 3)

static bool known[ALL_JOBS];
/* Those that an ephemeral key pair keeps the output of */
static bool finished[ALL_JOBS];
static bool prepared[MLKEM_MAX_K];

_Static_assert(offsetof(struct workspace, keccak) ==
	       offsetof(struct workspace, matrix_jobs) +
	       ALL_JOBS * sizeof(struct hash_job), "jobs");

static bool is_within(const void *p, size_t len, const void *field, size_t size)
{
	const size_t begin = __CPROVER_POINTER_OFFSET(field);
	const size_t offset = __CPROVER_POINTER_OFFSET(p);

	return offset >= begin && offset + len <= begin + size;
}

#define IS_WITHIN(p, len, field)					\
	is_within(p, len, &space->field, sizeof(space->field))

/* What is in a workspace does not reach from one member into the next. */
static bool is_in_place(const void *p, size_t len)
{
	if (!space || !__CPROVER_same_object(p, space))
		return true;
	return (space_z && is_within(p, len, space_z, 32)) ||
	       IS_WITHIN(p, len, matrix_jobs) ||
	       IS_WITHIN(p, len, noise_jobs) ||
	       IS_WITHIN(p, len, ek_hash_job) ||
	       IS_WITHIN(p, len, secret_job) ||
	       IS_WITHIN(p, len, rejected_job) ||
	       IS_WITHIN(p, len, keccak) ||
	       IS_WITHIN(p, len, ek_hash_parked) ||
	       IS_WITHIN(p, len, message) ||
	       IS_WITHIN(p, len, ek_hash) ||
	       IS_WITHIN(p, len, digest) ||
	       IS_WITHIN(p, len, rejected) ||
	       IS_WITHIN(p, len, noise) ||
	       IS_WITHIN(p, len, matrix) ||
	       IS_WITHIN(p, len, t) ||
	       IS_WITHIN(p, len, s) ||
	       IS_WITHIN(p, len, vector) ||
	       IS_WITHIN(p, len, zeta) ||
	       IS_WITHIN(p, len, sum) ||
	       IS_WITHIN(p, len, error) ||
	       IS_WITHIN(p, len, ct);
}

#define READABLE(p, len)						\
	assert(__CPROVER_r_ok(p, len) && is_in_place(p, len))
#define WRITABLE(p, len)						\
	assert(__CPROVER_w_ok(p, len) && is_in_place(p, len))

/* Contents are any from the beginning: what is copied need not be. */
void *model_memcpy(void *to, const void *from, size_t len)
{
	READABLE(from, len);
	WRITABLE(to, len);
	assert(!__CPROVER_same_object(to, from) ||
	       __CPROVER_POINTER_OFFSET(to) >=
	       __CPROVER_POINTER_OFFSET(from) + len ||
	       __CPROVER_POINTER_OFFSET(from) >=
	       __CPROVER_POINTER_OFFSET(to) + len);
	return to;
}

int model_memcmp(const void *a, const void *b, size_t len)
{
	READABLE(a, len);
	READABLE(b, len);
	return nondet_int();
}

u8 model_differ(const u8 *a, const u8 *b, size_t len)
{
	assert(len == 768 || len == 1088 || len == 1568);
	READABLE(a, len);
	READABLE(b, len);
	return nondet_bool() ? 0xff : 0;
}

void model_select_secret(u8 out[MLKEM_SECRET_LEN],
			 const u8 if_set[MLKEM_SECRET_LEN],
			 const u8 if_clear[MLKEM_SECRET_LEN], u8 mask)
{
	assert(out == if_clear && (mask == 0 || mask == 0xff));
	READABLE(if_set, MLKEM_SECRET_LEN);
	WRITABLE(out, MLKEM_SECRET_LEN);
}

void model_memzero_explicit(void *p, size_t len)
{
	WRITABLE(p, len);
}

static bool seeded;

int model_get_random_bytes_wait(void *p, size_t len)
{
	const int err = nondet_int();

	assert(!computing);
	WRITABLE(p, len);
	assume(err <= 0 && err >= -4095);
	seeded = !err;
	return err;
}

/* kmalloc() */
void *model_aligned_alloc(size_t alignment, size_t size)
{
	struct mlkem_ephemeral *e;

	assert(!computing && !space && alignment == 64);
	if (no_memory)
		return NULL;
	for (unsigned int i = 0; i < ALL_JOBS; i++)
		finished[i] = false;
	if (size == (sizeof(struct workspace) + 63) / 64 * 64) {
		space = malloc(sizeof(struct workspace));
		return space;
	}
	assert(size == (sizeof(*e) + 63) / 64 * 64);
	e = malloc(sizeof(struct mlkem_ephemeral));
	space = &e->ws;
	space_z = e->z;
	return e;
}

void model_kfree_sensitive(void *p)
{
	assert(!computing && p && __CPROVER_same_object(p, space));
	space = NULL;
	free(p);
}

const struct mlkem_impl *model_mlkem_impl_begin(void)
{
	assert(!computing);
	computing = true;
	return &impl;
}

void model_mlkem_impl_end(const struct mlkem_impl *ended)
{
	assert(computing && ended == &impl);
	computing = false;
}

void model_keccak_sha3_256(struct keccak *k, const u8 *in, size_t len,
			   u8 out[SHA3_256_LEN])
{
	assert(len == 800 || len == 1184 || len == 1568);
	WRITABLE(k, sizeof(*k));
	READABLE(in, len);
	WRITABLE(out, SHA3_256_LEN);
}

void model_keccak_sha3_512(struct keccak *k, const u8 *in, size_t len,
			   u8 out[SHA3_512_LEN])
{
	assert(len == 33);
	WRITABLE(k, sizeof(*k));
	READABLE(in, len);
	WRITABLE(out, SHA3_512_LEN);
}

void model_hash_init(struct hasher *h, const struct mlkem_impl *begun)
{
	assert(computing && h == &space->hasher && begun == &impl);
	for (unsigned int i = 0; i < ALL_JOBS; i++)
		known[i] = false;
}

/* One of the messages that prove_hash.c has absorbed */
static bool is_hashed(const struct hash_job *job)
{
	if (job->suffix == SHAKE_SUFFIX && job->rate == SHAKE128_RATE)
		return job->len == 32 + 2 && job->wanted == MLKEM_N;
	if (job->suffix == SHAKE_SUFFIX && job->rate == SHAKE256_RATE)
		return (job->len == 32 + 1 &&
			(job->wanted == CBD_LEN(2) ||
			 job->wanted == CBD_LEN(3))) ||
		       ((job->len == 32 + 768 || job->len == 32 + 1088 ||
			 job->len == 32 + 1568) &&
			job->wanted == MLKEM_SECRET_LEN);
	if (job->suffix == SHA3_SUFFIX && job->rate == SHA3_256_RATE)
		return (job->len == 800 || job->len == 1184 ||
			job->len == 1568) && job->wanted == SHA3_256_LEN;
	return job->suffix == SHA3_SUFFIX && job->rate == SHA3_512_RATE &&
	       job->len == 64 && job->wanted == SHA3_512_LEN;
}

static unsigned int number_of(const struct hash_job *job)
{
	return job - space->matrix_jobs;
}

/* Until it is waited for, a polynomial may be anything. */
static void job_REQUIRES(const struct hasher *h, struct hash_job *job)
{
	assert(computing && h == &space->hasher);
	WRITABLE(job, sizeof(*job));
	assert(is_hashed(job));
	assert(!job->absorbed && !job->got && !job->padded && !job->done);
	finished[number_of(job)] = false;
	READABLE(job->head, HASH_HEAD_LEN);
	READABLE(job->tail, job->len - HASH_HEAD_LEN);
	if (job->rate == SHAKE128_RATE) {
		assert(number_of(job) < MLKEM_MAX_K * MLKEM_MAX_K);
		assert(job->poly == &space->matrix[number_of(job)]);
		space->matrix[number_of(job)].c[at] = nondet_s16();
	} else {
		WRITABLE(job->out, job->wanted);
	}
}

void model_hash_add(struct hasher *h, struct hash_job *job)
{
	job_REQUIRES(h, job);
	assert(job->ready == job->len);
	assert(!known[number_of(job)]);
	known[number_of(job)] = true;
}

void model_hash_continue(struct hasher *h, struct hash_job *job,
			 unsigned int ready)
{
	job_REQUIRES(h, job);
	assert(ready > job->ready && ready <= job->len);
	WRITABLE(job->parked, 25 * sizeof(u64));
	job->ready = ready;
	known[number_of(job)] = ready == job->len;
}

void model_hash_wait(struct hasher *h, struct hash_job *job)
{
	assert(computing && h == &space->hasher);
	if (finished[number_of(job)]) {
		assert(job->done);
		return;
	}
	assert(known[number_of(job)] && job->ready == job->len);
	if (job->rate == SHAKE128_RATE) {
		const s16 c = nondet_s16();

		assume(c >= 0 && c < MLKEM_Q);
		space->matrix[number_of(job)].c[at] = c;
	}
	job->done = true;
	finished[number_of(job)] = true;
}

/* A polynomial is written: it is not one that has been prepared any more. */
static void give(struct poly *f, int low, int high)
{
	const s16 c = nondet_s16();

	assert(computing);
	WRITABLE(f, sizeof(*f));
	for (unsigned int i = 0; i < MLKEM_MAX_K; i++)
		prepared[i] &= f != &space->vector[i];
	assume(c >= low && c <= high);
	f->c[at] = c;
}

static void take(const struct poly *f, int low, int high)
{
	assert(computing);
	READABLE(f, sizeof(*f));
	assert(f->c[at] >= low && f->c[at] <= high);
}

static void model_cbd(struct poly *f, const u8 *in, unsigned int eta)
{
	assert(eta == 2 || eta == 3);
	READABLE(in, CBD_LEN(eta));
	give(f, -(int)eta, eta);
}

static void model_ntt(struct poly *f)
{
	take(f, -MLKEM_Q, MLKEM_Q);
	give(f, -ntt_bound, ntt_bound);
}

static void model_invntt(struct poly *f)
{
	take(f, -dot_bound, dot_bound);
	give(f, -invntt_bound, invntt_bound);
}

static void model_prepare(struct poly_zeta *z, struct poly *g)
{
	const size_t i = g - space->vector;

	take(g, -ntt_bound, ntt_bound);
	give(g, INT16_MIN, INT16_MAX);
	assert(i < MLKEM_MAX_K && z == &space->zeta[i]);
	WRITABLE(z, sizeof(*z));
	prepared[i] = true;
}

static void model_dot(struct poly *h, const struct poly *f, unsigned int stride,
		      const struct poly *g, const struct poly_zeta *z,
		      unsigned int k)
{
	assert(k >= 2 && k <= MLKEM_MAX_K && (stride == 1 || stride == k));
	assert(g == space->vector && z == space->zeta);
	READABLE(f, ((k - 1) * stride + 1) * sizeof(*f));
	for (unsigned int i = 0; i < k; i++) {
		take(&f[i * stride], 0, 4095);
		assert(prepared[i]);
	}
	assert(h == &space->sum);
	give(h, -dot_bound, dot_bound);
}

static void give_sum(struct poly *f, int sum)
{
	assert(sum >= INT16_MIN && sum <= INT16_MAX);
	give(f, sum, sum);
}

static void model_add(struct poly *f, const struct poly *g)
{
	take(f, INT16_MIN, INT16_MAX);
	take(g, INT16_MIN, INT16_MAX);
	give_sum(f, f->c[at] + g->c[at]);
}

static void model_sub(struct poly *f, const struct poly *g)
{
	take(f, INT16_MIN, INT16_MAX);
	take(g, INT16_MIN, INT16_MAX);
	give_sum(f, f->c[at] - g->c[at]);
}

static void model_encode(u8 *out, const struct poly *f)
{
	take(f, INT16_MIN, INT16_MAX);
	WRITABLE(out, POLY_LEN(12));
}

static void model_decode(struct poly *f, const u8 *in)
{
	READABLE(in, POLY_LEN(12));
	give(f, 0, 4095);
}

static bool model_is_reduced(const struct poly *f)
{
	take(f, 0, 4095);
	return t_reduced;
}

static bool is_compressed(unsigned int d)
{
	return d == 1 || d == 4 || d == 5 || d == 10 || d == 11;
}

static void model_compress(u8 *out, const struct poly *f, unsigned int d)
{
	assert(is_compressed(d));
	take(f, INT16_MIN, INT16_MAX);
	WRITABLE(out, POLY_LEN(d));
}

static void model_decompress(struct poly *f, const u8 *in, unsigned int d)
{
	assert(is_compressed(d));
	READABLE(in, POLY_LEN(d));
	give(f, 0, MLKEM_Q - 1);
}

static const struct mlkem_impl impl = {
	.cbd = model_cbd,
	.ntt = model_ntt,
	.invntt = model_invntt,
	.prepare = model_prepare,
	.dot = model_dot,
	.add = model_add,
	.sub = model_sub,
	.encode = model_encode,
	.decode = model_decode,
	.is_reduced = model_is_reduced,
	.compress = model_compress,
	.decompress = model_decompress,
};

static void begin(void)
{
	const bool portable = nondet_bool();

	ntt_bound = portable ? PORTABLE_NTT_BOUND : NTT_BOUND;
	dot_bound = portable ? PORTABLE_DOT_BOUND : DOT_BOUND;
	invntt_bound = portable ? PORTABLE_INVNTT_BOUND : INVNTT_BOUND;
}

/* Nothing is left behind. */
static void end(void)
{
	assert(!space && !computing);
}

/* Each argument is an object of its own, no larger than it must be. */
static void keygen_of(const struct mlkem_params *p)
{
	u8 *seed = malloc(MLKEM_SEED_LEN);
	u8 *ek = malloc(p->ek_len);
	u8 *dk = malloc(p->dk_len);

	begin();
	no_memory = true;
	assert(mlkem_keygen_derand(p, seed, ek, dk) == -ENOMEM);
	no_memory = false;
	assert(!mlkem_keygen_derand(p, seed, ek, dk));
	end();
}

void prove_keygen_512(void)
{
	keygen_of(&mlkem512);
}

void prove_keygen_768(void)
{
	keygen_of(&mlkem768);
}

void prove_keygen_1024(void)
{
	keygen_of(&mlkem1024);
}

static void encaps_of(const struct mlkem_params *p)
{
	const size_t wrong = nondet_unsigned();
	u8 *m = malloc(MLKEM_MESSAGE_LEN);
	u8 *ek = malloc(p->ek_len);
	u8 *ct = malloc(p->ct_len);
	u8 *ss = malloc(MLKEM_SECRET_LEN);

	begin();
	assume(wrong != p->ek_len);
	assert(mlkem_encaps_derand(p, NULL, wrong, m, ct, ss) == -EINVAL);
	no_memory = true;
	assert(mlkem_encaps_derand(p, ek, p->ek_len, m, ct, ss) == -ENOMEM);
	no_memory = false;
	t_reduced = false;
	assert(mlkem_encaps_derand(p, ek, p->ek_len, m, ct, ss) ==
	       -EKEYREJECTED);
	t_reduced = true;
	assert(!mlkem_encaps_derand(p, ek, p->ek_len, m, ct, ss));
	end();
}

void prove_encaps_512(void)
{
	encaps_of(&mlkem512);
}

void prove_encaps_768(void)
{
	encaps_of(&mlkem768);
}

void prove_encaps_1024(void)
{
	encaps_of(&mlkem1024);
}

static void decaps_of(const struct mlkem_params *p)
{
	const size_t wrong = nondet_unsigned();
	u8 *dk = malloc(p->dk_len);
	u8 *ct = malloc(p->ct_len);
	u8 *ss = malloc(MLKEM_SECRET_LEN);
	int err;

	begin();
	assume(wrong != p->dk_len && wrong != p->ct_len);
	assert(mlkem_decaps(p, NULL, wrong, ct, p->ct_len, ss) == -EINVAL);
	assert(mlkem_decaps(p, dk, p->dk_len, NULL, wrong, ss) == -EINVAL);
	no_memory = true;
	assert(mlkem_decaps(p, dk, p->dk_len, ct, p->ct_len, ss) == -ENOMEM);
	no_memory = false;
	err = mlkem_decaps(p, dk, p->dk_len, ct, p->ct_len, ss);
	assert(!err || err == -EKEYREJECTED);
	end();
}

void prove_decaps_512(void)
{
	decaps_of(&mlkem512);
}

void prove_decaps_768(void)
{
	decaps_of(&mlkem768);
}

void prove_decaps_1024(void)
{
	decaps_of(&mlkem1024);
}

/* Decapsulation leaves a key pair that may decapsulate again. */
static void ephemeral_of(const struct mlkem_params *p)
{
	const size_t wrong = nondet_unsigned();
	u8 *seed = malloc(MLKEM_SEED_LEN);
	u8 *ek = malloc(p->ek_len);
	u8 *ct = malloc(p->ct_len);
	u8 *ss = malloc(MLKEM_SECRET_LEN);
	struct mlkem_ephemeral *e;

	begin();
	no_memory = true;
	e = mlkem_ephemeral_keygen_derand(p, seed, ek);
	assert(PTR_ERR(e) == -ENOMEM);
	no_memory = false;
	e = mlkem_ephemeral_keygen_derand(p, seed, ek);
	assume(wrong != p->ct_len);
	assert(mlkem_ephemeral_decaps(e, NULL, wrong, ss) == -EINVAL);
	assert(!mlkem_ephemeral_decaps(e, ct, p->ct_len, ss));
	assert(!mlkem_ephemeral_decaps(e, ct, p->ct_len, ss));
	mlkem_ephemeral_free(e);
	end();
}

void prove_ephemeral_512(void)
{
	ephemeral_of(&mlkem512);
}

void prove_ephemeral_768(void)
{
	ephemeral_of(&mlkem768);
}

void prove_ephemeral_1024(void)
{
	ephemeral_of(&mlkem1024);
}

bool model_ek_is_reduced(const struct mlkem_params *p, const u8 *ek)
{
	READABLE(ek, p->k * POLY_LEN(12));
	return nondet_bool();
}

static void check_of(const struct mlkem_params *p)
{
	const size_t wrong = nondet_unsigned();
	u8 *ek = malloc(p->ek_len);
	u8 *dk = malloc(p->dk_len);
	int err;

	assume(wrong != p->ek_len && wrong != p->dk_len);
	assert(mlkem_check_ek(p, NULL, wrong) == -EINVAL);
	assert(mlkem_check_dk(p, NULL, wrong) == -EINVAL);
	err = mlkem_check_ek(p, ek, p->ek_len);
	assert(!err || err == -EKEYREJECTED);
	err = mlkem_check_dk(p, dk, p->dk_len);
	assert(!err || err == -EKEYREJECTED);
}

void prove_check(void)
{
	check_of(&mlkem512);
	check_of(&mlkem768);
	check_of(&mlkem1024);
}

static bool derived;

int model_mlkem_keygen_derand(const struct mlkem_params *p,
			      const u8 seed[MLKEM_SEED_LEN], u8 *ek, u8 *dk)
{
	READABLE(seed, MLKEM_SEED_LEN);
	WRITABLE(ek, p->ek_len);
	WRITABLE(dk, p->dk_len);
	derived = true;
	return nondet_bool() ? 0 : -ENOMEM;
}

int model_mlkem_encaps_derand(const struct mlkem_params *p, const u8 *ek,
			      size_t ek_len, const u8 m[MLKEM_MESSAGE_LEN],
			      u8 *ct, u8 ss[MLKEM_SECRET_LEN])
{
	READABLE(m, MLKEM_MESSAGE_LEN);
	READABLE(ek, ek_len);
	WRITABLE(ct, p->ct_len);
	WRITABLE(ss, MLKEM_SECRET_LEN);
	derived = true;
	return nondet_bool() ? 0 : -ENOMEM;
}

struct mlkem_ephemeral *
model_mlkem_ephemeral_keygen_derand(const struct mlkem_params *p,
				    const u8 seed[MLKEM_SEED_LEN], u8 *ek)
{
	READABLE(seed, MLKEM_SEED_LEN);
	WRITABLE(ek, p->ek_len);
	derived = true;
	return ERR_PTR(-ENOMEM);
}

/* Without randomness nothing is derived from what is not there. */
static void random_of(const struct mlkem_params *p)
{
	u8 *ek = malloc(p->ek_len);
	u8 *dk = malloc(p->dk_len);
	u8 *ct = malloc(p->ct_len);
	u8 *ss = malloc(MLKEM_SECRET_LEN);

	derived = false;
	assert(mlkem_keygen(p, ek, dk) || derived);
	assert(derived == seeded);
	derived = false;
	assert(mlkem_encaps(p, ek, p->ek_len, ct, ss) || derived);
	assert(derived == seeded);
	derived = false;
	mlkem_ephemeral_keygen(p, ek);
	assert(derived == seeded);
}

void prove_random(void)
{
	random_of(&mlkem512);
	random_of(&mlkem768);
	random_of(&mlkem1024);
}
