// SPDX-License-Identifier: GPL-2.0
/* The Child SAs that calls have made, by number. One caller at a time. */
#include "child.h"

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/xarray.h>

static DEFINE_XARRAY(children);

/**
 * child_find() - the Child SA of a number
 * @slot: the number
 *
 * Context: any.
 * Return: the Child SA or NULL.
 */
struct child *child_find(unsigned int slot)
{
	return xa_load(&children, slot);
}

/**
 * child_make() - give a number to a Child SA
 * @net: its network namespace
 * @slot: the number
 * @esp: the Child SA
 *
 * One that is not installed is replaced, and keeps its number and what it has
 * reserved.
 *
 * Context: process; may sleep.
 * Return: the Child SA; or ERR_PTR() of -EBUSY or -ENOMEM.
 */
struct child *child_make(struct net *net, unsigned int slot,
			 const struct pqike_esp *esp)
{
	struct child *child = child_find(slot);
	struct pqike_esp_spi *reserved;
	int err;

	if (child && (child->net != net || child->esp.set))
		return ERR_PTR(-EBUSY);
	if (!child) {
		child = kzalloc(sizeof(*child), GFP_KERNEL);
		if (!child)
			return ERR_PTR(-ENOMEM);
		err = xa_err(xa_store(&children, slot, child, GFP_KERNEL));
		if (err) {
			kfree(child);
			return ERR_PTR(err);
		}
	}

	child->net = net;
	reserved = child->esp.reserved;
	child->esp = *esp;
	child->esp.reserved = reserved;
	return child;
}

/**
 * child_free() - give up the number of a Child SA, whatever it has in xfrm
 * @slot: the number
 *
 * Context: process; may sleep.
 */
void child_free(unsigned int slot)
{
	kfree(xa_erase(&children, slot));
}

/**
 * child_free_all_of() - remove all Child SAs of a network namespace
 * @net: the network namespace, which ends
 *
 * Context: process; may sleep.
 */
void child_free_all_of(struct net *net)
{
	struct child *child;
	unsigned long slot;

	xa_for_each(&children, slot, child) {
		if (child->net != net)
			continue;
		pqike_esp_remove(net, &child->esp);
		child_free(slot);
	}
}
