/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink sockets, and what ends with them (R7). */
#ifndef PQIKE_OWNER_H
#define PQIKE_OWNER_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

struct net;
struct pqike_child_sa;
struct pqike_ike_sa;
struct pqike_owner;
struct sock;

/**
 * struct pqike_owners - sockets of a network namespace that own something
 * @lock: guards all below, and what each owner has; taken after the lock of an
 *	IKE SA, and held for no more than a look or a change
 * @by_portid: struct pqike_owner
 */
struct pqike_owners {
	struct mutex lock;	/* guards all below */
	struct rhltable by_portid;
};

/**
 * struct pqike_owned - what a socket owns: an IKE SA or a Child SA in the making
 * @list: in the owner's list
 * @owner: NULL for none; written under the lock of @ike_sa and that of the owners
 * @ike_sa: the IKE SA, or that of the Child SA
 * @child_sa: the Child SA, NULL where @ike_sa itself is owned
 */
struct pqike_owned {
	struct list_head list;
	struct pqike_owner *owner;
	struct pqike_ike_sa *ike_sa;
	struct pqike_child_sa *child_sa;
};

int pqike_owners_init(struct pqike_owners *owners);
void pqike_owners_destroy(struct pqike_owners *owners);
int pqike_owned_begin(struct pqike_owned *owned, struct pqike_owners *owners,
		      struct sock *sk, u32 portid);
void pqike_owned_end(struct pqike_owned *owned);
struct pqike_owner *pqike_owner_get_closed(struct pqike_owners *owners,
					   u32 portid);
void pqike_owner_put(struct pqike_owner *owner);
struct pqike_owned *pqike_owner_first(struct pqike_owner *owner);

#endif /* PQIKE_OWNER_H */
