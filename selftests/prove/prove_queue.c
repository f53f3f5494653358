// SPDX-License-Identifier: GPL-2.0
/*
 * Proofs of how hash.c deals out jobs, with models of what is done with the
 * state of one way, which prove_hash.c proves.
 */
#include "hash.c"

#include "contract.h"

#define MAX_QUEUE	4

bool nondet_bool(void);

static struct mlkem_impl impl;
static struct hasher hasher;
static struct hash_job queued[MAX_QUEUE];
static struct hash_job under_way[KECCAK_WAYS];
static struct hash_job added;

static void model_keccak_x4(u64 lane[100], u64 scratch[100])
{
	assert(lane == hasher.lane && scratch == hasher.scratch);
}

static void model_separate(u8 block[KECCAK_WAYS][BLOCK_STRIDE],
			   const u64 lane[100])
{
	assert(false);
}

/* prove_impl.c: an implementation has both of them or none. */
static void any_impl(void)
{
	const bool side_by_side = nondet_bool();

	impl.keccak_x4 = side_by_side ? model_keccak_x4 : NULL;
	impl.separate_x4 = side_by_side ? model_separate : NULL;
	impl.x4_ways = nondet_unsigned();
	hash_init(&hasher, &impl);
}

static void queue_of(unsigned int n)
{
	any_impl();
	for (unsigned int i = 0; i < n; i++) {
		*hasher.queue_end = &queued[i];
		queued[i].next = NULL;
		hasher.queue_end = &queued[i].next;
	}
}

/* From @job on the queue is queued[first], …, queued[n - 1]. */
static void assert_rest(struct hash_job **job, unsigned int first,
			unsigned int n)
{
	for (unsigned int i = first; i < n; i++) {
		assert(*job == &queued[i]);
		job = &queued[i].next;
	}
	assert(!*job && hasher.queue_end == job);
}

void prove_hash_init(void)
{
	__CPROVER_havoc_object(&hasher);
	any_impl();
	assert_rest(&hasher.queue, 0, 0);
	for (unsigned int w = 0; w < KECCAK_WAYS; w++)
		assert(!hasher.way[w]);
	assert(hasher.impl == &impl);
	assert(hasher.step == (impl.separate_x4 ? KECCAK_WAYS : 1));
}

void prove_hash_add(void)
{
	for (unsigned int n = 0; n <= MAX_QUEUE; n++) {
		queue_of(n);
		hash_add(&hasher, &added);
		assert(n ? hasher.queue == &queued[0] && queued[n - 1].next == &added :
			   hasher.queue == &added);
		for (unsigned int i = 1; i < n; i++)
			assert(queued[i - 1].next == &queued[i]);
		assert_rest(&added.next, n, n);
	}
}

void prove_hash_add_first(void)
{
	for (unsigned int n = 0; n <= MAX_QUEUE; n++) {
		queue_of(n);
		hash_add_first(&hasher, &added);
		assert(hasher.queue == &added);
		assert_rest(&added.next, 0, n);
	}
}

void prove_next_job(void)
{
	for (unsigned int n = 0; n <= MAX_QUEUE; n++) {
		queue_of(n);
		assert(next_job(&hasher) == (n ? &queued[0] : NULL));
		assert_rest(&hasher.queue, n ? 1 : 0, n);
	}
}

/* What a hasher knows has something to absorb or to give. */
static bool is_known(const struct hash_job *job)
{
	return job->rate && job->absorbed <= job->ready &&
	       job->ready <= job->len && !job->done &&
	       job->got < job->wanted &&
	       (job->padded ? job->absorbed == job->len : can_absorb(job)) &&
	       (job->ready == job->len || job->parked);
}

/* A job that waits is added when it need not wait, and then only. */
void prove_hash_continue(void)
{
	const unsigned int ready = nondet_unsigned();
	bool waited;

	queue_of(1);
	__CPROVER_havoc_object(&added);
	assume(added.parked && added.rate);
	assume(added.absorbed <= added.ready && added.ready <= added.len);
	assume(ready > added.ready && ready <= added.len);
	assume(!added.done && !added.padded && added.got < added.wanted);
	waited = !can_absorb(&added);
	hash_continue(&hasher, &added, ready);
	assert(added.ready == ready);
	if (waited && can_absorb(&added)) {
		assert(hasher.queue == &added && is_known(&added));
		assert_rest(&added.next, 0, 1);
	} else {
		assert_rest(&hasher.queue, 0, 1);
	}
}

static struct hash_job before[KECCAK_WAYS];
static bool parked[KECCAK_WAYS];

void model_start(struct hasher *h, unsigned int w)
{
	assert(h->way[w] && !h->way[w]->padded);
	assert(!h->way[w]->absorbed || h->way[w]->parked);
	before[w] = *h->way[w];
}

void model_absorb(struct hasher *h, unsigned int w)
{
	struct hash_job *job = h->way[w];
	const unsigned int left = job->len - job->absorbed;

	assert(!job->padded && job->absorbed <= job->len);
	assert(job->ready - job->absorbed >= min(left, job->rate));
	if (left < job->rate) {
		job->padded = true;
		job->absorbed = job->len;
	} else {
		job->absorbed += job->rate;
	}
}

void model_permute_one(struct hasher *h, unsigned int w)
{
	assert(w < KECCAK_WAYS && h->way[w]);
}

void model_park(struct hasher *h, unsigned int w)
{
	assert(h->way[w]->parked && h->way[w]->ready < h->way[w]->len);
	parked[w] = true;
	h->way[w] = NULL;
}

void model_squeeze(struct hasher *h)
{
	assert(h->step == (h->impl->separate_x4 ? KECCAK_WAYS : 1));
}

void model_use_output(struct hasher *h, unsigned int w)
{
	struct hash_job *job = h->way[w];
	const u16 got = nondet_u16();

	assert(job->padded && job->got < job->wanted);
	assume(got >= job->got && got <= job->wanted);
	assume(job->rate == SHAKE128_RATE || got == job->wanted ||
	       got == job->got + job->rate);
	job->got = got;
}

/* A job takes a way and makes progress, but that of sampling is by chance. */
static void assert_progress(unsigned int w, const struct hash_job *job)
{
	const struct hash_job *was = &before[w];

	if (!hasher.way[w]) {
		assert(job->done || parked[w]);
		assert(!job->done || job->got == job->wanted);
		return;
	}
	assert(hasher.way[w] == job && is_known(job));
	assert(job->rate == SHAKE128_RATE || job->got > was->got ||
	       job->absorbed > was->absorbed);
	assert(job->padded || job->absorbed > was->absorbed);
}

struct hash_job nondet_job(void);

static void any_job(struct hash_job *job, bool started)
{
	struct hash_job *const next = job->next;

	*job = nondet_job();
	assume(is_known(job));
	assume(started || (!job->padded && (!job->absorbed || job->parked)));
	job->next = next;
}

/* Way w is busy where bit w of @busy says so; there are @n more jobs. */
static void step_of(unsigned int busy, unsigned int n)
{
	struct hash_job *job[KECCAK_WAYS];
	unsigned int taken = 0;

	queue_of(n);
	for (unsigned int i = 0; i < n; i++)
		any_job(&queued[i], false);
	for (unsigned int w = 0; w < KECCAK_WAYS; w++) {
		parked[w] = false;
		if (busy >> w & 1) {
			job[w] = &under_way[w];
			any_job(job[w], true);
			before[w] = *job[w];
			hasher.way[w] = job[w];
		} else {
			job[w] = taken < n ? &queued[taken++] : NULL;
		}
	}

	step(&hasher);
	assert_rest(&hasher.queue, taken, n);
	for (unsigned int w = 0; w < KECCAK_WAYS; w++) {
		if (job[w])
			assert_progress(w, job[w]);
		else
			assert(!hasher.way[w]);
	}
}

void prove_step_all_free(void)
{
	for (unsigned int n = 0; n <= MAX_QUEUE; n++)
		step_of(0, n);
}

void prove_step_all_busy(void)
{
	step_of(15, 0);
	step_of(15, 1);
}

void prove_step_first_busy(void)
{
	step_of(1, 2);
	step_of(7, 2);
}

void prove_step_last_busy(void)
{
	step_of(10, 1);
	step_of(12, 2);
}
