/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SHA-3 and SHAKE of several messages side by side.
 *
 * The long hashes of ML-KEM, H(ek) and J, are chains of permutations that cannot
 * be computed any faster one by one.  Here they share the permutations of four
 * states with the many short ones.
 */
#ifndef _MLKEM_HASH_H
#define _MLKEM_HASH_H

#include <linux/types.h>

#include "impl.h"
#include "poly.h"

/* The first octets of a message, in a buffer of their own */
#define HASH_HEAD_LEN	32

/**
 * struct hash_job - a message, and where its hash goes
 * @next: the job after this one in the queue
 * @head: the first HASH_HEAD_LEN octets of the message
 * @tail: the others
 * @parked: where the state waits while the rest of the message is not there yet
 * @out: output; or, for SampleNTT (@rate is SHAKE128_RATE),
 * @poly: the polynomial sampled from the output, which is public then
 * @len: octets of the message
 * @ready: of these, how many are there
 * @absorbed: of these, how many have been absorbed
 * @wanted: octets of output, or coefficients
 * @got: of these, how many are there
 * @rate: one of the rates in keccak.h
 * @suffix: SHA3_SUFFIX or SHAKE_SUFFIX
 * @index: room for a short @tail
 * @padded: the whole message has been absorbed
 * @done: there is nothing left to do
 */
struct hash_job {
	struct hash_job *next;
	const u8 *head;
	const u8 *tail;
	u64 *parked;
	union {
		u8 *out;
		struct poly *poly;
	};
	u16 len;
	u16 ready;
	u16 absorbed;
	u16 wanted;
	u16 got;
	u8 rate;
	u8 suffix;
	u8 index[2];
	bool padded;
	bool done;
};

/**
 * struct hasher - jobs under way
 * @impl: implementation
 * @queue: jobs to be started, first to last
 * @queue_end: where the next job is to be hung
 * @way: the job of each state
 * @lane: the states: each by itself, or side by side for @impl->keccak_x4
 * @step: distance of the lanes of a state: 1 or KECCAK_WAYS
 * @scratch: room for @impl->keccak_x4, or to permute one of its states;
 * @block: between permutations, the output of each way
 */
struct hasher {
	const struct mlkem_impl *impl;
	struct hash_job *queue;
	struct hash_job **queue_end;
	struct hash_job *way[KECCAK_WAYS];
	u64 lane[25 * KECCAK_WAYS] __aligned(32);
	union {
		u64 scratch[25 * KECCAK_WAYS];
		u8 block[KECCAK_WAYS][BLOCK_STRIDE];
	} __aligned(32);
	unsigned int step;
};

/**
 * hash_init() - begin without any job
 * @h: hasher
 * @impl: implementation
 */
void hash_init(struct hasher *h, const struct mlkem_impl *impl);

/**
 * hash_add() - add a job behind all others
 * @h: hasher
 * @job: a job with all of its message there; it belongs to @h until it is done
 */
void hash_add(struct hasher *h, struct hash_job *job);

/**
 * hash_add_first() - add a job before all others that have not been started
 * @h: hasher
 * @job: as for hash_add()
 */
void hash_add_first(struct hasher *h, struct hash_job *job);

/**
 * hash_continue() - say that more of a message is there
 * @h: hasher
 * @job: a job with @job->parked set, not known to @h before the first call
 * @ready: octets that are there
 */
void hash_continue(struct hasher *h, struct hash_job *job, unsigned int ready);

/**
 * hash_wait() - compute until a job is done
 * @h: hasher
 * @job: a job whose message is there
 */
void hash_wait(struct hasher *h, struct hash_job *job);

#endif /* _MLKEM_HASH_H */
