/* SPDX-License-Identifier: GPL-2.0 */
/* A Child SA that both sides have agreed on goes into the kernel. */
#ifndef PQIKE_CHILD_INSTALL_H
#define PQIKE_CHILD_INSTALL_H

#include "ike/child_sa.h"
#include "ike/exchange.h"

/* Milliseconds until the outbound ESP SA is used without word of the peer. */
#define CHILD_OUT_TIMEOUT 30000

/**
 * child_sa_install() - install what both messages say, which is child->choice
 * @direction: BOTH; IN for a responder that replaces another, or for one that
 *	is not to be used
 * @response: responder: what is about to be sent and says it; NULL otherwise
 *
 * Return: 0 or a negative errno with kernel_error().
 */
int child_sa_install(struct ike *ike, struct child_sa *child,
		     enum kernel_direction direction, struct chain *response);

/* @child was installed by another helper, as the kernel has it. */
void child_sa_restore_installed(struct ike *ike, struct child_sa *child,
				const struct kernel_child_sa *kernels);

#endif
