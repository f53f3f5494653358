// SPDX-License-Identifier: GPL-2.0
#include "ike/child_lifetime.h"

#include "base/clock.h"
#include "base/jitter.h"

/* Milliseconds before a rekey that has failed is tried again. */
#define RETRY_FIRST (5 * SECOND)
#define RETRY_MAX (60 * SECOND)

/*
 * An ESP SA without extended sequence numbers sends nothing more once they are
 * used up, and xfrm tells nobody (RFC 4303 section 3.3.3): it is rekeyed before.
 */
static const struct limits sequence_numbers = {
	.rekey = UINT64_C(3) << 30,
	.life = UINT32_MAX,
	.rand = UINT64_C(1) << 28,
};

static struct limits packet_limits(const struct child_choice *choice,
				   const struct child_config *config)
{
	struct limits packets = config->packets;

	if (proposal_has_esn(&choice->proposal))
		return packets;
	if (!packets.rekey || packets.rekey > sequence_numbers.rekey) {
		packets.rekey = sequence_numbers.rekey;
		packets.rand = sequence_numbers.rand;
	}
	if (!packets.life || packets.life > sequence_numbers.life)
		packets.life = sequence_numbers.life;
	return packets;
}

/* Return: the soft limit, with chance taken off it. */
static uint64_t soft_limit(const struct limits *limits)
{
	if (!limits->rekey)
		return 0;
	/* 0 would be no limit. */
	return limits->rekey - jitter(limits->rand < limits->rekey ?
				      limits->rand : limits->rekey - 1);
}

void child_lifetime_choose(const struct child_choice *choice,
			   const struct child_config *config,
			   struct kernel_lifetime *lifetime)
{
	const struct limits packets = packet_limits(choice, config);

	lifetime->soft_bytes = soft_limit(&config->bytes);
	lifetime->hard_bytes = config->bytes.life;
	lifetime->soft_packets = soft_limit(&packets);
	lifetime->hard_packets = packets.life;
	lifetime->soft_seconds = soft_limit(&config->time);
	lifetime->hard_seconds = config->time.life;
}

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

void child_lifetime_retry(struct ike *ike, struct child_sa *child)
{
	int64_t wait = RETRY_FIRST << child->failed_rekeys;

	if (child->state != CHILD_INSTALLED || child->replaced)
		return;
	if (wait < RETRY_MAX)
		child->failed_rekeys++;
	else
		wait = RETRY_MAX;
	timer_set(&ike->timers, &child->soft_timer,
		  clock_now() + wait + (int64_t)jitter((uint64_t)wait / 2));
}
