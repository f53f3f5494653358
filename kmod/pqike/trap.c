// SPDX-License-Identifier: GPL-2.0
/*
 * Traps: policies that wait for a packet. xfrm finds no state for it, drops it,
 * and sends XFRM_MSG_ACQUIRE with the reqid. Child SAs of the same reqid, mode,
 * addresses and selectors share the policies, so that nothing leaves in the
 * clear when the last of them goes before its trap.
 *
 * With the acquire xfrm makes a larval state, and as long as there is one it drops
 * what else meets the trap and asks no more: until a state of the same reqid is
 * added, or for net.core.xfrm_acq_expires seconds. A Child SA that the peer has
 * narrowed may have another reqid, so the acquire is ended here once it sends. What
 * comes to nothing ends none: those seconds are the pause before the next attempt,
 * without which each packet would begin one.
 */
#include "trap.h"

#include <linux/netlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "compat.h"
#include "esp_child.h"
#include "esp_policy.h"
#include "policy_set.h"
#include "quota.h"

struct trap {
	struct pqike_policy_set *set;
	struct pqike_esp esp;	/* what policies are made of; no states */
};

/**
 * pqike_traps_init() - begin with none
 * @traps: of a new network namespace
 *
 * Context: any.
 */
void pqike_traps_init(struct pqike_traps *traps)
{
	mutex_init(&traps->lock);
	xa_init_flags(&traps->by_reqid, XA_FLAGS_ACCOUNT);
}

/**
 * pqike_traps_destroy() - end with none
 * @traps: of a network namespace that ends; all have been removed
 *
 * Context: process.
 */
void pqike_traps_destroy(struct pqike_traps *traps)
{
	xa_destroy(&traps->by_reqid);
	mutex_destroy(&traps->lock);
}

/* The trap of @reqid or else of the next higher one; NULL without any. */
static struct trap *find_from(struct pqike_traps *traps, u32 reqid)
{
	unsigned long from = reqid;

	return xa_find(&traps->by_reqid, &from, U32_MAX, XA_PRESENT);
}

static struct trap *find_trap(struct pqike_traps *traps, u32 reqid)
{
	return xa_load(&traps->by_reqid, reqid);
}

/* The lock of the traps is held. */
static int set_trap(struct net *net, struct trap *trap, const struct pqike_esp *esp,
		    struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	err = pqike_policy_set_trap(net, esp, &trap->set, extack);
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	if (err)
		return err;
	trap->esp = *esp;
	trap->esp.reqid = pqike_policy_set_reqid(trap->set);
	return 0;
}

/* The lock of the traps is held. */
static int add_trap(struct net *net, const struct pqike_esp *esp, u32 *reqid,
		    struct netlink_ext_ack *extack)
{
	struct pqike_traps *traps = pqike_traps_of(net);
	struct trap *trap;
	int err;

	if (traps->n >= READ_ONCE(pqike_quota_of(net)->traps)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "the network namespace has as many traps as it may have");
		return -EDQUOT;
	}
	trap = kzalloc_obj(*trap, GFP_KERNEL_ACCOUNT);
	if (!trap)
		return -ENOMEM;

	/* What is reserved takes no memory any more. */
	err = xa_reserve(&traps->by_reqid, esp->child_reqid,
			 GFP_KERNEL_ACCOUNT);
	if (err)
		goto free_trap;
	err = set_trap(net, trap, esp, extack);
	if (err)
		goto release;

	xa_store(&traps->by_reqid, esp->child_reqid, trap, GFP_KERNEL);
	traps->n++;
	*reqid = trap->esp.reqid;
	return 0;

release:
	xa_release(&traps->by_reqid, esp->child_reqid);
free_trap:
	kfree(trap);
	return err;
}

/* The lock of the traps is held. */
static int replace_trap(struct net *net, struct trap *trap,
			const struct pqike_esp *esp, u32 *reqid,
			struct netlink_ext_ack *extack)
{
	int err;

	err = set_trap(net, trap, esp, extack);
	*reqid = trap->esp.reqid;
	return err;
}

/**
 * pqike_trap_set() - install policies without ESP SAs
 * @net: network namespace
 * @esp: family, local, remote, child_reqid, transport, interface IDs, marks and
 *	traffic selectors are read
 * @reqid: receives what its policies have, and so XFRM_MSG_ACQUIRE
 * @extack: says what is wrong; may be NULL
 *
 * A trap that the child has is replaced, see pqike_policy_set_trap().
 *
 * Context: process; may sleep.
 * Return: 0; or, with nothing changed, -EEXIST when a selector is taken,
 * -EINVAL without a reqid, -EDQUOT when there are too many, -ENOMEM, or an error of
 * pqike_esp_policies_check().
 */
int pqike_trap_set(struct net *net, const struct pqike_esp *esp, u32 *reqid,
		   struct netlink_ext_ack *extack)
{
	struct pqike_traps *traps = pqike_traps_of(net);
	struct trap *trap;
	int err;

	if (!esp->child_reqid) {
		NL_SET_ERR_MSG_MOD(extack, "a trap needs a reqid");
		return -EINVAL;
	}
	err = pqike_esp_policies_check(esp, extack);
	if (err)
		return err;

	mutex_lock(&traps->lock);
	trap = find_trap(traps, esp->child_reqid);
	err = trap ? replace_trap(net, trap, esp, reqid, extack) :
		     add_trap(net, esp, reqid, extack);
	mutex_unlock(&traps->lock);
	return err;
}

/* The lock of the traps is held. */
static void delete_trap(struct net *net, struct trap *trap)
{
	struct pqike_traps *traps = pqike_traps_of(net);

	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	pqike_policy_set_untrap(net, trap->set);
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
	xa_erase(&traps->by_reqid, trap->esp.child_reqid);
	traps->n--;
	kfree(trap);
}

/**
 * pqike_trap_del() - remove the policies of a trap; Child SAs keep theirs
 * @net: network namespace
 * @reqid: of the trap
 * @extack: says that there is none; may be NULL
 *
 * Context: process; may sleep.
 * Return: 0 or -ENOENT.
 */
int pqike_trap_del(struct net *net, u32 reqid, struct netlink_ext_ack *extack)
{
	struct pqike_traps *traps = pqike_traps_of(net);
	struct trap *trap;

	mutex_lock(&traps->lock);
	trap = find_trap(traps, reqid);
	if (trap)
		delete_trap(net, trap);
	mutex_unlock(&traps->lock);
	if (trap)
		return 0;

	NL_SET_ERR_MSG_MOD(extack, "the reqid has no trap");
	return -ENOENT;
}

/**
 * pqike_trap_del_all() - remove every trap of a network namespace
 * @net: network namespace
 *
 * Context: process; may sleep.
 */
void pqike_trap_del_all(struct net *net)
{
	struct pqike_traps *traps = pqike_traps_of(net);
	unsigned long reqid;
	struct trap *trap;

	mutex_lock(&traps->lock);
	xa_for_each(&traps->by_reqid, reqid, trap)
		delete_trap(net, trap);
	mutex_unlock(&traps->lock);
}

/* The policies of a trap have no other mark than that of what is sent. */
static struct xfrm_state *find_larval(struct net *net,
				      const struct pqike_esp *esp)
{
	const struct xfrm_mark *out = &esp->options.mark_out;
	const struct xfrm_mark mark = { .v = out->v & out->m, .m = out->m };

	return pqike_xfrm_find_acq(net, &mark,
				   esp->transport ? XFRM_MODE_TRANSPORT :
						    XFRM_MODE_TUNNEL,
				   esp->reqid, esp->options.if_id_out,
				   &esp->remote, &esp->local, esp->family);
}

/**
 * pqike_trap_answered() - a child that may have a trap has begun to send
 * @net: network namespace
 * @child_reqid: of the child
 *
 * What meets its trap from now on, outside of the Child SA's selectors, makes xfrm
 * ask once more.  One acquire is ended, as xfrm makes no second one beside it.
 *
 * Context: process; may sleep.
 */
void pqike_trap_answered(struct net *net, u32 child_reqid)
{
	struct pqike_traps *traps = pqike_traps_of(net);
	struct xfrm_state *x = NULL;
	struct trap *trap;

	mutex_lock(&traps->lock);
	trap = find_trap(traps, child_reqid);
	if (trap)
		x = find_larval(net, &trap->esp);
	mutex_unlock(&traps->lock);
	if (!x)
		return;
	xfrm_state_delete(x);
	xfrm_state_put(x);
}

/**
 * pqike_trap_waits() - whether a packet has met a trap, and nothing has come of it yet
 * @net: network namespace
 * @esp: of pqike_trap_next()
 *
 * Then xfrm has sent XFRM_MSG_ACQUIRE, which may have been lost, and sends no other one
 * before net.core.xfrm_acq_expires seconds are over.
 *
 * Context: process.
 * Return: as said.
 */
bool pqike_trap_waits(struct net *net, const struct pqike_esp *esp)
{
	struct xfrm_state *x = find_larval(net, esp);

	if (x)
		xfrm_state_put(x);
	return x;
}

/**
 * pqike_trap_next() - the trap of a reqid, or of the next higher one
 * @net: network namespace
 * @reqid: to begin with
 * @esp: receives what pqike_trap_set() was given
 *
 * Context: process; may sleep.
 * Return: whether there is one.
 */
bool pqike_trap_next(struct net *net, u32 reqid, struct pqike_esp *esp)
{
	struct pqike_traps *traps = pqike_traps_of(net);
	struct trap *trap;

	mutex_lock(&traps->lock);
	trap = find_from(traps, reqid);
	if (trap)
		*esp = trap->esp;
	mutex_unlock(&traps->lock);
	return trap;
}
