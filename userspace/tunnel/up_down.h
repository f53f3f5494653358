/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What operators and configuration ask for: connections and children to be up,
 * down or rekeyed.  A client is told the outcome; 0 is nobody.
 */
#ifndef PQIKE_UP_DOWN_H
#define PQIKE_UP_DOWN_H

#include "ike/ike_sa.h"

/* @child NULL: all children of @connection. */
void tunnel_up(struct ike *ike, const struct connection_config *connection,
	       const struct child_config *child, uint64_t client);

/**
 * tunnel_begin_ike_sa() - begin an IKE SA of @connection with the peer's next address
 * @child: which one is to be made in it, NULL: all of them
 * @packet: that @child is for, NULL: none
 * @client: who waits for the outcome and is told, 0: nobody
 */
void tunnel_begin_ike_sa(struct ike *ike, const struct connection_config *connection,
			 const struct child_config *child,
			 const struct packet_ts *packet, uint64_t client);

/* @child NULL: the connection with all that it has. */
void tunnel_down(struct ike *ike, const struct connection_config *connection,
		 const struct child_config *child, uint64_t client);

/**
 * tunnel_withdraw() - nothing of a child is to be in an IKE SA any more
 * @why: what whoever waits for it is told; it must last
 * @client: who is told of the deletion
 *
 * May end @sa, where nothing else was to be made in it.
 */
void tunnel_withdraw(struct ike *ike, struct ike_sa *sa,
		     const struct child_config *config, const char *why,
		     uint64_t client);

/* Rekey the IKE SA. */
void tunnel_rekey_ike(struct ike *ike,
		      const struct connection_config *connection,
		      uint64_t client);

/* Rekey Child SAs; @child NULL: all. */
void tunnel_rekey_child(struct ike *ike,
			const struct connection_config *connection,
			const struct child_config *child, uint64_t client);

/* Return: whether a Child SA of @child takes @packet, or is being made. */
bool tunnel_is_wanted(const struct ike *ike,
		      const struct connection_config *connection,
		      const struct child_config *child,
		      const struct packet_ts *packet);

/*
 * Have a child up, for an action or a trap; nothing where it is or will be. Where
 * it needs an IKE SA, that may wait for others with the same peer, see
 * attempt_may_begin().
 */
void tunnel_start(struct ike *ike, const struct connection_config *connection,
		  const struct child_config *child);

/* As tunnel_start(), what takes @packet. */
void tunnel_start_for_packet(struct ike *ike,
			     const struct connection_config *connection,
			     const struct child_config *child,
			     const struct packet_ts *packet);

#endif
