/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections whose ground has gone: the module, or the address of this side.
 * No peer can be told.
 */
#ifndef PQIKE_BEGIN_ANEW_H
#define PQIKE_BEGIN_ANEW_H

#include "ike_sa.h"

/**
 * begin_anew_module_went() - the kernel module is gone, with all IKE SAs
 *
 * What was up is wanted again once the module is there.
 */
void begin_anew_module_went(struct ike *ike);

/**
 * begin_anew_module_came() - the kernel module is there again
 *
 * The connections must have been set in the kernel.
 */
void begin_anew_module_came(struct ike *ike);

/**
 * begin_anew_addresses() - local addresses have come or gone
 *
 * What stood on one that is gone begins anew from another; what could not
 * begin for want of one does.
 */
void begin_anew_addresses(struct ike *ike);

#endif
