// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of what hash.c does with the state of one way.
 */
#include "hash.c"

#include "contract.h"

/* H(ek), with its head apart; J(z || c); G(m || h); PRF; XOF */
#define MAX_MESSAGE	(32 + 1568)

static struct mlkem_impl impl;
static struct hasher hasher;
static struct hash_job job;
static u8 head[HASH_HEAD_LEN];
static u8 tail[MAX_MESSAGE - HASH_HEAD_LEN];
static u64 parked[25];
static u8 out[CBD_LEN(3)];
static struct poly poly;

/*
 * Each way, its state by itself and side by side: the number says which.  All
 * are gone through with known places of the lanes, and any job.
 */
#define ALL_WAYS	(2 * KECCAK_WAYS)

static unsigned int way_with_job(unsigned int number, unsigned int rate)
{
	const unsigned int w = number % KECCAK_WAYS;
	const unsigned int begun = nondet_unsigned();

	hasher.impl = &impl;
	hasher.step = number < KECCAK_WAYS ? 1 : KECCAK_WAYS;
	hasher.way[w] = &job;
	__CPROVER_havoc_object(&job);
	job.head = head;
	job.parked = parked;
	job.rate = rate;
	assume(job.len >= HASH_HEAD_LEN && job.len <= MAX_MESSAGE);
	/* The message ends where its object ends. */
	job.tail = tail + sizeof(tail) - (job.len - HASH_HEAD_LEN);
	assume(begun <= MAX_MESSAGE / rate);
	job.absorbed = begun * rate;
	assume(job.absorbed <= job.ready && job.ready <= job.len);
	return w;
}

/* Each block of a message of this length, the one with the padding last */
static void absorb_of(unsigned int len, unsigned int rate)
{
	for (unsigned int n = 0; n < ALL_WAYS; n++) {
		for (unsigned int at = 0; at <= len; at += rate) {
			const unsigned int w = way_with_job(n, rate);

			job.len = len;
			job.ready = len;
			job.tail = tail + sizeof(tail) - (len - HASH_HEAD_LEN);
			job.absorbed = at;
			job.padded = false;
			absorb(&hasher, w);
			assert(job.padded == (len - at < rate));
			assert(job.absorbed == (job.padded ? len : at + rate));
		}
	}
}

void prove_absorb_xof(void)
{
	absorb_of(32 + 2, SHAKE128_RATE);
}

void prove_absorb_prf(void)
{
	absorb_of(32 + 1, SHAKE256_RATE);
}

void prove_absorb_g(void)
{
	absorb_of(32 + 32, SHA3_512_RATE);
}

void prove_absorb_h_512(void)
{
	absorb_of(800, SHA3_256_RATE);
}

void prove_absorb_h_768(void)
{
	absorb_of(1184, SHA3_256_RATE);
}

void prove_absorb_h_1024(void)
{
	absorb_of(1568, SHA3_256_RATE);
}

void prove_absorb_j_512(void)
{
	absorb_of(32 + 768, SHAKE256_RATE);
}

void prove_absorb_j_768(void)
{
	absorb_of(32 + 1088, SHAKE256_RATE);
}

void prove_absorb_j_1024(void)
{
	absorb_of(32 + 1568, SHAKE256_RATE);
}

void prove_start(void)
{
	for (unsigned int n = 0; n < ALL_WAYS; n++)
		start(&hasher, way_with_job(n, SHA3_256_RATE));
}

void prove_park(void)
{
	for (unsigned int n = 0; n < ALL_WAYS; n++) {
		const unsigned int w = way_with_job(n, SHA3_256_RATE);

		park(&hasher, w);
		assert(!hasher.way[w]);
	}
}

static void model_separate(u8 block[KECCAK_WAYS][BLOCK_STRIDE],
			   const u64 lane[25 * KECCAK_WAYS])
{
	assert(__CPROVER_w_ok(block, KECCAK_WAYS * BLOCK_STRIDE));
	assert(__CPROVER_r_ok(lane, sizeof(u64) * 25 * KECCAK_WAYS));
}

/* Where states are side by side there is a function to separate them. */
void prove_squeeze(void)
{
	hasher.impl = &impl;
	hasher.step = 1;
	impl.separate_x4 = NULL;
	squeeze(&hasher);

	hasher.step = KECCAK_WAYS;
	impl.separate_x4 = model_separate;
	squeeze(&hasher);
}

/* Whole blocks are there. */
static void use_output_of(unsigned int rate)
{
	for (unsigned int n = 0; n < ALL_WAYS; n++) {
		const unsigned int w = way_with_job(n, rate);
		const unsigned int blocks = nondet_unsigned();

		assume(job.wanted <= sizeof(out));
		job.out = out + sizeof(out) - job.wanted;
		assume(blocks <= sizeof(out) / rate);
		assume(blocks * rate <= job.wanted);
		job.got = blocks * rate;
		use_output(&hasher, w);
		assert(job.got <= job.wanted);
		assert(job.got == job.wanted || job.got == (blocks + 1) * rate);
	}
}

void prove_use_output_136(void)
{
	use_output_of(SHA3_256_RATE);
}

void prove_use_output_72(void)
{
	use_output_of(SHA3_512_RATE);
}

static unsigned int model_reject(struct poly *f, unsigned int n, const u8 *in,
				 unsigned int len)
{
	const unsigned int got = nondet_unsigned();

	assert(f == &poly && n <= MLKEM_N);
	assert(len == SHAKE128_RATE && __CPROVER_r_ok(in, len));
	assume(got >= n && got <= MLKEM_N);
	return got;
}

void prove_use_output_168(void)
{
	impl.reject = model_reject;
	for (unsigned int n = 0; n < ALL_WAYS; n++) {
		const unsigned int w = way_with_job(n, SHAKE128_RATE);

		job.poly = &poly;
		job.wanted = MLKEM_N;
		assume(job.got <= MLKEM_N);
		use_output(&hasher, w);
		assert(job.got <= job.wanted);
	}
}
