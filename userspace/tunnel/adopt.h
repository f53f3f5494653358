/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IKE SAs that a helper left which is no more: they go on here, with their tunnels,
 * where the configuration still has them, and are deleted where it has not.
 */
#ifndef PQIKE_ADOPT_H
#define PQIKE_ADOPT_H

#include "ike/ike_sa.h"

/* Take over all that there is; before anything is begun. */
void adopt_orphans(struct ike *ike);

#endif
