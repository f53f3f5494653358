// SPDX-License-Identifier: GPL-2.0
/*
 * The end of ESP SAs: whoever holds on to one finds no key in it.
 *
 * A socket that sends nothing can hold on to a deleted state, through the
 * route that it caches, for as long as it likes. So the transform gets a key
 * that nobody knows, once no packet is on its way through it any more.
 *
 * That takes a grace period, which one work item of a network namespace waits for
 * on behalf of all its states that have been deleted meanwhile: thousands go as
 * fast as one. It begins a moment late, for what waits in a queue behind the
 * transform with its encryption still to come (GSO), and for a sender that was
 * preempted: with the wrong key they would be lost at the peer. So only the end
 * of the namespace itself, whose queues end with it, makes it begin at once.
 */
#include "esp_retire.h"

#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/xfrm.h>

#include "compat.h"
#include "esp_algorithm.h"
#include "namespace.h"

#define RETIRE_DELAY	HZ

struct retired_state {
	struct llist_node node;
	struct xfrm_state *x;
};

/* Bounded by the Child SAs that a namespace may have had within a moment. */
static void retire_all(struct work_struct *work)
{
	struct pqike_esp_retirement *retirement =
		container_of(to_delayed_work(work), struct pqike_esp_retirement,
			     work);
	struct llist_node *list = llist_del_all(&retirement->states);
	struct retired_state *retired, *next;

	if (!list)
		return;

	synchronize_net();
	llist_for_each_entry_safe(retired, next, list, node) {
		pqike_esp_state_forget_key(retired->x);
		xfrm_state_put(retired->x);
		kfree(retired);
		cond_resched();
	}
}

/**
 * pqike_esp_retirement_init() - begin with no state to retire
 * @retirement: of a new network namespace
 *
 * Context: any.
 */
void pqike_esp_retirement_init(struct pqike_esp_retirement *retirement)
{
	init_llist_head(&retirement->states);
	INIT_DELAYED_WORK(&retirement->work, retire_all);
}

/**
 * pqike_esp_retire() - see to it that a deleted state forgets its key
 * @x: deleted, had been keyed; takes the caller's reference
 *
 * Context: process; may sleep for memory, but not for a grace period.
 */
void pqike_esp_retire(struct xfrm_state *x)
{
	struct pqike_esp_retirement *retirement =
		&pqike_pernet(xs_net(x))->retirement;
	struct retired_state *retired;

	/* To end a key must not fail. */
	retired = kmalloc_obj(*retired, GFP_KERNEL | __GFP_NOFAIL);
	retired->x = x;
	llist_add(&retired->node, &retirement->states);
	schedule_delayed_work(&retirement->work, RETIRE_DELAY);
}

/**
 * pqike_esp_retire_flush() - wait until the deleted states have no keys
 * @net: network namespace that ends, and to which they point
 *
 * Those of others are left their moment.
 *
 * Context: process; may wait for a grace period.
 */
void pqike_esp_retire_flush(struct net *net)
{
	flush_delayed_work(&pqike_pernet(net)->retirement.work);
}
