/* SPDX-License-Identifier: GPL-2.0 */
/* INFORMATIONAL exchanges (RFC 7296 section 1.4): Delete of IKE SAs, answers. */
#ifndef PQIKE_INFORMATIONAL_H
#define PQIKE_INFORMATIONAL_H

#include "ike_sa.h"
#include "message.h"

/**
 * informational_delete() - tell the peer that an IKE SA is over
 *
 * What was under way in it is forgotten.  @sa ends when the peer has answered
 * or does not.  Return: false when @sa was ended already.
 */
bool informational_delete(struct ike *ike, struct ike_sa *sa);

/**
 * informational_delete_failed() - as informational_delete(), for a failure
 *
 * Its Child SAs are dealt with as if the peer were dead.
 */
void informational_delete_failed(struct ike *ike, struct ike_sa *sa,
				 const char *why);

/* As informational_delete_failed(); its Child SAs are made anew in another one. */
void informational_delete_expired(struct ike *ike, struct ike_sa *sa,
				  const char *why);

/* As informational_delete_failed(), where the peer has ended it already. */
void informational_broken(struct ike *ike, struct ike_sa *sa, const char *why);

/* Answer a request of the peer.  May end @sa. */
void informational_request(struct ike *ike, struct ike_sa *sa,
			   const struct payloads *payloads);

/* A request was answered in an IKE SA that is being deleted.  May end @sa. */
void informational_response(struct ike *ike, struct ike_sa *sa,
			    const struct payloads *payloads);

#endif
