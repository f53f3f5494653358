// SPDX-License-Identifier: GPL-2.0
/*
 * SHA-3 and SHAKE of several messages side by side.
 *
 * Each of four ways computes a job at a time, a permutation in every step.  What
 * takes part in a step depends on lengths and on the public matrix only.
 */
#include <asm/byteorder.h>
#include <linux/compiler.h>
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

static void start(struct hasher *h, unsigned int w)
{
	const struct hash_job *job = h->way[w];
	u64 *lane = state_of(h, w);

	for (unsigned int i = 0; i < 25; i++)
		lane[i * h->step] = job->absorbed ? job->parked[i] : 0;
}

static void park(struct hasher *h, unsigned int w)
{
	struct hash_job *job = h->way[w];
	const u64 *lane = state_of(h, w);

	for (unsigned int i = 0; i < 25; i++)
		job->parked[i] = lane[i * h->step];
	h->way[w] = NULL;
}

static const u8 *message_at(const struct hash_job *job, unsigned int pos)
{
	return pos < HASH_HEAD_LEN ? job->head + pos :
				     job->tail + (pos - HASH_HEAD_LEN);
}

/* The last octets of a message, fewer than eight, with the suffix behind them */
static u64 last_word(const struct hash_job *job)
{
	u64 word = 0;
	unsigned int shift = 0;

	for (unsigned int pos = job->len / 8 * 8; pos < job->len; pos++) {
		word |= (u64)*message_at(job, pos) << shift;
		shift += 8;
	}
	return word | (u64)job->suffix << shift;
}

static void absorb(struct hasher *h, unsigned int w)
{
	struct hash_job *job = h->way[w];
	unsigned int left = job->len - job->absorbed;
	bool last = left < job->rate;
	unsigned int words = (last ? left : job->rate) / 8;
	u64 *lane = state_of(h, w);

	/* HASH_HEAD_LEN is whole words: none is in both parts. */
	for (unsigned int i = 0; i < words; i++) {
		__le64 word;

		memcpy(&word, message_at(job, job->absorbed + 8 * i), 8);
		lane[i * h->step] ^= le64_to_cpu(word);
	}
	if (last) {
		lane[words * h->step] ^= last_word(job);
		lane[(job->rate / 8 - 1) * h->step] ^= 1ULL << 63;
	}
	job->padded = last;
	job->absorbed += last ? left : job->rate;
}

static void permute_one(struct hasher *h, unsigned int w)
{
	u64 *lane = state_of(h, w);

	if (h->step == 1) {
		keccak_f1600(lane);
		return;
	}
	for (unsigned int i = 0; i < 25; i++)
		h->scratch[i] = lane[i * h->step];
	keccak_f1600(h->scratch);
	for (unsigned int i = 0; i < 25; i++)
		lane[i * h->step] = h->scratch[i];
}

static void permute(struct hasher *h, const bool busy[KECCAK_WAYS])
{
	const struct mlkem_impl *impl = h->impl;

	if (impl->keccak_x4 &&
	    0U + busy[0] + busy[1] + busy[2] + busy[3] >= impl->x4_ways) {
		impl->keccak_x4(h->lane, h->scratch);
		return;
	}
	for (unsigned int w = 0; w < KECCAK_WAYS; w++) {
		if (busy[w])
			permute_one(h, w);
	}
}

static void squeeze(struct hasher *h, unsigned int w, u8 *out,
		    unsigned int len)
{
	const u64 *lane = state_of(h, w);

	for (unsigned int i = 0; i < len / 8; i++) {
		__le64 word = cpu_to_le64(lane[i * h->step]);

		memcpy(out + 8 * i, &word, 8);
	}
}

static void take_output(struct hasher *h, unsigned int w)
{
	struct hash_job *job = h->way[w];

	if (job->rate == SHAKE128_RATE) {
		squeeze(h, w, h->block, SHAKE128_RATE);
		job->got = h->impl->reject(job->poly, job->got, h->block,
					   SHAKE128_RATE);
	} else {
		unsigned int len = job->wanted - job->got;

		if (len > job->rate)
			len = job->rate;
		squeeze(h, w, job->out + job->got, len);
		job->got += len;
	}
	if (job->got == job->wanted) {
		job->done = true;
		h->way[w] = NULL;
	}
}

static void step(struct hasher *h)
{
	bool busy[KECCAK_WAYS];

	for (unsigned int w = 0; w < KECCAK_WAYS; w++) {
		if (!h->way[w]) {
			h->way[w] = next_job(h);
			if (h->way[w])
				start(h, w);
		}
		busy[w] = h->way[w];
		if (busy[w] && !h->way[w]->padded)
			absorb(h, w);
	}
	permute(h, busy);
	for (unsigned int w = 0; w < KECCAK_WAYS; w++) {
		if (!busy[w])
			continue;
		if (h->way[w]->padded)
			take_output(h, w);
		else if (!can_absorb(h->way[w]))
			park(h, w);
	}
}

void hash_wait(struct hasher *h, struct hash_job *job)
{
	while (!job->done)
		step(h);
}
