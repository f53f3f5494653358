// SPDX-License-Identifier: GPL-2.0
/*
 * SHA-3 and SHAKE of several messages side by side.
 *
 * Each of four ways computes a job at a time, a permutation in every step.  What
 * takes part in a step depends on lengths and on the public matrix only.
 */
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "hash.h"
#include "keccak.h"

void hash_init(struct hasher *h, const struct mlkem_impl *impl)
{
	h->impl = impl;
	h->queue = NULL;
	h->queue_end = &h->queue;
	memset(h->way, 0, sizeof(h->way));
	h->step = impl->keccak_x4 ? KECCAK_WAYS : 1;
}

void hash_add(struct hasher *h, struct hash_job *job)
{
	job->next = NULL;
	*h->queue_end = job;
	h->queue_end = &job->next;
}

void hash_add_first(struct hasher *h, struct hash_job *job)
{
	job->next = h->queue;
	h->queue = job;
	if (!job->next)
		h->queue_end = &job->next;
}

static struct hash_job *next_job(struct hasher *h)
{
	struct hash_job *job = h->queue;

	if (job) {
		h->queue = job->next;
		if (!h->queue)
			h->queue_end = &h->queue;
	}
	return job;
}

/* Whether the next block, or all that is left, is there */
static bool can_absorb(const struct hash_job *job)
{
	return job->ready == job->len ||
	       job->ready - job->absorbed >= job->rate;
}

void hash_continue(struct hasher *h, struct hash_job *job, unsigned int ready)
{
	bool waits = !can_absorb(job);

	job->ready = ready;
	if (waits && can_absorb(job))
		hash_add_first(h, job);
}

/* Lane i of the state of way @w is the i-th of every h->step from here. */
static u64 *state_of(struct hasher *h, unsigned int w)
{
	return h->step == 1 ? h->lane + 25 * w : h->lane + w;
}

/* @step is a constant wherever this is inlined. */
static __always_inline void clear_state(u64 *lane, unsigned int step)
{
#pragma GCC unroll 25
	for (unsigned int i = 0; i < 25; i++)
		lane[i * step] = 0;
}

static void start(struct hasher *h, unsigned int w)
{
	const struct hash_job *job = h->way[w];
	const unsigned int step = h->step;
	u64 *lane = state_of(h, w);

	if (job->absorbed) {
		for (unsigned int i = 0; i < 25; i++)
			lane[i * step] = job->parked[i];
	} else if (step == 1) {
		clear_state(lane, 1);
	} else {
		clear_state(lane, KECCAK_WAYS);
	}
}

static void park(struct hasher *h, unsigned int w)
{
	struct hash_job *job = h->way[w];
	const unsigned int step = h->step;
	const u64 *lane = state_of(h, w);

	for (unsigned int i = 0; i < 25; i++)
		job->parked[i] = lane[i * step];
	h->way[w] = NULL;
}

/* Absorb whole words; return the next lane. */
static u64 *absorb_words(u64 *lane, unsigned int step, const u8 *in,
			 unsigned int words)
{
	for (; words; words--, in += 8, lane += step) {
		__le64 word;

		memcpy(&word, in, 8);
		*lane ^= le64_to_cpu(word);
	}
	return lane;
}

/* The @len < 8 octets at @in as a word, with the suffix behind them */
static u64 last_word(const u8 *in, unsigned int len, u8 suffix)
{
	u64 word = (u64)suffix << 8 * len;

	while (len--)
		word |= (u64)in[len] << 8 * len;
	return word;
}

static void absorb(struct hasher *h, unsigned int w)
{
	struct hash_job *job = h->way[w];
	const unsigned int step = h->step;
	const unsigned int left = job->len - job->absorbed;
	unsigned int words = min(left, job->rate) / 8;
	u64 *state = state_of(h, w);
	u64 *lane = state;
	const u8 *in;

	if (job->absorbed) {
		in = job->tail + (job->absorbed - HASH_HEAD_LEN);
	} else {
		lane = absorb_words(lane, step, job->head, HASH_HEAD_LEN / 8);
		in = job->tail;
		words -= HASH_HEAD_LEN / 8;
	}
	lane = absorb_words(lane, step, in, words);

	if (left < job->rate) {
		*lane ^= last_word(in + 8 * words, left % 8, job->suffix);
		state[(job->rate / 8 - 1) * step] ^= 1ULL << 63;
		job->padded = true;
		job->absorbed = job->len;
	} else {
		job->absorbed += job->rate;
	}
}

static void permute_one(struct hasher *h, unsigned int w)
{
	const unsigned int step = h->step;
	u64 *lane = state_of(h, w);

	if (step == 1) {
		keccak_f1600(lane);
		return;
	}
	for (unsigned int i = 0; i < 25; i++)
		h->scratch[i] = lane[i * step];
	keccak_f1600(h->scratch);
	for (unsigned int i = 0; i < 25; i++)
		lane[i * step] = h->scratch[i];
}

static void permute(struct hasher *h, unsigned int ways)
{
	const struct mlkem_impl *impl = h->impl;

	if (impl->keccak_x4 && ways >= impl->x4_ways) {
		impl->keccak_x4(h->lane, h->scratch);
		return;
	}
	for (unsigned int w = 0; w < KECCAK_WAYS; w++) {
		if (h->way[w])
			permute_one(h, w);
	}
}

/* The output of the step, state by state */
static void squeeze(struct hasher *h)
{
	if (h->impl->separate_x4) {
		h->impl->separate_x4(h->block, h->lane);
		return;
	}
	for (unsigned int w = 0; w < KECCAK_WAYS; w++) {
		const u64 *lane = state_of(h, w);

		for (unsigned int i = 0; i < SHAKE128_RATE; i += 8) {
			__le64 word = cpu_to_le64(*lane++);

			memcpy(h->block[w] + i, &word, 8);
		}
	}
}

/* Sample from a block of output, or append it to the output. */
static void use_output(struct hasher *h, unsigned int w)
{
	struct hash_job *job = h->way[w];
	unsigned int len;

	if (job->rate == SHAKE128_RATE) {
		job->got = h->impl->reject(job->poly, job->got, h->block[w],
					   SHAKE128_RATE);
		return;
	}
	len = min(job->wanted - job->got, job->rate);
	memcpy(job->out + job->got, h->block[w], len);
	job->got += len;
}

/* Give a free way the next job, absorb the next block; whether it is busy. */
static bool feed(struct hasher *h, unsigned int w)
{
	if (!h->way[w]) {
		h->way[w] = next_job(h);
		if (!h->way[w])
			return false;
		start(h, w);
	}
	if (!h->way[w]->padded)
		absorb(h, w);
	return true;
}

/* Free the ways whose jobs wait for more of a message; whether there is output. */
static bool park_waiting(struct hasher *h)
{
	bool output = false;

	for (unsigned int w = 0; w < KECCAK_WAYS; w++) {
		if (!h->way[w])
			continue;
		if (h->way[w]->padded)
			output = true;
		else if (!can_absorb(h->way[w]))
			park(h, w);
	}
	return output;
}

static void step(struct hasher *h)
{
	unsigned int ways = 0;

	for (unsigned int w = 0; w < KECCAK_WAYS; w++)
		ways += feed(h, w);
	permute(h, ways);
	if (!park_waiting(h))
		return;

	squeeze(h);
	for (unsigned int w = 0; w < KECCAK_WAYS; w++) {
		struct hash_job *job = h->way[w];

		if (!job || !job->padded)
			continue;
		use_output(h, w);
		if (job->got == job->wanted) {
			job->done = true;
			h->way[w] = NULL;
		}
	}
}

void hash_wait(struct hasher *h, struct hash_job *job)
{
	while (!job->done)
		step(h);
}
