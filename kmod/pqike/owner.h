/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink sockets that may drive IKE SAs, and what they own (R7, R9). */
#ifndef PQIKE_OWNER_H
#define PQIKE_OWNER_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

#include "quota.h"

struct netlink_ext_ack;
struct pqike_child_sa;
struct pqike_ike_sa;
struct pqike_owner;
struct sock;

/**
 * struct pqike_owners - authorised sockets of a network namespace
 * @lock: guards what each owner has, @quota, and changes of @by_portid; taken after
 *	the lock of an IKE SA, and held for no more than a look or a change
 * @by_portid: struct pqike_owner; read under RCU
 * @quota: what all of the namespace may have, see struct pqike_net
 * @used: IKE SAs and Child SAs that there are
 * @orphans: struct pqike_owned of IKE SAs that are complete, and whose socket is closed
 * @unseen: likewise, which the round that is under way has not come to
 */
struct pqike_owners {
	struct mutex lock;	/* see above */
	struct rhltable by_portid;
	const struct pqike_quota *quota;
	struct pqike_quota used;
	struct list_head orphans;
	struct list_head unseen;
};

/**
 * struct pqike_owned - what a socket owns: an IKE SA or a Child SA in the making
 * @list: in the owner's list of what ends with the socket, or what is complete; or in
 *	one of the orphans
 * @half_open: an IKE SA that is not complete, and counts as such
 * @owner: held; NULL before it is begun.  Changes under the lock of @ike_sa
 * @ike_sa: the IKE SA, or that of the Child SA
 * @child_sa: the Child SA, NULL where @ike_sa itself is owned
 */
struct pqike_owned {
	struct list_head list;
	bool half_open;
	struct pqike_owner *owner;
	struct pqike_ike_sa *ike_sa;
	struct pqike_child_sa *child_sa;
};

int pqike_owners_init(struct pqike_owners *owners,
		      const struct pqike_quota *quota);
void pqike_owners_destroy(struct pqike_owners *owners);
int pqike_owner_authorise(struct pqike_owners *owners, struct sock *sk,
			  u32 portid, const struct pqike_quota *quota);
const struct pqike_owner *pqike_owner_of_socket(struct pqike_owners *owners,
						const struct sock *sk,
						u32 portid);
struct pqike_owner *pqike_owner_begin_request(struct pqike_owners *owners,
					      const struct sock *sk, u32 portid);
void pqike_owner_end_request(struct pqike_owner *owner);
int pqike_owned_begin_ike_sa(struct pqike_owned *owned,
			     struct pqike_owner *owner,
			     struct netlink_ext_ack *extack);
void pqike_owned_begin_child_sa(struct pqike_owned *owned,
				struct pqike_owner *owner);
int pqike_owner_take_child_sa(struct pqike_owner *owner,
			      struct netlink_ext_ack *extack);
void pqike_owner_give_child_sa(struct pqike_owner *owner);
void pqike_owned_complete(struct pqike_owned *owned);
bool pqike_owned_is_complete(const struct pqike_owned *owned);
void pqike_owned_end(struct pqike_owned *owned);
struct pqike_owner *pqike_owner_get_closed(struct pqike_owners *owners,
					   u32 portid);
struct pqike_owner *pqike_owner_revoke(struct pqike_owners *owners,
				       const struct sock *sk, u32 portid);
bool pqike_owner_close(struct pqike_owner *owner);
bool pqike_owner_is_closed(const struct pqike_owner *owner);
void pqike_owned_leave(struct pqike_owned *owned);
int pqike_owner_take(struct pqike_owner *owner, const struct pqike_quota *more,
		     struct netlink_ext_ack *extack);
void pqike_owned_move(struct pqike_owned *owned, struct pqike_owner *owner,
		      const struct pqike_quota *what);
struct pqike_owned *pqike_owner_first(struct pqike_owner *owner);
void pqike_orphans_begin_round(struct pqike_owners *owners);
struct pqike_owned *pqike_orphans_next(struct pqike_owners *owners);

#endif /* PQIKE_OWNER_H */
