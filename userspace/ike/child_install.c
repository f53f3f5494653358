// SPDX-License-Identifier: GPL-2.0
#include "ike/child_install.h"

#include "base/clock.h"
#include "config/config_use.h"
#include "config/connection.h"
#include "ike/child_lifetime.h"
#include "ike/child_sa.h"
#include "wire/message.h"
#include "wire/transform.h"

static void out_overdue(struct ike *ike, struct timer *timer)
{
	child_sa_use(ike, timer_owner(timer, struct child_sa, out_timer));
}

/* A reload may have come since it was asked for. */
static void adopt_config(struct child_sa *child)
{
	const struct child_config *now =
		connection_child(child->ike_sa->connection, child->config->name);

	if (now)
		child_use(&child->config, now);
}

static void wait_for_use(struct ike *ike, struct child_sa *child)
{
	child->out_timer.expired = out_overdue;
	timer_set(&ike->timers, &child->out_timer,
		  clock_now() + CHILD_OUT_TIMEOUT);
}

static void write_install(const struct ike_sa *sa, struct chain *response,
			  struct kernel_child_sa_install *install)
{
	if (ike_sa_in_udp(sa)) {
		install->encap_local_port = endpoint_port(&sa->path.local);
		install->encap_remote_port = endpoint_port(&sa->path.remote);
	}
	if (!response)
		return;
	/* What does not fit is not sealed, either. */
	(void)message_end(&response->message);
	install->first_payload = response->message.first_payload;
	install->plaintext = response->buffer;
	install->len = response->message.writer.len;
}

/* Which of ADDKE1 to ADDKE7 they were, is told nowhere. */
static void restore_choice(struct child_choice *choice,
			   const struct kernel_child_sa *kernels)
{
	struct proposal *proposal = &choice->proposal;

	*choice = (struct child_choice){
		.proposal.protocol = PROTOCOL_ESP,
		.local_ts = kernels->local_ts,
		.remote_ts = kernels->remote_ts,
		.spi_out = kernels->spi_out,
		.transport = kernels->transport,
	};
	proposal_add(proposal, TRANSFORM_ENCR, kernels->encr,
		     kernels->encr_key_bits);
	if (kernels->integ != INTEG_NONE)
		proposal_add(proposal, TRANSFORM_INTEG, kernels->integ, 0);
	if (kernels->ke_method != KE_NONE)
		proposal_add(proposal, TRANSFORM_KE, kernels->ke_method, 0);
	proposal_add(proposal, TRANSFORM_ESN, kernels->esn, 0);
	for (size_t i = 0; i < kernels->n_additional_ke; i++)
		proposal_add(proposal, (uint8_t)(TRANSFORM_ADDKE1 + i),
			     kernels->additional_ke[i], 0);
}

/* Of the one that @arg is. */
static void take_choice(const struct kernel_ike_sa *kernels, void *arg)
{
	struct child_sa *child = arg;

	for (size_t i = 0; i < kernels->n_child_sas; i++)
		if (kernels->child_sas[i].id == child->id)
			restore_choice(&child->choice, &kernels->child_sas[i]);
}

/* Another helper has read the response that has it; the kernel has, too. */
static int complete_choice(struct ike *ike, struct child_sa *child)
{
	return child->choice.spi_out ? 0 :
		kernel_ike_sa_dump_one(ike->kernel, child->ike_sa->id, take_choice,
				       child);
}

int child_sa_install(struct ike *ike, struct child_sa *child,
		     enum kernel_direction direction, struct chain *response)
{
	const struct child_choice *choice = &child->choice;
	const struct ike_sa *sa = child->ike_sa;
	struct kernel_child_sa_install install = { .direction = direction };
	struct kernel_child_sa_installed installed;
	const struct child_sa *old;
	int error;

	write_install(sa, response, &install);
	ike->tunnel->installing(ike, child->config, &sa->path, choice->transport);
	error = kernel_child_sa_install(ike->kernel, sa->id, child->id, &install,
					&installed);
	if (!error)
		error = complete_choice(ike, child);
	if (error)
		return error;
	child->reqid = installed.reqid;
	adopt_config(child);
	old = child_sa_find(ike, child->replaces);
	child->up_since = old ? old->up_since : clock_now();
	child->state = CHILD_INSTALLED;
	child_sa_index_installed(ike, child);
	child->out_due = direction == DIRECTION_IN;
	child_lifetime_start(ike, child, &installed.lifetime);
	if (child->out_due)
		wait_for_use(ike, child);
	return 0;
}

void child_sa_restore_installed(struct ike *ike, struct child_sa *child,
				const struct kernel_child_sa *kernels)
{
	restore_choice(&child->choice, kernels);
	child->reqid = kernels->reqid;
	child->up_since = (int64_t)kernels->installed_at * SECOND;
	child->state = CHILD_INSTALLED;
	child_sa_index_installed(ike, child);
	child->out_due = kernels->spi_out && !kernels->installed;
	child_lifetime_go_on(ike, child, kernels);
	if (child->out_due)
		wait_for_use(ike, child);
}
