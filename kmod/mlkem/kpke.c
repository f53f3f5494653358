// SPDX-License-Identifier: GPL-2.0
/*
 * K-PKE of FIPS 203, section 5.
 *
 * No branch, memory index or variable-time instruction here or below depends on
 * a secret.  What is decoded from ek, and the matrix expanded from it, is public.
 */
#include <linux/string.h>

#include "declassify.h"
#include "kpke.h"

/* A[i, j] is sampled from XOF(rho, j, i). */
static void expand_one(struct workspace *ws, struct hash_job *job,
		       struct poly *f, const u8 rho[32], u8 j, u8 i)
{
	*job = (struct hash_job) {
		.head = rho,
		.tail = job->index,
		.index = { j, i },
		.len = 32 + 2,
		.ready = 32 + 2,
		.rate = SHAKE128_RATE,
		.suffix = SHAKE_SUFFIX,
		.poly = f,
		.wanted = MLKEM_N,
	};
	hash_add(&ws->hasher, job);
}

static void expand_row(struct workspace *ws, const struct mlkem_params *p,
		       const u8 rho[32], unsigned int i)
{
	for (unsigned int j = 0; j < p->k; j++)
		expand_one(ws, &ws->matrix_jobs[i * p->k + j],
			   &ws->matrix[i * p->k + j], rho, j, i);
}

void kpke_expand_matrix(struct workspace *ws, const struct mlkem_params *p,
			const u8 rho[32])
{
	for (unsigned int i = 0; i < p->k; i++)
		expand_row(ws, p, rho, i);
}

static u8 *noise_of(struct workspace *ws, const struct mlkem_params *p,
		    unsigned int nonce)
{
	return ws->noise + nonce * CBD_LEN(p->eta1);
}

/* PRF(seed, nonce) for @from <= nonce < @to, with @eta */
static void add_noises(struct workspace *ws, const struct mlkem_params *p,
		       unsigned int from, unsigned int to, unsigned int eta,
		       const u8 seed[32])
{
	for (unsigned int nonce = from; nonce < to; nonce++) {
		struct hash_job *job = &ws->noise_jobs[nonce];

		*job = (struct hash_job) {
			.head = seed,
			.tail = job->index,
			.index = { nonce },
			.len = 32 + 1,
			.ready = 32 + 1,
			.rate = SHAKE256_RATE,
			.suffix = SHAKE_SUFFIX,
			.out = noise_of(ws, p, nonce),
			.wanted = CBD_LEN(eta),
		};
		hash_add(&ws->hasher, job);
	}
}

static void sample_noise(struct workspace *ws, const struct mlkem_params *p,
			 struct poly *f, unsigned int nonce, unsigned int eta)
{
	hash_wait(&ws->hasher, &ws->noise_jobs[nonce]);
	ws->impl->cbd(f, noise_of(ws, p, nonce), eta);
}

/*
 * A row or a column of the matrix times the vector, to ws->sum.  Its elements are
 * at @first and then every @stride.
 */
static void multiply_matrix(struct workspace *ws, unsigned int k,
			    unsigned int first, unsigned int stride)
{
	for (unsigned int j = 0; j < k; j++)
		hash_wait(&ws->hasher, &ws->matrix_jobs[first + j * stride]);
	ws->impl->dot(&ws->sum, &ws->matrix[first], stride, ws->vector,
		      ws->zeta, k);
}

void kpke_keygen(struct workspace *ws, const struct mlkem_params *p,
		 const u8 d[32], u8 *ek, u8 *dk)
{
	const struct mlkem_impl *impl = ws->impl;
	const u8 *sigma = ws->digest + 32;
	const u8 k = p->k;
	u8 *rho = ek + k * POLY_LEN(12);

	/* (rho, sigma) = G(d || k) */
	memcpy(ws->digest, d, 32);
	ws->digest[32] = k;
	keccak_sha3_512(&ws->keccak, ws->digest, 33, ws->digest);
	memcpy(rho, ws->digest, 32);
	/*
	 * rho is a part of ek, and all that SampleNTT depends on: its loop takes
	 * as long as rho makes it.
	 */
	declassify(rho, 32);

	ws->ek_hash_job = (struct hash_job) {
		.head = ek,
		.tail = ek + HASH_HEAD_LEN,
		.parked = ws->ek_hash_parked,
		.len = p->ek_len,
		.rate = SHA3_256_RATE,
		.suffix = SHA3_SUFFIX,
		.out = ws->ek_hash,
		.wanted = SHA3_256_LEN,
	};
	/* As they are waited for, so that H(ek) can begin with the first row */
	add_noises(ws, p, 0, k, p->eta1, sigma);
	for (unsigned int i = 0; i < k; i++) {
		expand_row(ws, p, rho, i);
		add_noises(ws, p, k + i, k + i + 1, p->eta1, sigma);
	}

	for (unsigned int i = 0; i < k; i++) {
		sample_noise(ws, p, &ws->vector[i], i, p->eta1);
		impl->ntt(&ws->vector[i]);
		impl->encode(dk + i * POLY_LEN(12), &ws->vector[i]);
		impl->prepare(&ws->zeta[i], &ws->vector[i]);
	}

	for (unsigned int i = 0; i < k; i++) {
		/* t[i] = sum over j of A[i, j] * s[j] + e[i] */
		multiply_matrix(ws, k, i * k, 1);
		sample_noise(ws, p, &ws->error, k + i, p->eta1);
		impl->ntt(&ws->error);
		/* At most DOT_BOUND + NTT_BOUND < 2^15 in magnitude. */
		impl->add(&ws->sum, &ws->error);
		impl->encode(ek + i * POLY_LEN(12), &ws->sum);
		/* The peer gets ek. */
		declassify(ek + i * POLY_LEN(12), POLY_LEN(12));
		hash_continue(&ws->hasher, &ws->ek_hash_job,
			      i + 1 < k ? (i + 1) * POLY_LEN(12) : p->ek_len);
	}
	hash_wait(&ws->hasher, &ws->ek_hash_job);
}

void kpke_decode(const struct workspace *ws, const struct mlkem_params *p,
		 struct poly *v, const u8 *in)
{
	for (unsigned int i = 0; i < p->k; i++)
		ws->impl->decode(&v[i], in + i * POLY_LEN(12));
}

void kpke_encrypt(struct workspace *ws, const struct mlkem_params *p,
		  const u8 r[32], u8 *ct)
{
	const struct mlkem_impl *impl = ws->impl;
	const u8 k = p->k;

	add_noises(ws, p, 0, k, p->eta1, r);
	add_noises(ws, p, k, 2 * k + 1, p->eta2, r);

	for (unsigned int i = 0; i < k; i++) {
		sample_noise(ws, p, &ws->vector[i], i, p->eta1);
		impl->ntt(&ws->vector[i]);
		impl->prepare(&ws->zeta[i], &ws->vector[i]);
	}

	for (unsigned int i = 0; i < k; i++) {
		/* u[i] = sum over j of A[j, i] * y[j] + e1[i] */
		multiply_matrix(ws, k, i, k);
		impl->invntt(&ws->sum);
		sample_noise(ws, p, &ws->error, k + i, p->eta2);
		/* At most INVNTT_BOUND + 3 in magnitude. */
		impl->add(&ws->sum, &ws->error);
		impl->compress(ct + i * POLY_LEN(p->du), &ws->sum, p->du);
	}

	/* v = sum over j of t[j] * y[j] + e2 + mu */
	impl->dot(&ws->sum, ws->t, 1, ws->vector, ws->zeta, k);
	impl->invntt(&ws->sum);
	sample_noise(ws, p, &ws->error, 2 * k, p->eta2);
	impl->add(&ws->sum, &ws->error);
	impl->decompress(&ws->error, ws->message, 1);
	/* At most INVNTT_BOUND + 3 + q in magnitude. */
	impl->add(&ws->sum, &ws->error);
	impl->compress(ct + k * POLY_LEN(p->du), &ws->sum, p->dv);
}

void kpke_decrypt(struct workspace *ws, const struct mlkem_params *p,
		  const u8 *ct)
{
	const struct mlkem_impl *impl = ws->impl;

	for (unsigned int i = 0; i < p->k; i++) {
		impl->decompress(&ws->vector[i], ct + i * POLY_LEN(p->du),
				 p->du);
		impl->ntt(&ws->vector[i]);
		impl->prepare(&ws->zeta[i], &ws->vector[i]);
	}

	/* w = v - sum over j of s[j] * u[j], at most q + INVNTT_BOUND */
	impl->dot(&ws->sum, ws->s, 1, ws->vector, ws->zeta, p->k);
	impl->invntt(&ws->sum);
	impl->decompress(&ws->error, ct + p->k * POLY_LEN(p->du), p->dv);
	impl->sub(&ws->error, &ws->sum);
	impl->compress(ws->message, &ws->error, 1);
}
