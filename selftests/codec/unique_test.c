// SPDX-License-Identifier: GPL-2.0
/* A peer begins anew: what becomes of its older IKE SA (unique). */
#include "base/clock.h"
#include "helper/command.h"
#include "ike/child_sa.h"
#include "ike/create_child.h"
#include "ike/delete_ike.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "tunnel/trap.h"

#define WITH_FOLLOWUP "aes256gcm16-x25519-ke1_mlkem768"

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

static unsigned int count_established(const struct side *side)
{
	unsigned int n = 0;

	for (const struct ike_sa *sa = side->ike.ike_sas; sa; sa = sa->next)
		n += sa->phase == PHASE_ESTABLISHED;
	return n;
}

TEST_F(unique, a_peer_begins_anew)
{
	pair_establish(&pair);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_EQ(count_established(&pair.b), variant->left);
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
	EXPECT_EQ(count_established(&pair.b), variant->left);
	EXPECT_EQ(pair.a.ok, !variant->refused);
}

/* Both begin; the peer takes IKE_AUTH of side A when its own IKE SA is up. */
FIXTURE(crossing)
{
};

FIXTURE_VARIANT(crossing)
{
	uint8_t spi_seed; /* of side A; that of side B is 0xbb */
	bool drops; /* side B takes INITIAL_CONTACT by its word */
};

FIXTURE_VARIANT_ADD(crossing, lower_and_dropped) { 0xaa, true };
FIXTURE_VARIANT_ADD(crossing, higher_and_dropped) { 0xcc, true };
FIXTURE_VARIANT_ADD(crossing, lower_and_kept) { 0xaa, false };
FIXTURE_VARIANT_ADD(crossing, higher_and_kept) { 0xcc, false };

static void lose_auth(void)
{
	while (pair.a.ike.ike_sas->request.exchange_type != IKE_AUTH &&
	       pair_deliver_one(&pair))
		;
	pair_lose_one();
}

/* IKE_AUTH of side A is lost; */
static void begin_crossing(uint64_t client, const char *up)
{
	command(&pair.a.ike, NULL, client, up);
	lose_auth();
}

/* before it is sent again, the IKE SA of side B is established. */
static void end_crossing(const char *up)
{
	fake_clock_advance(10);
	command(&pair.b.ike, NULL, CLIENT, up);
	fake_clock_advance(10);
	pair_deliver_all(&pair);
}

FIXTURE_SETUP(crossing)
{
	pair_begin(&pair);
	pair.a.ike.kernel->spi_seed = variant->spi_seed;
	begin_crossing(CLIENT, "up tunnel");
	end_crossing("up tunnel");
	ASSERT_NE(side_established(&pair.a), NULL);
	ASSERT_NE(side_established(&pair.b), NULL);
	if (variant->drops)
		ike_sa_free(&pair.b.ike, side_established(&pair.b));
}

FIXTURE_TEARDOWN(crossing)
{
	pair_end(&pair);
}

/* Of two that stand, that of the higher SPIi is kept. */
TEST_F(crossing, one_stands_on_both_sides)
{
	pair_pass(&pair, 100 * SECOND);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	ASSERT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_EQ(side_established(&pair.a)->initiator,
		  variant->drops || variant->spi_seed == 0xcc);
	EXPECT_TRUE(fake_kernel_passes(pair.a.ike.kernel, pair.b.ike.kernel));
	EXPECT_TRUE(fake_kernel_passes(pair.b.ike.kernel, pair.a.ike.kernel));
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 0);
	EXPECT_EQ(pair.a.events[EVENT_IKE_DELETED], 1);
	EXPECT_EQ(pair.a.ike.kernel->in_the_clear, 0);
	EXPECT_EQ(pair.a.ok, 1);
}

/* While the peer is asked in one, the other is used. */
TEST_F(crossing, another_child_goes_to_the_one_that_is_sure)
{
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	pair_pass(&pair, 1100);
	ASSERT_EQ(pair.a.ok, 1);
	command(&pair.a.ike, NULL, CLIENT, "up tunnel.other");
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.ok, 2);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 2));
	EXPECT_TRUE(side_is_established(&pair.b, 2));
}

/* Side A has both IKE SAs, and asks in that of the peer, which does not answer. */
FIXTURE(doubted)
{
};

FIXTURE_SETUP(doubted)
{
	pair_begin(&pair);
}

FIXTURE_TEARDOWN(doubted)
{
	pair_end(&pair);
}

static void drop_by_peer(void)
{
	ike_sa_free(&pair.b.ike, side_established(&pair.b));
}

static void cross_with_another_child(void)
{
	begin_crossing(CLIENT, "up tunnel");
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	end_crossing("up tunnel");
}

/* The first request that asks is lost. */
static void establish_other(struct __test_metadata *_metadata)
{
	fake_clock_run(&pair.a.ike);
	while (count_established(&pair.a) < 2 && pair_deliver_one(&pair))
		;
	ASSERT_EQ(count_established(&pair.a), 2);
	pair_lose_one();
	ASSERT_FALSE(pair_deliver_one(&pair));
}

/* Return: of side B, the one that it began or answered. */
static struct ike_sa *of_b(bool initiator)
{
	struct ike_sa *sa = pair.b.ike.ike_sas;

	while (sa && sa->initiator != initiator)
		sa = sa->next;
	return sa;
}

static void expect_other_child_is_up(struct __test_metadata *_metadata)
{
	EXPECT_TRUE(side_is_established(&pair.a, 2));
	EXPECT_TRUE(side_is_established(&pair.b, 2));
	EXPECT_TRUE(side_established(&pair.a)->initiator);
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 0);
}

TEST_F(doubted, close_action_trap_of_a_child_that_the_other_has_not)
{
	pair.a.child[0].close_action = ACTION_TRAP;
	pair.a.child[1].close_action = ACTION_TRAP;
	cross_with_another_child();
	drop_by_peer();
	pair_pass(&pair, 100 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(trap_is_set(&pair.a.ike, &pair.a.child[1]));
	EXPECT_FALSE(trap_is_set(&pair.a.ike, &pair.a.child[0]));
	EXPECT_EQ(pair.a.ike.kernel->in_the_clear, 0);
}

TEST_F(doubted, close_action_start_of_a_child_that_the_other_has_not)
{
	pair.a.child[1].close_action = ACTION_START;
	cross_with_another_child();
	drop_by_peer();
	pair_pass(&pair, 100 * SECOND);
	expect_other_child_is_up(_metadata);
}

TEST_F(doubted, a_child_under_way_is_made_in_the_other)
{
	begin_crossing(0, "up tunnel");
	end_crossing("up tunnel");
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	drop_by_peer();
	command(&pair.a.ike, NULL, CLIENT, "up tunnel.other");
	pair_pass(&pair, 100 * SECOND);
	expect_other_child_is_up(_metadata);
	EXPECT_EQ(pair.a.ok, 1);
	EXPECT_EQ(pair.a.failed, 0);
}

TEST_F(doubted, a_child_that_waits_is_made_in_the_other)
{
	begin_crossing(0, "up tunnel");
	end_crossing("up tunnel");
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	drop_by_peer();
	command(&pair.a.ike, NULL, 0, "rekey-child tunnel.net");
	command(&pair.a.ike, NULL, CLIENT, "up tunnel.other");
	pair_pass(&pair, 100 * SECOND);
	expect_other_child_is_up(_metadata);
	EXPECT_EQ(pair.a.ok, 1);
	EXPECT_EQ(pair.a.failed, 0);
}

/* It is told once: when the last that it waits for has ended well. */
TEST_F(doubted, a_client_that_waits_in_both_is_told_once)
{
	begin_crossing(CLIENT, "up tunnel");
	end_crossing("up tunnel");
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	drop_by_peer();
	command(&pair.a.ike, NULL, CLIENT, "up tunnel.other");
	establish_other(_metadata);
	EXPECT_EQ(pair.a.ok, 0);
	pair_pass(&pair, 100 * SECOND);
	expect_other_child_is_up(_metadata);
	EXPECT_EQ(pair.a.ok, 1);
	EXPECT_EQ(pair.a.failed, 0);
}

/* Without the other, a peer that does not answer is dead. */
TEST_F(doubted, dpd_action_once_the_other_has_ended)
{
	pair.a.child[0].dpd_action = ACTION_TRAP;
	begin_crossing(CLIENT, "up tunnel");
	end_crossing("up tunnel");
	establish_other(_metadata);
	delete_ike(&pair.b.ike, of_b(false));
	pair_deliver_all(&pair);
	side_clear(&pair.b);
	ASSERT_NE(side_established(&pair.a), NULL);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 1);
	EXPECT_TRUE(trap_is_set(&pair.a.ike, &pair.a.child[0]));
}

TEST_F(doubted, it_is_used_once_the_other_has_ended)
{
	unsigned int ok;

	pair.a.child[0].close_action = ACTION_START;
	begin_crossing(CLIENT, "up tunnel");
	end_crossing("up tunnel");
	establish_other(_metadata);
	delete_ike(&pair.b.ike, of_b(false));
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.events[EVENT_IKE_ESTABLISHED], 2);
	ok = pair.a.ok;
	command(&pair.a.ike, NULL, CLIENT, "up tunnel");
	EXPECT_EQ(pair.a.ok, ok + 1);
	EXPECT_EQ(pair.a.failed, 0);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_EQ(pair.a.events[EVENT_IKE_ESTABLISHED], 2);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

/* What has replaced the other stands for it. */
TEST_F(doubted, the_other_is_rekeyed)
{
	begin_crossing(CLIENT, "up tunnel");
	end_crossing("up tunnel");
	establish_other(_metadata);
	ike_sa_free(&pair.b.ike, of_b(true));
	command(&pair.a.ike, NULL, 0, "rekey-ike tunnel");
	pair_pass(&pair, 100 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 1);
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 0);
}

/* The IKE SA of one side goes, which has a child that the other has not. */
FIXTURE(redundant)
{
};

static void expect_both_children_are_up(struct __test_metadata *_metadata,
					bool in_that_of_a)
{
	EXPECT_TRUE(side_is_established(&pair.a, 2));
	EXPECT_TRUE(side_is_established(&pair.b, 2));
	EXPECT_EQ(pair.a.ike.kernel->in_the_clear, 0);
	EXPECT_EQ(pair.b.ike.kernel->in_the_clear, 0);
	EXPECT_EQ(pair.a.ok, 1);
	EXPECT_EQ(pair.a.failed, 0);
	EXPECT_EQ(side_established(&pair.a)->initiator, in_that_of_a);
}

FIXTURE_SETUP(redundant)
{
	pair_begin(&pair);
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	for (size_t i = 0; i < SIDE_CHILDREN; i++) {
		side_set_esp_proposal(&pair.a, i, WITH_FOLLOWUP);
		side_set_esp_proposal(&pair.b, i, WITH_FOLLOWUP);
	}
}

FIXTURE_TEARDOWN(redundant)
{
	pair_end(&pair);
}

/* Side A said INITIAL_CONTACT: what it queued is made before it knows which goes. */
TEST_F(redundant, a_child_of_the_initiator_is_made_in_the_other_first)
{
	pair.a.ike.kernel->spi_seed = 0xaa;
	begin_crossing(CLIENT, "up tunnel");
	end_crossing("up tunnel.net");
	pair_pass(&pair, 100 * SECOND);
	expect_both_children_are_up(_metadata, false);
}

/* It is under way when the IKE SA is to go. */
TEST_F(redundant, a_child_under_way_is_made_in_the_other)
{
	pair.a.connection.unique = UNIQUE_NEVER;
	pair.a.ike.kernel->spi_seed = 0xaa;
	begin_crossing(CLIENT, "up tunnel");
	end_crossing("up tunnel.net");
	pair_pass(&pair, 100 * SECOND);
	expect_both_children_are_up(_metadata, false);
}

TEST_F(redundant, a_child_of_the_responder_is_made_in_the_other_first)
{
	pair.a.ike.kernel->spi_seed = 0xcc;
	begin_crossing(CLIENT, "up tunnel.net");
	end_crossing("up tunnel");
	ASSERT_NE(child_sa_find_config(of_b(true), &pair.b.child[1]), NULL);
	pair_pass(&pair, 100 * SECOND);
	expect_both_children_are_up(_metadata, true);
	EXPECT_EQ(pair.b.ok, 1);
}

/* The peer deletes its IKE SA while this side asks for a child in it. */
TEST_F(redundant, a_child_under_way_at_a_delete_of_the_peer)
{
	pair.a.ike.kernel->spi_seed = 0xcc;
	begin_crossing(0, "up tunnel.net");
	end_crossing("up tunnel.net");
	command(&pair.a.ike, NULL, CLIENT, "up tunnel.other");
	pair_lose_one();
	pair_pass(&pair, 100 * SECOND);
	expect_both_children_are_up(_metadata, true);
}

/* Making what it lacks may end the IKE SA that is kept, before more is asked of it. */
TEST_F(redundant, nothing_is_queued_in_one_that_has_ended)
{
	struct ike_sa *sa;

	pair_establish(&pair);
	sa = side_established(&pair.a);
	ASSERT_NE(sa, NULL);
	ike_sa_free(&pair.a.ike, sa);
	create_child_anew(&pair.a.ike, sa, &pair.a.child[1]);
	EXPECT_EQ(sa->tasks, NULL);
}

/* Without the one that was kept, the other goes on with its children. */
TEST_F(redundant, it_stays_where_the_other_ends_first)
{
	pair.a.ike.kernel->spi_seed = 0xcc;
	begin_crossing(CLIENT, "up tunnel.net");
	end_crossing("up tunnel");
	fake_clock_run(&pair.a.ike);
	while (count_established(&pair.b) < 2 && pair_deliver_one(&pair))
		;
	ASSERT_EQ(count_established(&pair.b), 2);
	ASSERT_TRUE(of_b(true)->redundant);
	ike_sa_free(&pair.b.ike, of_b(false));
	EXPECT_EQ(of_b(true)->phase, PHASE_ESTABLISHED);
	EXPECT_NE(child_sa_find_config(of_b(true), &pair.b.child[1]), NULL);
	command(&pair.b.ike, NULL, CLIENT, "up tunnel");
	EXPECT_EQ(pair.b.ok, 2);
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
	EXPECT_EQ(count_established(&pair.b), 0);
}

TEST_HARNESS_MAIN
