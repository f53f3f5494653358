/* SPDX-License-Identifier: GPL-2.0 */
/* The initiator's side of IKE_SA_INIT, IKE_INTERMEDIATE and IKE_AUTH. */
#ifndef PQIKE_INITIATOR_H
#define PQIKE_INITIATOR_H

#include "ike/ike_sa.h"
#include "wire/message.h"

/**
 * initiator_start() - send IKE_SA_INIT
 * @connection: that the IKE SA is of
 * @path: between which ends
 * @child: which one is to be made in it, NULL: all of them
 * @packet: that @child is for, NULL: none
 * @client: who waits for the outcome and is told, 0: nobody
 */
void initiator_start(struct ike *ike, const struct connection_config *connection,
		     const struct path *path, const struct child_config *child,
		     const struct packet_ts *packet, uint64_t client);

/**
 * initiator_init_response() - an IKE_SA_INIT response came
 *
 * Nothing in it is authenticated yet.  May end @sa.
 */
void initiator_init_response(struct ike *ike, struct ike_sa *sa,
			     const uint8_t *data, size_t len);

/* The response to our IKE_INTERMEDIATE request.  May end @sa. */
void initiator_intermediate_response(struct ike *ike, struct ike_sa *sa,
				     const struct payloads *payloads);

/* The response to our IKE_AUTH request.  May end @sa. */
void initiator_auth_response(struct ike *ike, struct ike_sa *sa,
			     const struct payloads *payloads);

#endif
