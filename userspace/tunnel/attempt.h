/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attempts of this side to have a connection up: the addresses of the peer in
 * turn, then all of them again after a while, keyingtries times.
 */
#ifndef PQIKE_ATTEMPT_H
#define PQIKE_ATTEMPT_H

#include "ike/ike_sa.h"

struct attempt;

/* Return: the peer's address that is next; NULL: its name was not resolved yet. */
const struct sockaddr_storage *
attempt_remote(const struct ike *ike, const struct connection_config *connection);

/**
 * attempt_is_resolved() - whether it is known to which address to begin an IKE SA
 * @child: that is wanted, NULL: all
 * @packet: that waits for @child, NULL: none
 * @client: who waits for it
 *
 * A name is resolved for each attempt.  Where that is still to be done it is done
 * now, and then what is wanted is begun, or fails as attempt_failed() has it.
 */
bool attempt_is_resolved(struct ike *ike,
			 const struct connection_config *connection,
			 const struct child_config *child,
			 const struct packet_ts *packet, uint64_t client);

/**
 * attempt_failed() - an IKE SA has failed
 *
 * The reason has been logged.
 * If this side began it and it was never established, its children are tried
 * again: at once at the next address, or after a while.
 *
 * Return: whether the clients of @sa need not be told yet.
 */
bool attempt_failed(struct ike *ike, struct ike_sa *sa);

/**
 * attempt_not_begun() - there was no IKE SA to begin with, for want of a route
 * @child: that was wanted, NULL: all
 * @packet: that waits for it, NULL: none
 * @client: who waits for it
 *
 * Return: whether @client need not be told yet.
 */
bool attempt_not_begun(struct ike *ike, const struct connection_config *connection,
		       const struct child_config *child,
		       const struct packet_ts *packet, uint64_t client);

/* @child is wanted as soon as attempts_hurry() says so. */
void attempt_want(struct ike *ike, const struct connection_config *connection,
		  const struct child_config *child);

/**
 * attempt_lost() - a Child SA of a connection that this side may begin was lost
 * @up: milliseconds that it was up
 *
 * One that is lost within a minute may be set up again at once the first time, then
 * after 1, 2, 4 and at last every 64 s, until one was up for longer. Several of one
 * child that are lost at the same time count once.
 */
void attempt_lost(struct ike *ike, const struct child_config *child, int64_t up);

/**
 * attempt_hold_back() - an action, or a packet that waits, asks for @child
 * @packet: NULL: it is an action
 *
 * An operator is not held back.
 *
 * Return: whether it is set up later, as attempt_lost() says; otherwise it is up to
 * the caller.
 */
bool attempt_hold_back(struct ike *ike, const struct child_config *child,
		       const struct packet_ts *packet);

/* Return: whether @child is to be tried. */
bool attempt_wants(const struct ike *ike,
		   const struct connection_config *connection,
		   const struct child_config *child);

/* @child is wanted no more. */
void attempt_unwant(struct ike *ike, const struct child_config *child);

/* What hindered attempts may be over: make those now that are to be made. */
void attempts_hurry(struct ike *ike);

/* Return: whether one more IKE SA is to be begun with the peer's next address now. */
bool attempt_may_begin(const struct ike *ike,
		       const struct connection_config *connection);

/* @child is wanted, for @packet if any, as soon as fewer IKE SAs are in the making. */
void attempt_queue(struct ike *ike, const struct connection_config *connection,
		   const struct child_config *child,
		   const struct packet_ts *packet);

/* @sa is not in the making any more: others may begin.  It may have been so before. */
void attempt_make_room(struct ike *ike, struct ike_sa *sa);

/* @sa has had to repeat its request: others than its peer are not held up by it. */
void attempt_peer_is_slow(struct ike *ike, struct ike_sa *sa);

/* @sa is established: the next attempt begins with its address, and anew. */
void attempt_succeeded(struct ike *ike, struct ike_sa *sa);

/* The peer of @sa is dead: another address is next, where there is one. */
void attempt_avoid(struct ike *ike, const struct ike_sa *sa);

/* No attempt is to be made any more. */
void attempt_cancel(struct ike *ike, const struct connection_config *connection);

/**
 * attempt_adopt() - a reload has put @next in the place of @old
 *
 * What is wanted stays so by its name, where it is configured still and was not
 * wanted for a start_action that it has no more; it is begun now.
 */
void attempt_adopt(struct ike *ike, const struct connection_config *old,
		   const struct connection_config *next);

/**
 * attempt_begin_anew() - what @sa, which this side is making, is made of changed
 *
 * Another IKE SA is made for its children as they are configured now.  @sa may
 * be gone.
 */
void attempt_begin_anew(struct ike *ike, struct ike_sa *sa);

/* The connection itself goes. */
void attempt_forget(struct ike *ike, const struct connection_config *connection);

void attempts_free(struct ike *ike);

#endif
