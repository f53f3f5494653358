/* SPDX-License-Identifier: GPL-2.0 */
/* The numbers of Child SAs, of which each network namespace counts its own. */
#ifndef PQIKE_CHILD_SA_ID_H
#define PQIKE_CHILD_SA_ID_H

#include <linux/types.h>

struct pqike_child_sa;
struct xarray;

#define PQIKE_CHILD_SA_ID_MIN	0x10000001
#define PQIKE_CHILD_SA_ID_MAX	0x1fffffff

int pqike_child_sa_id_alloc(struct xarray *child_sas, u32 *next,
			    struct pqike_child_sa *child, u32 *id);

#endif /* PQIKE_CHILD_SA_ID_H */
