/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policies that wait for a packet to set their Child SA up, and let none out
 * without one.
 */
#ifndef PQIKE_TRAP_H
#define PQIKE_TRAP_H

#include "ike/ike_sa.h"

/**
 * trap_set() - set the trap of a child, unless it is set
 *
 * A failure is logged, and tried again as long as there is the trap.
 */
void trap_set(struct ike *ike, const struct connection_config *connection,
	      const struct child_config *child);

/**
 * traps_adopt() - a reload has put @next in the place of @old
 * @next: NULL: nothing
 *
 * A trap stays, and at no moment there is none, where its child is configured
 * still and an action of it sets one.
 */
void traps_adopt(struct ike *ike, const struct connection_config *old,
		 const struct connection_config *next);

/**
 * trap_follow() - a Child SA is to be installed
 *
 * The kernel has one policy for a selector: that of the trap, if there is one,
 * must name the addresses of @path and be of the same mode.
 */
void trap_follow(struct ike *ike, const struct child_config *child,
		 const struct path *path, bool transport);

/**
 * trap_acquire() - a packet waits
 * @reqid: of the policy that it has met
 * @packet: its selectors
 *
 * One that is not of a trap is ignored. Another Child SA is asked for where the
 * peer has narrowed the one that is up to what does not take the packet; how often
 * a peer that does not agree is asked, xfrm says: once in xfrm_acq_expires.  One
 * that ends what was set up is asked as attempt_lost() says.
 */
void trap_acquire(struct ike *ike, uint32_t reqid,
		  const struct packet_ts *packet);

/* Return: whether a packet for @child is waited for. */
bool trap_is_set(const struct ike *ike, const struct child_config *child);

/* Set them again: the kernel has none of them any more. */
void traps_restore(struct ike *ike);

/* What was in the way of some may be gone: try those that are not set. */
void traps_retry(struct ike *ike);

/* Local addresses have come or gone: set them between those of now. */
void traps_check(struct ike *ike);

/**
 * traps_remove_leftovers() - keep none that a helper before this one has set
 *
 * Called once those of the configuration are set: each has taken the place of
 * the one of its reqid, and at no moment there was none.
 */
void traps_remove_leftovers(struct ike *ike);

/* Start the children whose traps have met a packet, of which nobody may have heard. */
void traps_waiting(struct ike *ike);

/* Remove all of them. */
void traps_free(struct ike *ike);

#endif
