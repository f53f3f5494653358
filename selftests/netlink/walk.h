/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A thread in a world: its sockets, and what it asks beside what it has in mind.
 */
#ifndef WALK_H
#define WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chance.h"
#include "payload.h"
#include "request.h"
#include "talk.h"
#include "world.h"

#define SEALED_MAX	256
#define SEALED_LEN_MAX	(128 << 10)

/**
 * struct sealed - a message, in fragments or not
 * @n: how many fragments
 * @lens: octets of each
 * @octets: one after the other
 */
struct sealed {
	unsigned int n;
	size_t lens[SEALED_MAX];
	uint8_t octets[SEALED_LEN_MAX];
};

/**
 * struct walk - one thread
 * @world: where it is
 * @number: which of the threads of @world
 * @seed: what it began with
 * @chance: what decides what it does
 * @sides: its sockets, one on each side
 * @packets: likewise, from which packets are sent
 * @acquires: likewise, which XFRM_MSG_ACQUIRE goes to, so that xfrm waits
 * @ike_sa: the IKE SA that it has asked about last, on each side
 * @child_sa: likewise, the Child SA that it has made last
 * @steps: how many requests it has made of what it has in mind
 * @request: what it has in mind
 * @reply: what came back
 * @other: what it asks beside
 * @other_reply: what came back
 * @chain: payloads that are being written
 * @sealed: the message under way
 * @octets: for a message in the making
 */
struct walk {
	struct world *world;
	unsigned int number;
	uint64_t seed;
	struct chance chance;
	struct talker sides[SIDES];
	int packets[SIDES];
	int acquires[SIDES];
	uint32_t ike_sa[SIDES];
	uint32_t child_sa[SIDES];
	unsigned long steps;
	struct request request;
	struct reply reply;
	struct request other;
	struct reply other_reply;
	struct chain chain;
	struct sealed sealed;
	uint8_t octets[SEALED_LEN_MAX];
};

bool walk_begin(struct walk *walk);
void walk_end(struct walk *walk);
bool walk_reopen(struct walk *walk, unsigned int side);
int walk_ask(struct walk *walk, unsigned int side);
void walk_must_be_refused(struct walk *walk, unsigned int side);
void walk_send_packets(struct walk *walk);

#endif
