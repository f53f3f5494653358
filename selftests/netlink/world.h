/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two network namespaces with a link between them, and what the threads in them
 * know of one another.
 */
#ifndef WORLD_H
#define WORLD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chance.h"

#define SIDES			2
#define RECORDED_MAX		64
#define RECORDED_LEN_MAX	3072

/**
 * struct recorded - an IKE message that was made here, or its plaintext
 * @len: octets in @octets
 * @octets: the message
 */
struct recorded {
	size_t len;
	uint8_t octets[RECORDED_LEN_MAX];
};

/**
 * struct world - two hosts
 * @calm: what is there belongs to one thread each, which alone acts on it
 * @namespaces: of each side, open
 * @ike_sas: the highest number of an IKE SA seen on each side
 * @child_sas: likewise, of a Child SA
 * @foreign: xfrm has policies there that are not pqike's
 * @lock: of those that follow
 * @n_recorded: how many messages have been recorded
 * @recorded: the last of them
 */
struct world {
	bool calm;
	int namespaces[SIDES];
	atomic_uint ike_sas[SIDES];
	atomic_uint child_sas[SIDES];
	atomic_bool foreign;
	pthread_mutex_t lock;
	unsigned int n_recorded;
	struct recorded recorded[RECORDED_MAX];
};

bool world_make(struct world *world, bool calm);
bool world_enter(const struct world *world, unsigned int side);
bool world_leave(void);
void world_end(struct world *world);

void world_record(struct world *world, const uint8_t *octets, size_t len);
size_t world_recall(struct world *world, struct chance *chance, uint8_t *octets);
bool world_count_xfrm(const struct world *world, unsigned int side,
		      uint32_t *states, uint32_t *policies);

#endif
