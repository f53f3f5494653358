// SPDX-License-Identifier: GPL-2.0
#include "engine_check.h"

#include "config/connection.h"
#include "draw.h"
#include "ike/child_sa.h"

static const struct fake_child_sa *in_kernel(const struct kernel *kernel,
					     const struct child_sa *child)
{
	require(child->id && child->id <= FAKE_CHILD_SAS_MAX);
	return &kernel->child_sas[child->id - 1];
}

/* Return: how many Child SAs it has. */
static unsigned int check_children(const struct kernel *kernel,
				   const struct ike_sa *sa)
{
	unsigned int n = 0;

	for (const struct child_sa *child = sa->children; child;
	     child = child->next, n++) {
		const struct fake_child_sa *theirs = in_kernel(kernel, child);

		require(child->ike_sa == sa);
		require(theirs->ike_sa_id == sa->id);
		require(theirs->spi_in == child->spi_in);
		/* One that the kernel does not install is to be deleted at once. */
		require(child->state == CHILD_DELETING ||
			theirs->in == (child->state != CHILD_CREATING));
	}
	return n;
}

void engine_check_views(const struct engine_side *self)
{
	const struct kernel *kernel = self->ike->kernel;
	unsigned int held = 0, children = 0;

	if (kernel->gone)
		return;
	for (const struct ike_sa *sa = self->ike->ike_sas; sa; sa = sa->next) {
		if (!sa->id) {
			require(!sa->children);
			continue;
		}
		require(sa->id <= FAKE_SAS_MAX && kernel->sas[sa->id - 1].live);
		children += check_children(kernel, sa);
		held++;
	}
	require(fake_kernel_live(kernel) == held);
	require(fake_kernel_installed(kernel) + fake_kernel_larval(kernel) ==
		children);
}

void engine_check_gone(const struct engine_side *self)
{
	for (const struct ike_sa *sa = self->ike->gone; sa; sa = sa->next)
		require(!sa->id && !sa->children && !sa->task && !sa->tasks);
}

static void check_shared_children(const struct engine_side *self,
				  const struct ike_sa *sa,
				  const struct ike_sa *theirs)
{
	for (const struct child_sa *child = sa->children; child;
	     child = child->next) {
		const struct child_sa *other;

		/* Its life may have ended just before. */
		if (child->state == CHILD_LINGERING)
			continue;
		require(child->state == CHILD_INSTALLED && !child->replaced);
		other = child_sa_find_out(theirs, child->spi_in);
		require(other && other->state == CHILD_INSTALLED);
		require(other->spi_in == child->choice.spi_out);
		require(in_kernel(self->ike->kernel, child)->out);
	}
}

void engine_check_rest(const struct engine_side *self,
		       const struct engine_side *peer)
{
	for (const struct ike_sa *sa = self->ike->ike_sas; sa; sa = sa->next) {
		const struct ike_sa *theirs;

		if (sa->phase == PHASE_RETIRED)
			continue;
		require(sa->phase == PHASE_ESTABLISHED);
		require(!sa->task && !sa->tasks);
		theirs = ike_sa_find(peer->ike, sa->spi_i, sa->spi_r,
				     sa->initiator);
		require(theirs && theirs->phase == PHASE_ESTABLISHED);
		check_shared_children(self, sa, theirs);
	}
}

static const struct child_sa *find_child(const struct engine_side *self,
					 const char *name)
{
	const struct connection_config *connection =
		connection_find(self->config, self->setup.name);
	const struct child_config *child = connection_child(connection, name);
	const struct child_sa *found = NULL;
	struct ike_sa *sa = NULL;

	while (!found && (sa = ike_sa_of(self->ike, connection, sa)))
		if (sa->phase == PHASE_ESTABLISHED)
			found = child_sa_find_config(sa, child);
	return found;
}

void engine_check_up(const struct engine_side *self,
		     const struct engine_side *peer, const char *child)
{
	require(find_child(self, child) && find_child(peer, child));
	require(fake_kernel_passes(self->ike->kernel, peer->ike->kernel));
	require(fake_kernel_passes(peer->ike->kernel, self->ike->kernel));
}
