// SPDX-License-Identifier: GPL-2.0
#include "ike/child_lifetime.h"

#include "base/clock.h"
#include "base/jitter.h"

/* Milliseconds before a rekey that has failed is tried again. */
#define RETRY_FIRST (5 * SECOND)
#define RETRY_MAX (60 * SECOND)

void child_lifetime_start(struct ike *ike, struct child_sa *child,
			  const struct kernel_lifetime *lifetime)
{
	int64_t now = clock_now();

	if (lifetime->soft_seconds)
		timer_set(&ike->timers, &child->soft_timer,
			  now + (int64_t)lifetime->soft_seconds * SECOND);
	if (lifetime->hard_seconds)
		timer_set(&ike->timers, &child->hard_timer,
			  now + (int64_t)lifetime->hard_seconds * SECOND);
}

void child_lifetime_go_on(struct ike *ike, struct child_sa *child,
			  const struct kernel_child_sa *kernels)
{
	if (kernels->soft_seconds)
		timer_set(&ike->timers, &child->soft_timer,
			  child->up_since + (int64_t)kernels->soft_seconds * SECOND);
	if (kernels->hard_seconds)
		timer_set(&ike->timers, &child->hard_timer,
			  child->up_since + (int64_t)kernels->hard_seconds * SECOND);
}

void child_lifetime_retry(struct ike *ike, struct child_sa *child)
{
	int64_t wait = RETRY_FIRST << child->failed_rekeys;

	if (child->state != CHILD_INSTALLED)
		return;
	if (wait < RETRY_MAX)
		child->failed_rekeys++;
	else
		wait = RETRY_MAX;
	timer_set(&ike->timers, &child->soft_timer,
		  clock_now() + wait + (int64_t)jitter((uint64_t)wait / 2));
}
