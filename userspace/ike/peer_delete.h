/* SPDX-License-Identifier: GPL-2.0 */
/* INFORMATIONAL requests of the peer (RFC 7296 section 1.4): what it deletes. */
#ifndef PQIKE_PEER_DELETE_H
#define PQIKE_PEER_DELETE_H

#include "ike/ike_sa.h"
#include "wire/message.h"

/* Answer a request of the peer.  May end @sa. */
void peer_delete_request(struct ike *ike, struct ike_sa *sa,
			 const struct payloads *payloads);

/* The peer has deleted @sa, and was answered: only that answer is left of it. */
void peer_delete_end(struct ike *ike, struct ike_sa *sa);

/**
 * peer_deleted_early() - close what a response has made in vain
 *
 * To be called after a response was dealt with.  The peer's Delete of the Child SA
 * has come before the response that makes it, which was lost, or overtaken: it counts
 * as if it had come after that.  May end @sa.
 */
void peer_deleted_early(struct ike *ike, struct ike_sa *sa);

#endif
