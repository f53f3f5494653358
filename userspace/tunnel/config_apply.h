/* SPDX-License-Identifier: GPL-2.0 */
/* Taking another configuration into use while tunnels stand. */
#ifndef PQIKE_CONFIG_APPLY_H
#define PQIKE_CONFIG_APPLY_H

#include "ike/ike_sa.h"

/**
 * config_apply() - replace the configuration in use
 * @now: the configuration of @ike, which becomes what @next says
 * @next: checked; freed on success, else left
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * What is the same in both is not touched: connections keep their IKE SAs,
 * timers and traps.  A connection that has changed keeps them too, and what it
 * says holds from the next negotiation on: an exchange under way goes on with
 * what was asked.  An IKE SA that this side is making is begun anew where it is
 * made of something that has changed.  Children are the same by their name; those
 * that are no more are deleted, and what was asked for them is given back.  A connection that is no more, or is with another peer by its
 * identities, has its IKE SAs deleted, and the peer is told.  What is new or
 * has changed is started where its start_action says so.  A child whose xfrm
 * interface has another if_id is deleted, and started likewise.
 *
 * Return: false when the kernel refuses a connection or an interface; nothing
 * has changed then.
 */
bool config_apply(struct ike *ike, struct config *now, struct config *next,
		  char *error, size_t error_size);

/**
 * config_release() - free connections that no SA needs any more, and the xfrm
 *	interfaces that were theirs alone
 *
 * To be called when no pointer into an IKE SA is held.
 */
void config_release(struct ike *ike, struct config *config);

#endif
