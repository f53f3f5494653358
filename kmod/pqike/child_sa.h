/* SPDX-License-Identifier: GPL-2.0 */
/* Child SAs: ESP SAs and policies that belong to an IKE SA. */
#ifndef PQIKE_CHILD_SA_H
#define PQIKE_CHILD_SA_H

#include <linux/list.h>
#include <linux/types.h>

#include "esp.h"

struct netlink_ext_ack;
struct pqike_ike_sa;

/**
 * struct pqike_child_sa - a Child SA, guarded by the lock of its IKE SA
 * @list: in the IKE SA's list
 * @id: its number, also the reqid of its policies
 * @installed: ESP SAs and policies are in place
 * @esp: what xfrm has, without the keys
 */
struct pqike_child_sa {
	struct list_head list;
	u32 id;
	bool installed;
	struct pqike_esp esp;
};

struct pqike_child_sa *pqike_child_sa_new(struct pqike_ike_sa *sa, u16 family,
					  const xfrm_address_t *local,
					  const xfrm_address_t *remote,
					  struct netlink_ext_ack *extack);
struct pqike_child_sa *pqike_child_sa_find(struct pqike_ike_sa *sa, u32 id,
					   struct netlink_ext_ack *extack);
int pqike_child_sa_install(struct pqike_ike_sa *sa,
			   struct pqike_child_sa *child,
			   const struct pqike_esp *agreed,
			   struct netlink_ext_ack *extack);
void pqike_child_sa_del(struct pqike_ike_sa *sa, struct pqike_child_sa *child);
void pqike_child_sa_del_all(struct pqike_ike_sa *sa);

#endif /* PQIKE_CHILD_SA_H */
