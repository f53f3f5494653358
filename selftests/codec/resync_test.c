// SPDX-License-Identifier: GPL-2.0
/* Comparison with the kernel, where events were lost. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "fake_xfrm_events.h"
#include "ike/child_sa.h"
#include "ike/ike_event.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "tunnel/resync.h"
#include "tunnel/trap.h"

static struct pair pair;

FIXTURE(resync)
{
};

FIXTURE_SETUP(resync)
{
	pair_begin(&pair);
	pair.a.child[0].dpd_action = ACTION_START;
	pair.a.child[0].close_action = ACTION_START;
	pair.a.ike.xfrm = fake_xfrm_events_new();
	pair_establish(&pair);
}

FIXTURE_TEARDOWN(resync)
{
	free(pair.a.ike.xfrm);
	pair_end(&pair);
}

/* Somebody else removes the ESP SAs of all children of side A. */
static void lose_esp_sas(void)
{
	struct kernel *kernel = pair.a.ike.kernel;

	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++)
		kernel->child_sas[i].lost = true;
}

static void compare(void)
{
	resync_soon(&pair.a.ike);
	pair_pass(&pair, 2 * SECOND);
}

static unsigned int count_held(const struct ike *ike)
{
	unsigned int n = 0;

	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next)
		n += sa->id != 0;
	return n;
}

TEST_F(resync, finds_nothing_amiss)
{
	compare();
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.events[EVENT_CHILD_ESTABLISHED], 1);
}

TEST_F(resync, has_a_child_made_anew_whose_esp_sas_are_gone)
{
	lose_esp_sas();
	compare();
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.events[EVENT_CHILD_ESTABLISHED], 2);
}

/* The kernel has not told of it: it was not there. */
TEST_F(resync, leaves_an_ike_sa_that_it_has_begun_itself)
{
	lose_esp_sas();
	pair.a.ike.kernel->refuse_child_new = EKEYREJECTED;
	resync_soon(&pair.a.ike);
	fake_clock_run(&pair.a.ike);
	pair.a.ike.kernel->refuse_child_new = 0;
	EXPECT_EQ(fake_kernel_live(pair.a.ike.kernel), 2);
	EXPECT_EQ(count_held(&pair.a.ike), 2);
	pair_pass(&pair, 600 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

/* Only what has been seen there once is missed. */
TEST_F(resync, begins_an_ike_sa_anew_that_the_kernel_has_lost)
{
	compare();
	fake_kernel_restart(pair.a.ike.kernel);
	compare();
	pair_pass(&pair, 100 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.events[EVENT_IKE_ESTABLISHED], 2);
}

TEST_F(resync, has_an_ike_sa_removed_that_nobody_knows)
{
	struct kernel_ike_sa_new own;

	ASSERT_EQ(kernel_ike_sa_new_initiator(pair.a.ike.kernel, "tunnel", 31,
					      &own), 0);
	EXPECT_EQ(fake_kernel_live(pair.a.ike.kernel), 2);
	compare();
	EXPECT_EQ(fake_kernel_live(pair.a.ike.kernel), 1);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

/* What was told of the packet was lost, and xfrm does not tell it again. */
TEST(a_packet_waits_at_a_trap)
{
	struct ike *ike = &pair.a.ike;

	pair_begin(&pair);
	ike->xfrm = fake_xfrm_events_new();
	trap_set(ike, &pair.a.connection, &pair.a.child[0]);
	ASSERT_TRUE(trap_is_set(ike, &pair.a.child[0]));
	compare();
	EXPECT_EQ(pair.a.events[EVENT_CHILD_ESTABLISHED], 0);
	ike->kernel->trapped = true;
	compare();
	pair_pass(&pair, 10 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	traps_free(ike);
	free(ike->xfrm);
	pair_end(&pair);
}

TEST_HARNESS_MAIN
