// SPDX-License-Identifier: GPL-2.0
/*
 * The post-quantum preshared keys of a network namespace, by PPK_ID.
 *
 * A peer that is not authenticated names one, and shows to have it: what it costs to
 * find that must not grow with the connections.  So those which have one PPK share an
 * entry, and of the PPKs of one PPK_ID the %PQIKE_PPKS_OF_ID_MAX that came last are
 * looked at.
 */
#include <linux/err.h>
#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "ppk.h"
#include "shared_secret.h"

/**
 * struct pqike_ppk - a PPK that connections have
 * @node: in the table
 * @rcu: who searches the table may still read this
 * @id: its PPK_ID
 * @secret: held
 * @users: connections that have it; one that came when others had displaced this entry
 *	has another one
 */
struct pqike_ppk {
	struct rhlist_head node;
	struct rcu_head rcu;
	struct pqike_ppk_id id;
	struct pqike_shared_secret *secret;
	unsigned int users;
};

static u32 hash_id(const void *id, u32 len, u32 seed)
{
	const struct pqike_ppk_id *ppk_id = id;

	return jhash(ppk_id->octets, ppk_id->len, seed);
}

static u32 hash_ppk(const void *ppk, u32 len, u32 seed)
{
	return hash_id(&((const struct pqike_ppk *)ppk)->id, len, seed);
}

static int compare_id(struct rhashtable_compare_arg *arg, const void *ppk)
{
	const struct pqike_ppk_id *a = arg->key;
	const struct pqike_ppk_id *b = &((const struct pqike_ppk *)ppk)->id;

	return a->len != b->len || memcmp(a->octets, b->octets, a->len);
}

static const struct rhashtable_params by_id_params = {
	.head_offset = offsetof(struct pqike_ppk, node),
	.key_offset = offsetof(struct pqike_ppk, id),
	.hashfn = hash_id,
	.obj_hashfn = hash_ppk,
	.obj_cmpfn = compare_id,
	.automatic_shrinking = true,
};

/**
 * pqike_ppks_init() - begin with none
 * @ppks: of a new network namespace
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int pqike_ppks_init(struct rhltable *ppks)
{
	return rhltable_init(ppks, &by_id_params);
}

/**
 * pqike_ppks_destroy() - end with none
 * @ppks: without any
 *
 * Context: may sleep.
 */
void pqike_ppks_destroy(struct rhltable *ppks)
{
	rhltable_destroy(ppks);
}

/* The caller holds the lock that guards the table, as for all below. */
static struct pqike_ppk *find_ppk(struct rhltable *ppks,
				  const struct pqike_ppk_id *id,
				  const struct pqike_shared_secret *secret)
{
	struct pqike_ppk *ppk, *found = NULL;
	struct rhlist_head *list, *pos;
	unsigned int left = PQIKE_PPKS_OF_ID_MAX;

	rcu_read_lock();
	list = rhltable_lookup(ppks, id, by_id_params);
	rhl_for_each_entry_rcu(ppk, pos, list, node) {
		if (pqike_shared_secret_equal(ppk->secret, secret)) {
			found = ppk;
			break;
		}
		if (!--left)
			break;
	}
	rcu_read_unlock();
	return found;
}

static struct pqike_ppk *add_ppk(struct rhltable *ppks,
				 const struct pqike_ppk_id *id,
				 struct pqike_shared_secret *secret)
{
	struct pqike_ppk *ppk;
	int err;

	ppk = kzalloc_obj(*ppk, GFP_KERNEL_ACCOUNT);
	if (!ppk)
		return ERR_PTR(-ENOMEM);
	ppk->id = *id;
	err = rhltable_insert(ppks, &ppk->node, by_id_params);
	if (err) {
		kfree(ppk);
		return ERR_PTR(err);
	}
	ppk->secret = pqike_shared_secret_get(secret);
	return ppk;
}

/**
 * pqike_ppk_hold() - a connection has a PPK
 * @ppks: those of its network namespace
 * @id: its PPK_ID
 * @secret: the PPK
 *
 * Context: may sleep; the lock that guards @ppks is held.
 * Return: to be given back with pqike_ppk_release(); or ERR_PTR() of -ENOMEM or an
 * error of rhltable_insert().
 */
struct pqike_ppk *pqike_ppk_hold(struct rhltable *ppks,
				 const struct pqike_ppk_id *id,
				 struct pqike_shared_secret *secret)
{
	struct pqike_ppk *ppk = find_ppk(ppks, id, secret);

	if (!ppk)
		ppk = add_ppk(ppks, id, secret);
	if (!IS_ERR(ppk))
		ppk->users++;
	return ppk;
}

/**
 * pqike_ppk_release() - a connection has a PPK no more
 * @ppks: those of its network namespace
 * @ppk: of pqike_ppk_hold(), or NULL
 *
 * Context: may sleep; the lock that guards @ppks is held.
 */
void pqike_ppk_release(struct rhltable *ppks, struct pqike_ppk *ppk)
{
	if (!ppk || --ppk->users)
		return;
	rhltable_remove(ppks, &ppk->node, by_id_params);
	pqike_shared_secret_put(ppk->secret);
	kfree_rcu(ppk, rcu);
}

/**
 * pqike_ppk_nth() - one PPK of a PPK_ID
 * @ppks: those of a network namespace
 * @id: its PPK_ID
 * @n: place, from 0 for the one that came last; below %PQIKE_PPKS_OF_ID_MAX
 *
 * Context: any; the lock that guards @ppks is held, and with it what is returned stays.
 * Return: the PPK, or NULL behind the last one.
 */
struct pqike_shared_secret *pqike_ppk_nth(struct rhltable *ppks,
					  const struct pqike_ppk_id *id,
					  unsigned int n)
{
	struct pqike_shared_secret *found = NULL;
	struct rhlist_head *list, *pos;
	struct pqike_ppk *ppk;

	rcu_read_lock();
	list = rhltable_lookup(ppks, id, by_id_params);
	rhl_for_each_entry_rcu(ppk, pos, list, node) {
		if (n--)
			continue;
		found = ppk->secret;
		break;
	}
	rcu_read_unlock();
	return found;
}
