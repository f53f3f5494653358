// SPDX-License-Identifier: GPL-2.0
/*
 * A helper dies after each message of each exchange, on either side, and another one
 * takes its place: no packet is lost, and the next rekeys work.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/connection.h"
#include "fake_xfrm_events.h"
#include "helper/command.h"
#include "ike/child_sa.h"
#include "ike/ike_sa_end.h"
#include "ike/note.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "tunnel/adopt.h"
#include "tunnel/attempt.h"
#include "tunnel/trap.h"
#include "tunnel/tunnel.h"

static struct pair pair;

/* The helper of @side is dead; what the kernel has of its is nobody's. */
static void die(struct side *side)
{
	struct kernel *kernel = side->ike.kernel;
	struct ike *ike = &side->ike;

	/* It cannot tell the kernel any more. */
	ike->kernel = fake_kernel_new(0);
	ike->kernel->gone = true;
	ike->stopping = true;
	attempts_free(ike);
	traps_free(ike);
	side_clear(side);
	ike_sas_end(ike);
	fake_kernel_free(ike->kernel);
	fake_kernel_orphan(kernel);
	ike->kernel = kernel;
}

/* Another one begins. */
static void begin(struct side *side)
{
	const struct ike before = side->ike;

	side->ike = (struct ike){
		.kernel = before.kernel,
		.xfrm = before.xfrm,
		.config = before.config,
		.events = before.events,
	};
	tunnel_attach(&side->ike);
	adopt_orphans(&side->ike);
}

static void begin_anew(struct side *side)
{
	die(side);
	begin(side);
}

static bool passes(void)
{
	const struct kernel *a = pair.a.ike.kernel, *b = pair.b.ike.kernel;

	return fake_kernel_passes(a, b) && fake_kernel_passes(b, a);
}

/* What is under way when the helper dies: begun by a side. */
struct scene {
	const char *name;
	const char *command; /* NULL: nothing is under way */
	unsigned int children; /* in the end */
	unsigned int least; /* or, where its IKE_FOLLOWUP_KE were under way */
	bool watched; /* all is about the same packets */
};

static const struct scene scenes[] = {
	{ "nothing", NULL, 1, 1, true },
	{ "a rekey of a Child SA", "rekey-child tunnel.net", 1, 1, true },
	{ "a rekey of the IKE SA", "rekey-ike tunnel", 1, 1, true },
	{ "a second Child SA", "up tunnel.other", 2, 1, false },
	{ "the end of a second Child SA", "down tunnel.other", 1, 1, false },
};

static void begin_pair(void)
{
	pair_begin(&pair);
	pair.a.ike.xfrm = fake_xfrm_events_new();
	pair.b.ike.xfrm = fake_xfrm_events_new();
}

static void end_pair(void)
{
	free(pair.a.ike.xfrm);
	free(pair.b.ike.xfrm);
	pair_end(&pair);
}

static void set_up(const struct scene *scene, bool followups)
{
	begin_pair();
	for (size_t i = 0; i < SIDE_CHILDREN && followups; i++) {
		side_set_esp_proposal(&pair.a, i, "aes256gcm16-x25519-ke1_mlkem768");
		side_set_esp_proposal(&pair.b, i, "aes256gcm16-x25519-ke1_mlkem768");
	}
	if (!followups) {
		pair.a.connection.require_pq = false;
		pair.b.connection.require_pq = false;
		side_set_proposal(&pair.a, 0, "aes256gcm16-prfsha384-x25519");
		side_set_proposal(&pair.b, 0, "aes256gcm16-prfsha384-x25519");
	}
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	command(&pair.a.ike, NULL, CLIENT, "up tunnel.net");
	pair_deliver_all(&pair);
	if (scene->command && !strncmp(scene->command, "down", 4)) {
		command(&pair.a.ike, NULL, CLIENT, "up tunnel.other");
		pair_deliver_all(&pair);
	}
	/* What was replaced is gone, and was, for long. */
	pair_pass(&pair, 120 * SECOND);
}

/* Return: false where there were not so many. */
static bool deliver(unsigned int n)
{
	while (n && pair_deliver_one(&pair))
		n--;
	return !n;
}

static bool stands(unsigned int children)
{
	return side_is_established(&pair.a, children) &&
	       side_is_established(&pair.b, children);
}

static unsigned int count_children(void)
{
	return fake_kernel_installed(pair.a.ike.kernel);
}

static void ask(struct side *side, const char *words)
{
	command(&side->ike, NULL, CLIENT, words);
	pair_pass(&pair, 120 * SECOND);
}

/* Return: whether all works from either side, as it did before. */
static bool goes_on(unsigned int children)
{
	ask(&pair.a, "rekey-child tunnel.net");
	ask(&pair.b, "rekey-child tunnel.net");
	ask(&pair.a, "rekey-ike tunnel");
	ask(&pair.b, "rekey-ike tunnel");
	return stands(children) && passes();
}

/* Return: false where fewer messages than @n were sent: there are no more moments. */
static bool play(struct __test_metadata *_metadata, const struct scene *scene,
		 bool followups, struct side *by, struct side *victim,
		 unsigned int n)
{
	unsigned int children;
	bool all;

	set_up(scene, followups);
	ASSERT_TRUE(passes());
	if (scene->command)
		command(&by->ike, NULL, CLIENT, scene->command);
	all = deliver(n);
	begin_anew(victim);
	if (scene->watched)
		pair_watch(&pair);
	pair_pass(&pair, 300 * SECOND);
	children = count_children();
	EXPECT_TRUE(children == scene->children ||
		    (followups && children == scene->least));
	EXPECT_TRUE(goes_on(children)) {
		TH_LOG("%s%s by %s, %s dies after %u messages", scene->name,
		       followups ? " with IKE_FOLLOWUP_KE" : "",
		       by == &pair.a ? "a" : "b", victim == &pair.a ? "a" : "b",
		       n);
	}
	end_pair();
	return all && scene->command;
}

static void play_all(struct __test_metadata *_metadata, bool followups)
{
	struct side *const sides[] = { &pair.a, &pair.b };

	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		for (size_t by = 0; by < 2; by++)
			for (size_t victim = 0; victim < 2; victim++)
				for (unsigned int n = 0;
				     play(_metadata, &scenes[i], followups,
					  sides[by], sides[victim], n);
				     n++)
					;
}

TEST(goes_on_at_any_moment)
{
	play_all(_metadata, false);
}

TEST(goes_on_at_any_moment_of_ike_followup_ke)
{
	play_all(_metadata, true);
}

FIXTURE(adoption)
{
};

FIXTURE_SETUP(adoption)
{
	begin_pair();
	pair_establish(&pair);
}

FIXTURE_TEARDOWN(adoption)
{
	end_pair();
}

/* The control: without adoption both sides' rekeys come to nothing. */
TEST_F(adoption, is_needed)
{
	die(&pair.a);
	pair.a.ike = (struct ike){
		.kernel = pair.a.ike.kernel,
		.xfrm = pair.a.ike.xfrm,
		.config = pair.a.ike.config,
		.events = pair.a.ike.events,
	};
	tunnel_attach(&pair.a.ike);
	command(&pair.b.ike, NULL, CLIENT, "rekey-ike tunnel");
	pair_pass(&pair, 120 * SECOND);
	EXPECT_FALSE(stands(1));
	fake_kernel_restart(pair.a.ike.kernel);
}

TEST_F(adoption, is_no_event)
{
	unsigned int before = pair.a.events[EVENT_IKE_ESTABLISHED];

	begin_anew(&pair.a);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.events[EVENT_IKE_ESTABLISHED], before);
	EXPECT_EQ(fake_network_count(), 0);
}

TEST_F(adoption, keeps_what_show_says)
{
	const struct ike_sa before = *side_only(&pair.a);
	const struct child_sa child = *side_child(&pair.a, 0);
	const struct ike_sa *sa;

	begin_anew(&pair.a);
	sa = side_only(&pair.a);
	ASSERT_NE(sa, NULL);
	EXPECT_EQ(sa->established, before.established);
	EXPECT_EQ(sa->rekey_timer.due, before.rekey_timer.due);
	EXPECT_EQ(sa->life_timer.due, before.life_timer.due);
	EXPECT_EQ(sa->fragment_size, before.fragment_size);
	EXPECT_EQ(memcmp(&sa->path, &before.path, sizeof(sa->path)), 0);
	EXPECT_EQ(sa->nat.here, before.nat.here);
	EXPECT_EQ(side_child(&pair.a, 0)->choice.spi_out, child.choice.spi_out);
	EXPECT_EQ(side_child(&pair.a, 0)->id, child.id);
}

/* The peer has not heard the answer: it gets the same octets. */
TEST_F(adoption, answers_a_repeated_request)
{
	struct fake_datagram *request, *answer, *again;

	command(&pair.b.ike, NULL, CLIENT, "rekey-child tunnel.net");
	request = fake_network_take();
	pair_deliver_to(&pair.a, request);
	answer = fake_network_take();
	begin_anew(&pair.a);
	pair_deliver_to(&pair.a, request);
	again = fake_network_take();
	ASSERT_NE(again, NULL);
	ASSERT_EQ(again->len, answer->len);
	EXPECT_EQ(memcmp(again->data, answer->data, again->len), 0);
	free(request);
	free(answer);
	EXPECT_TRUE(pair_deliver(&pair, again));
	pair_pass(&pair, 60 * SECOND);
	EXPECT_TRUE(stands(1));
}

TEST_F(adoption, deletes_what_is_not_configured_any_more)
{
	die(&pair.a);
	snprintf(pair.a.connection.name, sizeof(pair.a.connection.name), "another");
	connections_index(&pair.a.config);
	begin(&pair.a);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(adoption, deletes_what_is_between_others_now)
{
	die(&pair.a);
	side_set_identity(&pair.a.connection.remote_id, "another.example");
	connections_index(&pair.a.config);
	begin(&pair.a);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(adoption, deletes_a_child_that_is_not_configured_any_more)
{
	die(&pair.a);
	side_set_selectors(&pair.a, 0, "10.9.0.0/16", "10.2.0.0/16");
	begin(&pair.a);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_EQ(fake_kernel_installed(pair.a.ike.kernel), 0);
	EXPECT_EQ(fake_kernel_installed(pair.b.ike.kernel), 0);
	EXPECT_EQ(fake_kernel_live(pair.a.ike.kernel), 1);
}

/* A note of another version, or of nobody: it is not known where the peer is. */
TEST_F(adoption, removes_what_has_no_note)
{
	struct kernel *kernel = pair.a.ike.kernel;

	die(&pair.a);
	kernel->sas[0].messages->note[0]++;
	begin(&pair.a);
	EXPECT_EQ(fake_kernel_live(kernel), 0);
	EXPECT_EQ(fake_kernel_installed(kernel), 0);
}

TEST_F(adoption, reads_no_note_that_is_cut_short)
{
	const struct fake_sa *sa = &pair.a.ike.kernel->sas[0];
	struct ike_note note;

	EXPECT_TRUE(note_read(&note, sa->messages->note, sa->note_len));
	for (size_t len = 0; len < sa->note_len; len++)
		EXPECT_FALSE(note_read(&note, sa->messages->note, len));
}

/* The peer does not answer: the same as without a death. */
TEST_F(adoption, finds_a_peer_dead)
{
	pair.a.child[0].dpd_action = ACTION_NONE;
	command(&pair.a.ike, NULL, CLIENT, "rekey-child tunnel.net");
	pair_lose_one();
	begin_anew(&pair.a);
	EXPECT_EQ(fake_network_count(), 1);
	for (int i = 0; i < 4 * RETRANSMIT_MAX && !side_is_clean(&pair.a); i++) {
		pair_lose_one();
		fake_clock_run(&pair.a.ike);
	}
	EXPECT_TRUE(side_is_clean(&pair.a));
}

TEST_HARNESS_MAIN
