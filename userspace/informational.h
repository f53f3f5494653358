/* SPDX-License-Identifier: GPL-2.0 */
/* INFORMATIONAL exchanges (RFC 7296 section 1.4): Delete and liveness. */
#ifndef PQIKE_INFORMATIONAL_H
#define PQIKE_INFORMATIONAL_H

#include "ike_sa.h"
#include "message.h"

/**
 * informational_delete() - tell the peer that an established IKE SA is over
 *
 * @sa ends when the peer has answered or does not.  Return: false when @sa was
 * ended already.
 */
bool informational_delete(struct ike *ike, struct ike_sa *sa);

/* Answer a request of the peer.  May end @sa. */
void informational_request(struct ike *ike, struct ike_sa *sa,
			   const struct payloads *payloads);

/* Our Delete was answered.  Ends @sa. */
void informational_response(struct ike *ike, struct ike_sa *sa);

#endif
