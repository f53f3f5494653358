// SPDX-License-Identifier: GPL-2.0
/*
 * What must not wear a tunnel out in months: peers that do not finish what they
 * have begun, refusals for a while, and rekeys that fail until a life ends.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "child_sa.h"
#include "clock.h"
#include "delete_child.h"
#include "exchange.h"
#include "followup.h"
#include "kselftest_harness.h"
#include "operate.h"
#include "pair.h"
#include "replace_child.h"
#include "task.h"

#define IN_ONE_EXCHANGE "aes256gcm16-prfsha384-mlkem512"

/* Longer than anything takes that was begun, shorter than any lifetime. */
#define SETTLED (200 * SECOND)

static struct pair pair;

static void settle(void)
{
	pair_pass(&pair, SETTLED);
}

/* Where both rekey at once, the exchange of @side is the one that goes. */
static void let_lose(const struct side *side)
{
	pair.a.ike.kernel->nonce_first = side == &pair.a ? 1 : 2;
	pair.b.ike.kernel->nonce_first = side == &pair.a ? 2 : 1;
}

static void rekey_ike_of(struct side *side)
{
	operate_rekey_ike(&side->ike, &side->connection, CLIENT);
}

static void rekey_child_of(struct side *side)
{
	operate_rekey_child(&side->ike, &side->connection, NULL, CLIENT);
}

/* What @side has under way it does not go on with, and says nothing of it. */
static void leave_task(struct side *side)
{
	struct ike_sa *sa = side_established(side);

	task_free_all(&side->ike, sa);
	exchange_answered(&side->ike, sa);
	timer_stop(&side->ike.timers, &sa->rekey_timer);
}

/* Return: whether both have one IKE SA with the same @n Child SAs. */
static bool agree(unsigned int n)
{
	const struct ike_sa *a = side_established(&pair.a);
	const struct ike_sa *b = side_established(&pair.b);

	return side_is_established(&pair.a, n) &&
	       side_is_established(&pair.b, n) &&
	       !memcmp(a->spi_r, b->spi_r, IKE_SPI_SIZE);
}

FIXTURE(endurance)
{
};

FIXTURE_SETUP(endurance)
{
	pair_begin(&pair);
}

FIXTURE_TEARDOWN(endurance)
{
	pair_end(&pair);
}

/* A peer that does not know what it has begun: one attempt at a time. */
TEST_F(endurance, a_peer_that_rekeys_the_ike_sa_twice)
{
	let_lose(&pair.b);
	side_set_proposal(&pair.a, 0, IN_ONE_EXCHANGE);
	side_set_proposal(&pair.b, 0, IN_ONE_EXCHANGE);
	pair_establish(&pair);
	rekey_ike_of(&pair.a);
	pair_lose_one();
	rekey_ike_of(&pair.b);
	pair_deliver_one(&pair);
	pair_lose_one();
	leave_task(&pair.b);
	rekey_ike_of(&pair.b);
	settle();
	EXPECT_TRUE(agree(1));
}

TEST_F(endurance, a_peer_that_rekeys_the_child_twice)
{
	struct child_sa *old;

	pair_establish(&pair);
	old = side_child(&pair.b, 0);
	rekey_child_of(&pair.b);
	pair_deliver_one(&pair);
	pair_lose_one();
	leave_task(&pair.b);
	old->rekeying = false;
	rekey_child_of(&pair.b);
	settle();
	/* The first one, of which the peer does not know, stands. */
	EXPECT_EQ(fake_kernel_installed(pair.a.ike.kernel), 2);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_TRUE(fake_kernel_passes(pair.b.ike.kernel, pair.a.ike.kernel));
}

TEST_HARNESS_MAIN

