/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections whose ground has gone: the module, or the address of this side.
 * No peer can be told.
 */
#ifndef PQIKE_RESTART_H
#define PQIKE_RESTART_H

#include "ike/ike_sa.h"

/**
 * restart_module_went() - the kernel module is gone, with all IKE SAs
 *
 * What was up is wanted again once the module is there.
 */
void restart_module_went(struct ike *ike);

/**
 * restart_module_came() - the kernel module is there again
 *
 * The connections must have been set in the kernel.
 */
void restart_module_came(struct ike *ike);

/**
 * restart_addresses() - local addresses have come or gone
 *
 * What stood on one that is gone begins anew from another; what could not
 * begin for want of one does.
 */
void restart_addresses(struct ike *ike);

#endif
