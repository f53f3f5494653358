/* SPDX-License-Identifier: GPL-2.0 */
/* How long a Child SA lives: when it is rekeyed, and when it ends at last. */
#ifndef PQIKE_CHILD_LIFETIME_H
#define PQIKE_CHILD_LIFETIME_H

#include "ike/child_sa.h"

/* @child is installed: its time begins.  The events of the kernel may be lost. */
void child_lifetime_start(struct ike *ike, struct child_sa *child,
			  const struct kernel_lifetime *lifetime);

/* @child was installed by another helper: what is left of its time. */
void child_lifetime_go_on(struct ike *ike, struct child_sa *child,
			  const struct kernel_child_sa *kernels);

/* A rekey has failed: when to try again, within what is left of its life. */
void child_lifetime_retry(struct ike *ike, struct child_sa *child);

#endif
