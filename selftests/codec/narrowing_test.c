// SPDX-License-Identifier: GPL-2.0
/*
 * Selectors that a peer narrows (RFC 7296 section 2.9): both sides say so, a packet
 * that waits stands first, and what was narrowed away can be asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ike/child_sa.h"
#include "ike/ike_event.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "recorded_log.h"
#include "tunnel/start_action.h"
#include "tunnel/trap.h"
#include "tunnel/up_down.h"
#include "wire/payload.h"
#include "wire/selector.h"

#define TRAP 1 /* reqid */

static struct pair pair;

FIXTURE(narrowing)
{
};

FIXTURE_SETUP(narrowing)
{
	pair_begin(&pair);
	recorded_log_clear();
}

FIXTURE_TEARDOWN(narrowing)
{
	pair_end(&pair);
}

static void parse(const char *text, struct prefix *prefix)
{
	char error[128];

	if (!prefix_parse(text, prefix, error, sizeof(error)))
		abort();
}

/* Side A sends a packet, with the selectors of it, that a trap meets. */
static void send_packet(const char *local, const char *remote)
{
	struct packet_ts packet;

	parse(local, &packet.local);
	parse(remote, &packet.remote);
	trap_acquire(&pair.a.ike, TRAP, &packet);
	pair_deliver_all(&pair);
}

static void set_trap(void)
{
	pair.a.child[0].start_action = ACTION_TRAP;
	side_start(&pair.a, &pair.a.connection);
}

/* Side A has one child for all, the peer one for each of two networks. */
static void trap_all(void)
{
	side_set_selectors(&pair.a, 0, "10.0.0.0/8", "10.0.0.0/8");
	side_add_child(&pair.b);
	set_trap();
}

/* What side A has asked for last, as side B has read it. */
static bool asked_for(uint8_t type, const char *first, size_t n)
{
	const struct kernel_opened *opened = &pair.b.ike.opened;
	struct selectors selectors;
	struct payloads payloads;
	struct prefixes prefixes = { .n = 1 };
	uint8_t offender;

	parse(first, &prefixes.list[0]);
	return !payloads_parse(opened->first_payload, opened->plaintext,
			       opened->len, &payloads, &offender) &&
	       ts_parse(payloads_find(&payloads, type), &selectors) &&
	       selectors.n == n &&
	       selector_within(&selectors.list[0], &prefixes) &&
	       selector_is_host(&selectors.list[0]);
}

/* Return: the selectors of the Child SA of side A that takes a packet. */
static const char *carried_by(const char *local, const char *remote)
{
	static char text[NETWORKS_TEXT_SIZE];
	struct packet_ts packet;
	const struct child_sa *child;

	parse(local, &packet.local);
	parse(remote, &packet.remote);
	child = child_sa_find_for(side_established(&pair.a), &pair.a.child[0],
				  &packet);
	if (!child)
		return "none";
	networks_print(&child->choice.local_ts, &child->choice.remote_ts, text);
	return text;
}

TEST_F(narrowing, both_sides_say_that_the_responder_narrows)
{
	side_set_selectors(&pair.b, 0, "10.2.4.0/24", "10.1.0.0/16");
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(recorded_log_has("child net: the peer narrows 10.1.0.0/16 === 10.2.0.0/16 to "
				     "10.1.0.0/16 === 10.2.4.0/24"));
	EXPECT_TRUE(recorded_log_has("child net: narrowed to 10.2.4.0/24 === 10.1.0.0/16, the peer "
				     "asks for 10.2.0.0-10.2.255.255 === 10.1.0.0-10.1.255.255"));
}

TEST_F(narrowing, the_responder_says_that_less_is_asked_for)
{
	side_set_selectors(&pair.a, 0, "10.1.4.0/24", "10.2.0.0/16");
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(recorded_log_has("child net: the peer narrows 10.2.0.0/16 === 10.1.0.0/16 to "
				     "10.2.0.0/16 === 10.1.4.0/24"));
}

/* Also where IKE_FOLLOWUP_KE comes before it is complete. */
TEST_F(narrowing, both_sides_say_so_of_a_further_child)
{
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	side_set_esp_proposal(&pair.a, 1, "aes256gcm16-x25519-ke1_mlkem768");
	side_set_esp_proposal(&pair.b, 1, "aes256gcm16-x25519-ke1_mlkem768");
	side_set_selectors(&pair.b, 1, "10.4.4.0/24", "10.3.0.0/16");
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 2));
	EXPECT_TRUE(recorded_log_has("child other: the peer narrows"));
	EXPECT_TRUE(recorded_log_has("child other: narrowed to 10.4.4.0/24"));
}

TEST_F(narrowing, nothing_is_said_of_what_is_not_narrowed)
{
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	set_trap();
	EXPECT_FALSE(recorded_log_has("narrow"));
}

TEST_F(narrowing, a_declined_transport_mode_is_said)
{
	pair.a.child[0].mode = MODE_TRANSPORT;
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(recorded_log_has("child net: tunnel mode, since the peer does not want "
				     "transport mode"));
	EXPECT_TRUE(recorded_log_has("child net: tunnel mode, since this side does not want "
				     "transport mode"));
}

/* In IKE_AUTH. */
TEST_F(narrowing, the_packet_stands_first)
{
	set_trap();
	send_packet("10.1.2.3[tcp/40000]", "10.2.3.4[tcp/443]");
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(asked_for(PAYLOAD_TSI, "10.1.2.3[tcp/40000]", 2));
	EXPECT_TRUE(asked_for(PAYLOAD_TSR, "10.2.3.4[tcp/443]", 2));
	EXPECT_STREQ(carried_by("10.1.2.3", "10.2.3.4"),
		     "10.1.0.0/16 === 10.2.0.0/16");
}

/* What a peer takes may be no more than that. */
TEST_F(narrowing, no_more_than_the_packet)
{
	side_set_selectors(&pair.b, 0, "10.2.3.4[tcp/443]", "10.1.2.3[tcp/40000]");
	set_trap();
	send_packet("10.1.2.3[tcp/40000]", "10.2.3.4[tcp/443]");
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_STREQ(carried_by("10.1.2.3[tcp/40000]", "10.2.3.4[tcp/443]"),
		     "10.1.2.3/32[6/40000] === 10.2.3.4/32[6/443]");
	EXPECT_STREQ(carried_by("10.1.2.3[udp/53]", "10.2.3.4[udp/53]"), "none");
}

/* An address of this side that has gone, or a message that is no packet's. */
TEST_F(narrowing, a_packet_of_another_child_is_not_asked_for)
{
	set_trap();
	send_packet("10.9.2.3", "10.2.3.4");
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_FALSE(asked_for(PAYLOAD_TSI, "10.9.2.3", 2));
}

/* In CREATE_CHILD_SA, and as often as there is something to ask for. */
TEST_F(narrowing, what_was_narrowed_away_is_asked_for)
{
	trap_all();
	send_packet("10.3.1.1", "10.4.1.1");
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_STREQ(carried_by("10.3.1.1", "10.4.1.1"),
		     "10.3.0.0/16 === 10.4.0.0/16");
	send_packet("10.3.1.2", "10.4.1.2");
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	send_packet("10.1.1.1", "10.2.1.1");
	ASSERT_TRUE(side_is_established(&pair.a, 2));
	ASSERT_TRUE(side_is_established(&pair.b, 2));
	EXPECT_TRUE(asked_for(PAYLOAD_TSI, "10.1.1.1", 2));
	EXPECT_STREQ(carried_by("10.1.1.1", "10.2.1.1"),
		     "10.1.0.0/16 === 10.2.0.0/16");
	EXPECT_EQ(pair.a.ike.kernel->traps, 1);
}

/* Each is rekeyed as what it is. */
TEST_F(narrowing, both_are_rekeyed)
{
	trap_all();
	send_packet("10.3.1.1", "10.4.1.1");
	send_packet("10.1.1.1", "10.2.1.1");
	tunnel_rekey_child(&pair.b.ike, &pair.b.connection, NULL, 0);
	pair_pass(&pair, 60 * SECOND);
	tunnel_rekey_child(&pair.a.ike, &pair.a.connection, NULL, 0);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 4);
	ASSERT_TRUE(side_is_established(&pair.a, 2));
	EXPECT_STREQ(carried_by("10.3.1.1", "10.4.1.1"),
		     "10.3.0.0/16 === 10.4.0.0/16");
	EXPECT_STREQ(carried_by("10.1.1.1", "10.2.1.1"),
		     "10.1.0.0/16 === 10.2.0.0/16");
}

/* Nothing is left of what does not help, and what is up stays. */
TEST_F(narrowing, what_the_peer_does_not_take)
{
	trap_all();
	send_packet("10.3.1.1", "10.4.1.1");
	for (unsigned int i = 1; i <= 3; i++) {
		send_packet("10.8.1.1", "10.9.1.1");
		pair_pass(&pair, 60 * SECOND);
		EXPECT_EQ(pair.a.events[EVENT_CHILD_FAILED], i);
		ASSERT_TRUE(side_is_established(&pair.a, 1));
		ASSERT_TRUE(side_is_established(&pair.b, 1));
	}
	EXPECT_STREQ(carried_by("10.3.1.1", "10.4.1.1"),
		     "10.3.0.0/16 === 10.4.0.0/16");
}

/* One down takes all that belong to the child. */
TEST_F(narrowing, down_of_a_narrowed_child)
{
	trap_all();
	send_packet("10.3.1.1", "10.4.1.1");
	send_packet("10.1.1.1", "10.2.1.1");
	tunnel_down(&pair.a.ike, &pair.a.connection, &pair.a.child[0], CLIENT);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_EQ(fake_kernel_installed(pair.a.ike.kernel), 0);
	EXPECT_EQ(fake_kernel_installed(pair.b.ike.kernel), 0);
}

TEST_HARNESS_MAIN
