// SPDX-License-Identifier: GPL-2.0
/* The Child SAs of an IKE SA that another helper had. */
#include <stdio.h>

#include "config/connection.h"
#include "ike/child_install.h"
#include "ike/child_sa.h"
#include "ike/create_child.h"
#include "ike/delete_child.h"
#include "ike/delete_ike.h"
#include "ike/restore.h"
#include "ike/restore_task.h"
#include "wire/selector.h"
#include "wire/transform.h"

/* Return: whether its ESP SAs were installed. */
static bool is_installed(const struct kernel_child_sa *kernels)
{
	return kernels->encr != 0;
}

static bool fits(const struct ike_sa *sa, const struct child_config *config,
		 const struct kernel_child_sa *kernels)
{
	struct prefixes local;
	struct prefixes remote;

	child_choice_resolve(config, &sa->path, &local, &remote);
	return config->if_id_in == kernels->if_id_in &&
	       config->if_id_out == kernels->if_id_out &&
	       prefixes_hold(&local, &kernels->local_ts) &&
	       prefixes_hold(&remote, &kernels->remote_ts);
}

/*
 * The number of a child whose file says none may be another one by now, by which the
 * kernel would not have it.
 */
static const struct child_config *
find_config(const struct ike_sa *sa, const struct kernel_child_sa *kernels)
{
	const struct child_config *config =
		connection_child(sa->connection, kernels->child);

	if (!config || config->reqid != kernels->child_reqid)
		return NULL;
	return !is_installed(kernels) || fits(sa, config, kernels) ? config : NULL;
}

static void give_up(struct ike *ike, struct ike_sa *sa,
		    const struct kernel_child_sa *kernels)
{
	kernel_child_sa_del(ike->kernel, sa->id, kernels->id, DIRECTION_BOTH);
	ike_sa_say(ike, sa, "deleting the Child SA with inbound SPI %08x, which is not configured any more",
		   kernels->spi_in);
	delete_unknown_child(ike, sa, kernels->spi_in);
}

static void restore_installed(struct ike *ike, struct ike_sa *sa,
			      const struct kernel_child_sa *kernels)
{
	const struct child_config *config = find_config(sa, kernels);
	struct child_sa *child = NULL;

	if (config)
		child = child_sa_restore(ike, sa, config, kernels);
	if (child)
		child_sa_restore_installed(ike, child, kernels);
	else
		give_up(ike, sa, kernels);
}

/*
 * Of IKE_AUTH, whose response the kernel has, and the peer has it.  Before a note is
 * kept: that says that the response was dealt with.
 */
static void install_first(struct ike *ike, struct ike_sa *sa,
			  const struct kernel_child_sa *kernels)
{
	const struct child_config *config = find_config(sa, kernels);
	struct child_sa *child = NULL;
	char why[LOG_LINE_MAX];

	if (config)
		child = child_sa_restore(ike, sa, config, kernels);
	if (!child) {
		give_up(ike, sa, kernels);
		return;
	}
	child->choice.transport = config->mode == MODE_TRANSPORT;
	if (!child_sa_install(ike, child, DIRECTION_BOTH, NULL)) {
		create_child_established(ike, child, 0);
		return;
	}
	snprintf(why, sizeof(why), "child %s: the kernel does not install it: %.300s",
		 config->name, kernel_error(ike->kernel));
	delete_ike_failed(ike, sa, why);
}

/* Return: the one that is in the making, by this side; NULL: none. */
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
		       const struct kernel_adopted *adopted,
		       const struct ike_note *note)
{
	const struct kernel_child_sa *asked = find_asked(kernels);

	for (size_t i = 0; i < kernels->n_child_sas; i++)
		if (is_installed(&kernels->child_sas[i]))
			restore_installed(ike, sa, &kernels->child_sas[i]);
	if (asked && !sa->request.datagrams.n)
		install_first(ike, sa, asked);
	else
		restore_task(ike, sa, adopted, note, asked,
			     asked ? find_config(sa, asked) : NULL);
	settle_all(ike, sa);
}
