/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The IKE SAs that this side has begun and that are not established yet: how
 * many there are with one peer, and in all.
 */
#ifndef PQIKE_INITIATIONS_H
#define PQIKE_INITIATIONS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "ike/ike_sa.h"

/* So many IKE SAs of this side are in the making with one address at a time:
 * strongSwan's block_threshold has it ignore what exceeds five half-open ones.
 */
#define INITIATIONS_PEER_MAX 4

/*
 * So many are in the making in all, whose answers one receive buffer of a
 * socket takes.  One that had to repeat its request does not count: peers that
 * do not answer hold nobody up for longer than retransmit_timeout.
 */
#define INITIATIONS_MAX 128

/* @sa is begun, to the remote address of its path. */
void initiation_begin(struct ike *ike, struct ike_sa *sa);

/* @sa is established, or not in the making any more; it may have been so before. */
void initiation_end(struct ike *ike, struct ike_sa *sa);

/* The peer has not answered in time: @sa counts among INITIATIONS_MAX no more. */
void initiation_is_slow(struct ike *ike, struct ike_sa *sa);

/* Return: how many more may be begun in all, and with one address. */
unsigned int initiations_room(const struct ike *ike);
unsigned int initiations_room_with(const struct ike *ike,
				   const struct sockaddr_storage *remote);

#endif
