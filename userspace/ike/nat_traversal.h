/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NAT traversal (RFC 7296 section 2.23, RFC 3948): when IKE goes to port 4500
 * and ESP into UDP, and what is done when a NAT moves the peer.
 */
#ifndef PQIKE_NAT_TRAVERSAL_H
#define PQIKE_NAT_TRAVERSAL_H

#include "ike/child_sa.h"
#include "wire/message.h"

/**
 * nat_traversal_detect() - the peer's IKE_SA_INIT message is there
 * @payloads: of that message
 * @spi_r: as in its header
 * @forced: ESP is to go in UDP even without a NAT
 *
 * An initiator sends all that follows to port 4500 if that is needed.
 */
void nat_traversal_detect(struct ike *ike, struct ike_sa *sa,
			  const struct payloads *payloads, const uint8_t *spi_r,
			  bool forced);

/**
 * nat_traversal_heard() - a message came that is authenticated and new
 * @path: on which it came
 *
 * A peer behind a NAT is where its last message came from.
 */
void nat_traversal_heard(struct ike *ike, struct ike_sa *sa,
			 const struct path *path);

/**
 * nat_traversal_mapped() - ESP of @child, which is authenticated, comes from
 *	elsewhere
 * @source: address and port
 */
void nat_traversal_mapped(struct ike *ike, struct child_sa *child,
			  const struct sockaddr_storage *source);

/* Let the NAT in front of this side remember @sa as long as it stands. */
void nat_traversal_keep_alive(struct ike *ike, struct ike_sa *sa);

#endif
