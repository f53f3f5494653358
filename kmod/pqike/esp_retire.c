// SPDX-License-Identifier: GPL-2.0
/*
 * The end of ESP SAs: whoever holds on to one finds no key in it.
 *
 * A socket that sends nothing can hold on to a deleted state, through the
 * route that it caches, for as long as it likes. So the transform gets a key
 * that nobody knows, once no packet is on its way through it any more.
 *
 * That takes a grace period, which one work item waits for on behalf of all
 * states that have been deleted meanwhile: thousands go as fast as one. It
 * begins a moment late, for what waits in a queue behind the transform with
 * its encryption still to come (GSO), and for a sender that was preempted: with
 * the wrong key they would be lost at the peer.
 */
#include "esp_retire.h"

#include <linux/llist.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/xfrm.h>

#include "compat.h"
#include "esp_algorithm.h"

#define RETIRE_DELAY	HZ

struct retired_state {
	struct llist_node node;
	struct xfrm_state *x;
};

static LLIST_HEAD(retired_states);

static void retire_all(struct work_struct *work)
{
	struct llist_node *list = llist_del_all(&retired_states);
	struct retired_state *retired, *next;

	if (!list)
		return;

	synchronize_net();
	llist_for_each_entry_safe(retired, next, list, node) {
		pqike_esp_state_forget_key(retired->x);
		xfrm_state_put(retired->x);
		kfree(retired);
	}
}

static DECLARE_DELAYED_WORK(retire_work, retire_all);

/**
 * pqike_esp_retire() - see to it that a deleted state forgets its key
 * @x: deleted, had been keyed; takes the caller's reference
 *
 * Context: process; may sleep for memory, but not for a grace period.
 */
void pqike_esp_retire(struct xfrm_state *x)
{
	struct retired_state *retired;

	/* To end a key must not fail. */
	retired = kmalloc_obj(*retired, GFP_KERNEL | __GFP_NOFAIL);
	retired->x = x;
	llist_add(&retired->node, &retired_states);
	schedule_delayed_work(&retire_work, RETIRE_DELAY);
}

/**
 * pqike_esp_retire_flush() - wait until all deleted states have no keys
 *
 * Before a network namespace ends, since states point to it, and before the
 * module does.
 *
 * Context: process; may wait for a grace period.
 */
void pqike_esp_retire_flush(void)
{
	flush_delayed_work(&retire_work);
}
