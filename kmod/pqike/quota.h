/* SPDX-License-Identifier: GPL-2.0 */
/* How much a network namespace, and one socket of it, may have at a time (R7). */
#ifndef PQIKE_QUOTA_H
#define PQIKE_QUOTA_H

#include <linux/types.h>

struct net;

/**
 * struct pqike_quota - numbers of objects: what there may be, or what there is
 * @ike_sas: IKE SAs in any state
 * @half_open: those of them that are not established
 * @child_sas: Child SAs, reserved or installed
 * @connections: connections; of a socket none count
 * @traps: likewise
 * @policies: policies in xfrm, of Child SAs and traps; likewise
 */
struct pqike_quota {
	u32 ike_sas;
	u32 half_open;
	u32 child_sas;
	u32 connections;
	u32 traps;
	u32 policies;
};

extern const struct pqike_quota pqike_quota_none;

/* namespace.c */
const struct pqike_quota *pqike_quota_of(struct net *net);

const struct pqike_quota *pqike_quota_default(const struct net *net);

#endif /* PQIKE_QUOTA_H */
