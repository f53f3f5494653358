/* SPDX-License-Identifier: GPL-2.0 */
/* Delete of an IKE SA by this side (RFC 7296 section 1.4.1). */
#ifndef PQIKE_DELETE_IKE_H
#define PQIKE_DELETE_IKE_H

#include "ike/ike_sa.h"
#include "wire/message.h"

/**
 * delete_ike() - tell the peer that an IKE SA is over
 *
 * What was under way in it is forgotten.  @sa ends when the peer has answered
 * or does not.  Return: false when @sa was ended already.
 */
bool delete_ike(struct ike *ike, struct ike_sa *sa);

/**
 * delete_ike_failed() - as delete_ike(), for a failure
 *
 * Its Child SAs are dealt with as if the peer were dead.
 */
void delete_ike_failed(struct ike *ike, struct ike_sa *sa,
		       const char *why);

/* As delete_ike_failed(); its Child SAs are made anew in another one. */
void delete_ike_expired(struct ike *ike, struct ike_sa *sa,
			const char *why);

/* As delete_ike_failed(), where the peer has ended it already. */
void end_ike_broken(struct ike *ike, struct ike_sa *sa, const char *why);

/* A request was answered in an IKE SA that is being deleted.  May end @sa. */
void delete_ike_response(struct ike *ike, struct ike_sa *sa,
			 const struct payloads *payloads);

#endif
