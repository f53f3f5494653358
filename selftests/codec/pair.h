/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two helpers in one process, each with a kernel that is played, and the
 * network between them, which does what the test says.
 */
#ifndef PAIR_H
#define PAIR_H

#include "fake_kernel.h"
#include "ike/ike_event.h"

#define CLIENT 7 /* who asks, and is told */

#define SIDE_CHILDREN 2

/* One side: its configuration, its kernel and what its client was told. */
/* Of a request of either side, unless a test says else. */
#define RETRANSMIT_MAX 5

struct side {
	struct ike ike;
	struct config config;
	struct connection_config connection;
	struct child_config child[SIDE_CHILDREN]; /* one is used at first */
	struct proposal proposals[2];
	struct proposal esp_proposals[SIDE_CHILDREN];
	unsigned int ok;
	unsigned int failed;
	char reason[512];
	unsigned int events[EVENT_CHILD_FAILED + 1]; /* of each kind */
	char event_text[512]; /* of the last one */
	char event_connection[64]; /* likewise, "": none */
	char event_peer[64];
};

struct pair {
	struct side a;
	struct side b;
	bool watched; /* what is sent must get through, see pair_watch() */
	struct sockaddr_storage nat; /* side A behind it; AF_UNSPEC: no NAT */
};

void pair_begin(struct pair *pair);
void pair_end(struct pair *pair);

void side_set_address(struct sockaddr_storage *address, const char *text);
void side_set_identity(struct identity *id, const char *text);

/* The @i-th proposal of the connection. */
void side_set_proposal(struct side *side, size_t i, const char *text);

/* The proposal and the selectors of the @i-th child. */
void side_set_esp_proposal(struct side *side, size_t i, const char *text);
void side_set_selectors(struct side *side, size_t i, const char *local,
			const char *remote);

/* What a helper that begins, or a reload, does with a connection. */
void side_start(struct side *side, const struct connection_config *connection);

/* The side has its second child, too. */
void side_add_child(struct side *side);

/* Forget all IKE SAs, as after a crash. */
void side_clear(struct side *side);

/* So many IKE SAs of @side that @peer has begun, and does not go on with. */
void side_begin_half_open(struct side *side, const struct side *peer,
			  unsigned int n);

/* What the first IKE SA of the list waits for does not come. */
void side_time_out(struct side *side);

/* Return: its only IKE SA but for retired ones, NULL where there is none or more. */
struct ike_sa *side_only(const struct side *side);

/* Return: its only established IKE SA, NULL where there is none or more. */
struct ike_sa *side_established(const struct side *side);

/* Return: the Child SA of a child that carries packets. */
struct child_sa *side_child(const struct side *side, size_t i);

/* Return: whether one IKE SA with @n Child SAs stands, and nothing else. */
bool side_is_established(const struct side *side, unsigned int n);

/* Nothing is in the kernel; what only repeats a response may be left. */
bool side_is_clean(const struct side *side);

void pair_deliver_to(struct side *side, const struct fake_datagram *datagram);
struct side *pair_receiver(struct pair *pair,
			   const struct fake_datagram *datagram);

/*
 * Past the NAT, to whom it is for; frees it.
 * @datagram: NULL: none
 *
 * Return: whether there was one.
 */
bool pair_deliver(struct pair *pair, struct fake_datagram *datagram);
bool pair_deliver_one(struct pair *pair);
void pair_deliver_all(struct pair *pair);

/* Of what one side has sent. */
bool pair_deliver_from(struct pair *pair, const struct side *side);
void pair_lose_one(void);

/*
 * Side A is behind a NAT, or is moved by it: its port 500 is seen as @port, 4500
 * as the next one.
 */
void pair_set_nat(struct pair *pair, const char *address, uint16_t port);

/* Bring the connection up from side A. */
void pair_up(struct pair *pair);
void pair_establish(struct pair *pair);

/* Let time pass until nothing is left to do within @ms. */
void pair_pass(struct pair *pair, int64_t ms);

/*
 * From now on, each time after a datagram was delivered, whatever either side
 * sends must be something that the other one takes in.
 */
void pair_watch(struct pair *pair);

#endif
