/* SPDX-License-Identifier: GPL-2.0 */
/* What both sides do once an IKE SA is established. */
#ifndef PQIKE_ESTABLISHED_H
#define PQIKE_ESTABLISHED_H

#include "ike_sa.h"

/* Log what was agreed; from now on @sa is watched and rekeyed. */
void established(struct ike *ike, struct ike_sa *sa);

/**
 * established_replace_others() - as the responder, end older IKE SAs of the
 *	same connection
 * @initial_contact: the peer says that it knows of none (RFC 7296 section 2.4);
 *	otherwise it is told
 *
 * One that this side began while the peer began @sa is no older one.
 */
void established_replace_others(struct ike *ike, const struct ike_sa *sa,
				bool initial_contact);

/**
 * established_resolve() - both sides began an IKE SA at once: one is enough
 *
 * The one with the lower SPIi is deleted by its initiator.  May end @sa.
 */
void established_resolve(struct ike *ike, struct ike_sa *sa);

#endif
