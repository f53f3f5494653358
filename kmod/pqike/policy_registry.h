/* SPDX-License-Identifier: GPL-2.0 */
/* xfrm policies that several users share. */
#ifndef PQIKE_POLICY_REGISTRY_H
#define PQIKE_POLICY_REGISTRY_H

#include <linux/rhashtable-types.h>
#include <linux/xfrm.h>
#include <net/xfrm.h>

struct net;
struct netlink_ext_ack;

/**
 * struct pqike_policy - what makes an xfrm policy; all of it is compared
 * @dir: XFRM_POLICY_IN, XFRM_POLICY_FWD or XFRM_POLICY_OUT
 * @priority: follows from @selector
 * @if_id: xfrm interface ID, 0 for none
 * @mark: what packets must have, without bits outside its mask
 * @selector: what it matches, unused octets 0
 * @tmpl: what protects that, unused octets 0
 */
struct pqike_policy {
	int dir;
	u32 priority;
	u32 if_id;
	struct xfrm_mark mark;
	struct xfrm_selector selector;
	struct xfrm_tmpl tmpl;
};

/**
 * struct pqike_policy_user - who holds policies: a set of selectors
 * @child_reqid: names the configured child
 * @n_receive: its Child SAs
 * @n_send: those of them that have an outbound state
 *
 * The one who has it changes it, and calls pqike_policy_refresh().
 */
struct pqike_policy_user {
	u32 child_reqid;
	unsigned int n_receive;
	unsigned int n_send;
};

/**
 * struct pqike_policy_registry - the policies of a network namespace
 * @entries: struct policy_entry
 * @bins: struct policy_bin
 *
 * Guarded by net->xfrm.xfrm_cfg_mutex; how many there are may be read without it.
 */
struct pqike_policy_registry {
	struct rhashtable entries;
	struct rhashtable bins;
};

/* namespace.c */
struct pqike_policy_registry *pqike_policy_registry_of(struct net *net);

int pqike_policy_registry_init(struct pqike_policy_registry *registry);
void pqike_policy_registry_destroy(struct pqike_policy_registry *registry);
unsigned int
pqike_policy_registry_count(const struct pqike_policy_registry *registry);
int pqike_policy_check(struct net *net, const struct pqike_policy *policy,
		       u32 child_reqid, struct netlink_ext_ack *extack);
int pqike_policy_hold(struct net *net, const struct pqike_policy *policy,
		      const struct pqike_policy_user *user, bool moves,
		      struct netlink_ext_ack *extack);
void pqike_policy_refresh(struct net *net, const struct pqike_policy *policy);
void pqike_policy_move(struct net *net, const struct pqike_policy *policy,
		       const struct pqike_policy_user *user);
void pqike_policy_release(struct net *net, const struct pqike_policy *policy,
			  const struct pqike_policy_user *user);

#endif /* PQIKE_POLICY_REGISTRY_H */
