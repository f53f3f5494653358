/* SPDX-License-Identifier: GPL-2.0 */
/* The responder's side of IKE_SA_INIT, IKE_INTERMEDIATE and IKE_AUTH. */
#ifndef PQIKE_RESPONDER_H
#define PQIKE_RESPONDER_H

#include "ike/ike_sa.h"
#include "wire/message.h"

/**
 * responder_init() - an IKE_SA_INIT request came
 * @header: of @data
 * @data: the message, @len octets
 */
void responder_init(struct ike *ike, const struct path *path,
		    const struct ike_header *header, const uint8_t *data,
		    size_t len);

/**
 * responder_refuse_version() - answer a request of a later major version
 *	(RFC 7296 section 2.5)
 */
void responder_refuse_version(struct ike *ike, const struct path *path,
			      const struct ike_header *header);

/**
 * responder_refuse_spi() - answer a request whose IKE SA is not known with
 *	INVALID_IKE_SPI, not more often than struct say_limit admits
 */
void responder_refuse_spi(struct ike *ike, const struct path *path,
			  const struct ike_header *header);

/* The peer's IKE_INTERMEDIATE request was opened.  May end @sa. */
void responder_intermediate(struct ike *ike, struct ike_sa *sa);

/* The peer's IKE_AUTH request was opened.  May end @sa. */
void responder_auth(struct ike *ike, struct ike_sa *sa,
		    const struct payloads *payloads);

#endif
