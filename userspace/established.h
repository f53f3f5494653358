/* SPDX-License-Identifier: GPL-2.0 */
/* What both sides do once an IKE SA is established. */
#ifndef PQIKE_ESTABLISHED_H
#define PQIKE_ESTABLISHED_H

#include "ike_sa.h"

/* Log what was agreed; no timer runs any more. */
void established(struct ike *ike, struct ike_sa *sa);

/**
 * established_replace_others() - end older IKE SAs of the same connection
 * @initial_contact: the peer says that it knows of none (RFC 7296 section 2.4);
 *	otherwise it is told
 */
void established_replace_others(struct ike *ike, const struct ike_sa *sa,
				bool initial_contact);

#endif
