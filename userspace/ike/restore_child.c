// SPDX-License-Identifier: GPL-2.0
/* The Child SAs of an IKE SA that another helper had. */
#include "base/clock.h"
#include "config/config_use.h"
#include "ike/child_install.h"
#include "ike/child_sa.h"
#include "ike/delete_child.h"
#include "ike/restore.h"
#include "ike/restore_task.h"
#include "wire/selector.h"
#include "wire/transform.h"

/* The numbers of children whose file says none may be others by now. */
static bool fits(const struct ike_sa *sa, const struct child_config *config,
		 const struct kernel_child_sa *kernels)
{
	struct prefixes local;
	struct prefixes remote;

	child_choice_resolve(config, &sa->path, &local, &remote);
	return config->reqid == kernels->child_reqid &&
	       config->if_id_in == kernels->if_id_in &&
	       config->if_id_out == kernels->if_id_out &&
	       prefixes_hold(&local, &kernels->local_ts) &&
	       prefixes_hold(&remote, &kernels->remote_ts);
}

static const struct child_config *
find_config(const struct ike_sa *sa, const struct kernel_child_sa *kernels)
{
	const struct connection_config *connection = sa->connection;

	for (size_t i = 0; i < connection->n_children; i++)
		if (fits(sa, &connection->children[i], kernels))
			return &connection->children[i];
	return NULL;
}

/* Return: whether its ESP SAs were installed. */
static bool is_installed(const struct kernel_child_sa *kernels)
{
	return kernels->encr != 0;
}

static void restore_installed(struct ike *ike, struct ike_sa *sa,
			      const struct kernel_child_sa *kernels)
{
	const struct child_config *config = find_config(sa, kernels);
	struct child_sa *child = NULL;

	if (config)
		child = child_sa_restore(ike, sa, config, kernels);
	if (child) {
		child_sa_restore_installed(ike, child, kernels);
		return;
	}
	kernel_child_sa_del(ike->kernel, sa->id, kernels->id, DIRECTION_BOTH);
	ike_sa_say(ike, sa, "deleting the Child SA with inbound SPI %08x, which is not configured any more",
		   kernels->spi_in);
	delete_unknown_child(ike, sa, kernels->spi_in);
}

/* Return: the one that is in the making, as the initiator; NULL: none. */
static const struct kernel_child_sa *
find_asked(const struct kernel_ike_sa *kernels)
{
	for (size_t i = 0; i < kernels->n_child_sas; i++)
		if (!is_installed(&kernels->child_sas[i]))
			return &kernels->child_sas[i];
	return NULL;
}

/* Return: one of the same selectors that was installed after @child; NULL: none. */
static struct child_sa *find_newer(const struct child_sa *child)
{
	struct child_sa *other = child->ike_sa->children;

	while (other && (other == child || other->state != CHILD_INSTALLED ||
			 other->replaced || other->reqid != child->reqid ||
			 other->id < child->id))
		other = other->next;
	return other;
}

/*
 * Of two that carry the same packets one has taken the place of the other, whose
 * deletion is due: by the peer, where it may not have used the new one yet; else it
 * is of no harm if this side asks for it.  Return: whether anything was done.
 */
static bool settle_replaced(struct ike *ike, struct child_sa *child)
{
	struct child_sa *newer;

	if (child->state != CHILD_INSTALLED || child->replaced)
		return false;
	newer = find_newer(child);
	if (newer && newer->out_due && child->choice.spi_out) {
		newer->replaces = child->spi_in;
		child->replaced = true;
		timer_stop(&ike->timers, &child->soft_timer);
		return true;
	}
	if (!newer && child->choice.spi_out)
		return false;
	child_sa_stop_sending(ike, child);
	delete_child_replaced(ike, child);
	return true;
}

static void settle_all(struct ike *ike, struct ike_sa *sa)
{
	struct child_sa *child = sa->children;

	while (child)
		child = settle_replaced(ike, child) ? sa->children : child->next;
}

void child_sas_restore(struct ike *ike, struct ike_sa *sa,
		       const struct kernel_ike_sa *kernels,
		       const struct kernel_adopted *adopted)
{
	const struct kernel_child_sa *asked = find_asked(kernels);

	for (size_t i = 0; i < kernels->n_child_sas; i++)
		if (is_installed(&kernels->child_sas[i]))
			restore_installed(ike, sa, &kernels->child_sas[i]);
	restore_task(ike, sa, adopted, asked,
		     asked ? find_config(sa, asked) : NULL);
	settle_all(ike, sa);
}
