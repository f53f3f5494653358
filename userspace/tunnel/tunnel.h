/* SPDX-License-Identifier: GPL-2.0 */
/* What should be up: what becomes of it is decided here, IKE is told to do it. */
#ifndef PQIKE_TUNNEL_H
#define PQIKE_TUNNEL_H

#include "ike/ike_sa.h"

/* Before anything else is done with @ike, which is zeroed. */
void tunnel_attach(struct ike *ike);

#endif
