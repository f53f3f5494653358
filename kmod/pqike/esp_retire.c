// SPDX-License-Identifier: GPL-2.0
/*
 * The end of ESP SAs: under no packet, and whoever holds on to one finds no key in it.
 *
 * A sender finds its states first and sends afterwards. In between it may be preempted,
 * or wait for memory or for room in its socket, and no grace period waits for that; by
 * a state that is deleted meanwhile nothing is sent. So a state in whose place another
 * one sends stays for a moment.
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
 * of the namespace itself, whose queues end with it, makes both begin at once.
 */
#include "esp_retire.h"

#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/xfrm.h>

#include "compat.h"
#include "esp_algorithm.h"

#define RETIRE_DELAY	HZ

struct retired_state {
	struct list_head list;
	struct xfrm_state *x;
	unsigned long due;	/* jiffies */
};

static void put_by(struct pqike_esp_retirement *retirement,
		   struct list_head *list, struct retired_state *retired)
{
	retired->due = jiffies + RETIRE_DELAY;
	spin_lock(&retirement->lock);
	list_add_tail(&retired->list, list);
	spin_unlock(&retirement->lock);
	queue_delayed_work(pqike_unbound_wq, &retirement->work, RETIRE_DELAY);
}

/* Bounded by the Child SAs that a namespace may have had within a moment. */
static void take_due(struct pqike_esp_retirement *retirement,
		     struct list_head *list, bool all, struct list_head *due)
{
	struct retired_state *retired, *next;

	spin_lock(&retirement->lock);
	list_for_each_entry_safe(retired, next, list, list) {
		if (!all && time_before(jiffies, retired->due))
			break;
		list_move_tail(&retired->list, due);
	}
	spin_unlock(&retirement->lock);
}

/* xfrm may have done so itself, or whoever ended it before its time. */
static void delete_state(struct xfrm_state *x)
{
	const struct km_event event = { .event = XFRM_MSG_DELSA };

	if (xfrm_state_delete(x))
		return;
	xfrm_audit_state_delete(x, 1, true);
	km_state_notify(x, &event);
}

static void lock_and_delete_state(struct xfrm_state *x)
{
	struct net *net = xs_net(x);

	mutex_lock(&net->xfrm.xfrm_cfg_mutex);
	delete_state(x);
	mutex_unlock(&net->xfrm.xfrm_cfg_mutex);
}

static void delete_superseded(struct pqike_esp_retirement *retirement, bool all)
{
	struct retired_state *retired, *next;
	LIST_HEAD(due);

	take_due(retirement, &retirement->superseded, all, &due);
	list_for_each_entry_safe(retired, next, &due, list) {
		lock_and_delete_state(retired->x);
		list_del(&retired->list);
		put_by(retirement, &retirement->deleted, retired);
	}
}

static void forget_deleted(struct pqike_esp_retirement *retirement, bool all)
{
	struct retired_state *retired, *next;
	LIST_HEAD(due);

	take_due(retirement, &retirement->deleted, all, &due);
	if (list_empty(&due))
		return;

	synchronize_net();
	list_for_each_entry_safe(retired, next, &due, list) {
		pqike_esp_state_forget_key(retired->x);
		xfrm_state_put(retired->x);
		kfree(retired);
		cond_resched();
	}
}

/* In jiffies from now; the first of a list, as all of it wait equally long. */
static unsigned long due_in(struct list_head *list)
{
	const struct retired_state *first;

	first = list_first_entry_or_null(list, struct retired_state, list);
	if (!first)
		return MAX_JIFFY_OFFSET;
	return time_after(first->due, jiffies) ? first->due - jiffies : 0;
}

static void wait_for_first(struct pqike_esp_retirement *retirement)
{
	unsigned long wait;

	spin_lock(&retirement->lock);
	wait = min(due_in(&retirement->superseded), due_in(&retirement->deleted));
	spin_unlock(&retirement->lock);
	if (wait < MAX_JIFFY_OFFSET)
		queue_delayed_work(pqike_unbound_wq, &retirement->work, wait);
}

static void retire_due(struct work_struct *work)
{
	struct pqike_esp_retirement *retirement =
		container_of(to_delayed_work(work), struct pqike_esp_retirement,
			     work);

	forget_deleted(retirement, false);
	delete_superseded(retirement, false);
	wait_for_first(retirement);
}

/**
 * pqike_esp_retirement_init() - begin with no state to retire
 * @retirement: of a new network namespace
 *
 * Context: any.
 */
void pqike_esp_retirement_init(struct pqike_esp_retirement *retirement)
{
	spin_lock_init(&retirement->lock);
	INIT_LIST_HEAD(&retirement->superseded);
	INIT_LIST_HEAD(&retirement->deleted);
	INIT_DELAYED_WORK(&retirement->work, retire_due);
}

/* To end a key must not fail. */
static struct retired_state *new_retired(struct xfrm_state *x)
{
	struct retired_state *retired;

	retired = kmalloc_obj(*retired, GFP_KERNEL | __GFP_NOFAIL);
	retired->x = x;
	return retired;
}

/**
 * pqike_esp_retire() - delete a state, and see to it that it forgets its key
 * @x: takes the caller's reference
 *
 * Context: process; may sleep for memory, but not for a grace period;
 * net->xfrm.xfrm_cfg_mutex is held.
 */
void pqike_esp_retire(struct xfrm_state *x)
{
	struct pqike_esp_retirement *retirement =
		pqike_esp_retirement_of(xs_net(x));

	delete_state(x);
	put_by(retirement, &retirement->deleted, new_retired(x));
}

/**
 * pqike_esp_retire_superseded() - the same, once nobody sends by it
 * @x: outbound; no sender finds it any more; takes the caller's reference
 *
 * Context: process; may sleep for memory, but not for a grace period.
 */
void pqike_esp_retire_superseded(struct xfrm_state *x)
{
	struct pqike_esp_retirement *retirement =
		pqike_esp_retirement_of(xs_net(x));

	put_by(retirement, &retirement->superseded, new_retired(x));
}

/**
 * pqike_esp_retire_now() - the end of a superseded state before its time
 * @x: given to pqike_esp_retire_superseded() before; takes the caller's reference
 *
 * Context: process; may sleep; net->xfrm.xfrm_cfg_mutex is held.
 */
void pqike_esp_retire_now(struct xfrm_state *x)
{
	delete_state(x);
	xfrm_state_put(x);
}

/**
 * pqike_esp_retire_flush() - wait until no state is left that has a key
 * @net: network namespace that ends, and to which they point
 *
 * Those of others are left their moment.
 *
 * Context: process; may wait for a grace period.
 */
void pqike_esp_retire_flush(struct net *net)
{
	struct pqike_esp_retirement *retirement = pqike_esp_retirement_of(net);

	cancel_delayed_work_sync(&retirement->work);
	delete_superseded(retirement, true);
	forget_deleted(retirement, true);
	cancel_delayed_work_sync(&retirement->work);
}
