// SPDX-License-Identifier: GPL-2.0
/* A peer begins anew: what becomes of its older IKE SA (unique). */
#include "child_sa.h"
#include "clock.h"
#include "kselftest_harness.h"
#include "pair.h"

static struct pair pair;

FIXTURE(unique)
{
};

FIXTURE_VARIANT(unique)
{
	enum unique_policy policy;
	bool initial_contact; /* the peer says that it knows of none */
	unsigned int left; /* IKE SAs that stand in the end */
	bool refused; /* the new one */
};

FIXTURE_VARIANT_ADD(unique, no) { UNIQUE_NO, false, 2, false };
FIXTURE_VARIANT_ADD(unique, no_initial_contact) { UNIQUE_NO, true, 1, false };
FIXTURE_VARIANT_ADD(unique, never) { UNIQUE_NEVER, false, 2, false };
FIXTURE_VARIANT_ADD(unique, never_initial_contact) { UNIQUE_NEVER, true, 2, false };
FIXTURE_VARIANT_ADD(unique, keep) { UNIQUE_KEEP, false, 1, true };
FIXTURE_VARIANT_ADD(unique, keep_initial_contact) { UNIQUE_KEEP, true, 1, false };
FIXTURE_VARIANT_ADD(unique, replace) { UNIQUE_REPLACE, false, 1, false };
FIXTURE_VARIANT_ADD(unique, replace_initial_contact) { UNIQUE_REPLACE, true, 1, false };

FIXTURE_SETUP(unique)
{
	pair_begin(&pair);
	pair.b.connection.unique = variant->policy;
	/* Who never replaces does not say INITIAL_CONTACT either. */
	if (!variant->initial_contact)
		pair.a.connection.unique = UNIQUE_NEVER;
	pair.a.connection.keyingtries = 1;
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.b, 1));
	/* Side A has crashed, and begins anew. */
	side_clear(&pair.a);
	pair.a.ok = 0;
}

FIXTURE_TEARDOWN(unique)
{
	pair_end(&pair);
}

static unsigned int count_established(void)
{
	unsigned int n = 0;

	for (const struct ike_sa *sa = pair.b.ike.ike_sas; sa; sa = sa->next)
		n += sa->phase == PHASE_ESTABLISHED;
	return n;
}

TEST_F(unique, a_peer_begins_anew)
{
	pair_establish(&pair);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_EQ(count_established(), variant->left);
	EXPECT_EQ(pair.a.ok, !variant->refused);
	if (variant->refused)
		EXPECT_NE(strstr(pair.a.reason, "AUTHENTICATION_FAILED"), NULL);
	/* The old Child SA goes when the new one is there. */
	EXPECT_EQ(pair.b.ike.kernel->in_the_clear, 0);
	EXPECT_EQ(fake_kernel_installed(pair.b.ike.kernel), variant->left);
}

/* It comes from elsewhere: the kernel has one policy, between two addresses. */
TEST_F(unique, a_peer_moves)
{
	pair.b.connection.n_remote_addrs = 0;
	side_set_address(&pair.a.connection.local_addrs[0], "192.0.2.3");
	pair_establish(&pair);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_EQ(count_established(), variant->left);
	EXPECT_EQ(pair.a.ok, !variant->refused);
}

FIXTURE(identity)
{
};

FIXTURE_SETUP(identity)
{
	pair_begin(&pair);
}

FIXTURE_TEARDOWN(identity)
{
	pair_end(&pair);
}

TEST_F(identity, case_does_not_matter_in_a_name)
{
	side_set_identity(&pair.a.connection.local_id, "Moon.Example.ORG");
	side_set_identity(&pair.b.connection.remote_id, "moon.example.org");
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

TEST_F(identity, another_name)
{
	side_set_identity(&pair.a.connection.local_id, "noon.example.org");
	side_set_identity(&pair.b.connection.remote_id, "moon.example.org");
	pair_establish(&pair);
	EXPECT_EQ(count_established(), 0);
}

TEST_HARNESS_MAIN
