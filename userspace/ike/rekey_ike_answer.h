/* SPDX-License-Identifier: GPL-2.0 */
/* The peer replaces an IKE SA: its CREATE_CHILD_SA is answered. */
#ifndef PQIKE_REKEY_IKE_ANSWER_H
#define PQIKE_REKEY_IKE_ANSWER_H

#include "ike/ike_sa.h"
#include "wire/message.h"

/* Answer a request of the peer to replace @sa.  May end @sa. */
void rekey_ike_request(struct ike *ike, struct ike_sa *sa,
		       const struct payloads *payloads);

#endif
