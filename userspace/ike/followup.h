/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IKE_FOLLOWUP_KE (RFC 9370 section 2.2.4): the additional key exchanges of a
 * Child SA or of an IKE SA that replaces another, after CREATE_CHILD_SA.
 */
#ifndef PQIKE_FOLLOWUP_H
#define PQIKE_FOLLOWUP_H

#include "ike/ike_sa.h"
#include "wire/message.h"

/* Milliseconds that a responder keeps a series that the peer has left. */
#define FOLLOWUP_TIMEOUT 20000

/* Return: how many additional key exchanges @proposal has, NONE left out. */
size_t followup_count(const struct proposal *proposal);

/* As the initiator: send the next request; @link as the peer sent it. */
void followup_send(struct ike *ike, struct ike_sa *sa,
		   const struct kernel_ke *ke, const uint8_t *link,
		   size_t link_len);

/**
 * followup_expect() - as the responder, more is due after this response
 * @series: what is made, how many key exchanges are due for it, not 0, and what
 *	completes it
 * @message: the response; N(ADDITIONAL_KEY_EXCHANGE) is added to it
 */
void followup_expect(struct ike *ike, struct ike_sa *sa,
		     const struct followup *series,
		     struct message_writer *message);

/* Answer a request of the peer.  May end @sa. */
void followup_request(struct ike *ike, struct ike_sa *sa,
		      const struct payloads *payloads);

#endif
