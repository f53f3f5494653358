/* SPDX-License-Identifier: GPL-2.0 */
/* What both sides do once an IKE SA is established. */
#ifndef PQIKE_ESTABLISHED_H
#define PQIKE_ESTABLISHED_H

#include "ike/ike_sa.h"

/* Log what was agreed; from now on @sa is watched and rekeyed. */
void established(struct ike *ike, struct ike_sa *sa);

#endif
