/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CREATE_CHILD_SA of the peer (RFC 7296 section 1.3): a Child SA, a new one or one that
 * replaces another, or an IKE SA.
 */
#ifndef PQIKE_CREATE_CHILD_ANSWER_H
#define PQIKE_CREATE_CHILD_ANSWER_H

#include "ike/ike_sa.h"
#include "wire/message.h"

/* Answer a request of the peer.  May end @sa. */
void create_child_answer(struct ike *ike, struct ike_sa *sa,
			 const struct payloads *payloads);

#endif
