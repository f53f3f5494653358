/* SPDX-License-Identifier: GPL-2.0 */
/* A set of traffic selectors, its policies and the reqid that is theirs alone. */
#ifndef PQIKE_POLICY_SET_H
#define PQIKE_POLICY_SET_H

#include <linux/rhashtable-types.h>
#include <linux/types.h>

struct net;
struct netlink_ext_ack;
struct pqike_esp;
struct pqike_policy_set;

/**
 * struct pqike_policy_sets - those of a network namespace
 * @by_selectors: struct pqike_policy_set
 * @by_reqid: the same
 * @last_reqid: that was given to one which could not have its child's
 *
 * Guarded by net->xfrm.xfrm_cfg_mutex.
 */
struct pqike_policy_sets {
	struct rhltable by_selectors;
	struct rhashtable by_reqid;
	u32 last_reqid;
};

/* namespace.c */
struct pqike_policy_sets *pqike_policy_sets_of(struct net *net);

int pqike_policy_sets_init(struct pqike_policy_sets *sets);
void pqike_policy_sets_destroy(struct pqike_policy_sets *sets);
int pqike_policy_set_check(struct net *net, const struct pqike_esp *esp,
			   struct netlink_ext_ack *extack);
struct pqike_policy_set *pqike_policy_set_get(struct net *net,
					      const struct pqike_esp *esp);
void pqike_policy_set_put(struct pqike_policy_set *set);
u32 pqike_policy_set_reqid(const struct pqike_policy_set *set);
int pqike_policy_set_hold(struct net *net, struct pqike_policy_set *set,
			  struct netlink_ext_ack *extack);
void pqike_policy_set_release(struct net *net, struct pqike_policy_set *set);
void pqike_policy_set_send(struct net *net, struct pqike_policy_set *set);
void pqike_policy_set_stop(struct net *net, struct pqike_policy_set *set);
int pqike_policy_set_trap(struct net *net, const struct pqike_esp *esp,
			  struct pqike_policy_set **set,
			  struct netlink_ext_ack *extack);
void pqike_policy_set_untrap(struct net *net, struct pqike_policy_set *set);

#endif /* PQIKE_POLICY_SET_H */
