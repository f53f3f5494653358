// SPDX-License-Identifier: GPL-2.0
/*
 * The number of a Child SA is its reqid, too, where its user has none for it.
 * Reqids tie policies to states in all of the network stack.  Ours begin far
 * above those that other key managers and operators count up from 1, and end
 * below those of policy_set.c.
 */
#include "child_sa_id.h"

#include <linux/xarray.h>

static const struct xa_limit limits = XA_LIMIT(PQIKE_CHILD_SA_ID_MIN,
					       PQIKE_CHILD_SA_ID_MAX);

/**
 * pqike_child_sa_id_alloc() - a number that no other Child SA has
 * @child_sas: Child SAs by their number; receives @child
 * @next: where to look first; written
 * @child: the Child SA
 * @id: receives the number
 *
 * One that was given back is not used before all others have been: it may still be
 * known to somebody.
 *
 * Context: may sleep.
 * Return: 0; or, with nothing changed, -EBUSY without a free number, or -ENOMEM.
 */
int pqike_child_sa_id_alloc(struct xarray *child_sas, u32 *next,
			    struct pqike_child_sa *child, u32 *id)
{
	int err = xa_alloc_cyclic(child_sas, id, child, limits, next,
				  GFP_KERNEL_ACCOUNT);

	/* 1: they begin anew */
	return err < 0 ? err : 0;
}
