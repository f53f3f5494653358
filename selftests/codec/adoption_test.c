// SPDX-License-Identifier: GPL-2.0
/*
 * A helper dies after each message of each exchange and at each request to the kernel
 * between them, on either side, and another one takes its place: no packet is lost, what
 * the peer has been asked for is done, and the next rekeys work.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/connection.h"
#include "fake_xfrm_events.h"
#include "helper/command.h"
#include "ike/child_sa.h"
#include "ike/ike_sa_end.h"
#include "ike/liveness.h"
#include "ike/note.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "tunnel/adopt.h"
#include "tunnel/attempt.h"
#include "tunnel/trap.h"
#include "tunnel/tunnel.h"
#include "wire/selector.h"

/* Bounds, of which no scene comes near. */
#define MESSAGES_MAX 100
#define STEPS_MAX 100

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

/* What is under way when the helper dies, begun by a side, and what comes of it. */
enum kind {
	KIND_STANDS, /* the tunnel stands before and after */
	KIND_BEGINS, /* it is set up */
	KIND_ENDS, /* it is taken down */
};

struct scene {
	const char *name;
	enum kind kind;
	const char *command; /* NULL: a liveness check */
	unsigned int before; /* Child SAs */
	unsigned int after;
	bool watched; /* all is about the same packets, which pass at each moment */
};

static const struct scene scenes[] = {
	{ "a liveness check", KIND_STANDS, NULL, 1, 1, true },
	{ "a rekey of a Child SA", KIND_STANDS, "rekey-child tunnel.net", 1, 1, true },
	{ "a rekey of the IKE SA", KIND_STANDS, "rekey-ike tunnel", 1, 1, true },
	{ "a second Child SA", KIND_STANDS, "up tunnel.other", 1, 2, false },
	{ "the end of a second Child SA", KIND_STANDS, "down tunnel.other", 2, 1, false },
	{ "the beginning", KIND_BEGINS, "up tunnel.net", 0, 1, false },
	{ "the end", KIND_ENDS, "down tunnel", 1, 0, false },
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

/* Two of them: between those, too, a helper dies. */
static void set_followups(void)
{
	static const char ike[] =
		"aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke2_mlkem1024";
	static const char esp[] =
		"aes256gcm16-x25519-ke1_mlkem768-ke2_mlkem1024";

	side_set_proposal(&pair.a, 0, ike);
	side_set_proposal(&pair.b, 0, ike);
	for (size_t i = 0; i < SIDE_CHILDREN; i++) {
		side_set_esp_proposal(&pair.a, i, esp);
		side_set_esp_proposal(&pair.b, i, esp);
	}
}

static void set_up(const struct scene *scene, bool followups)
{
	begin_pair();
	if (followups) {
		set_followups();
	} else {
		pair.a.connection.require_pq = false;
		pair.b.connection.require_pq = false;
		side_set_proposal(&pair.a, 0, "aes256gcm16-prfsha384-x25519");
		side_set_proposal(&pair.b, 0, "aes256gcm16-prfsha384-x25519");
	}
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	if (scene->before > 0)
		command(&pair.a.ike, NULL, CLIENT, "up tunnel.net");
	pair_deliver_all(&pair);
	if (scene->before > 1)
		command(&pair.a.ike, NULL, CLIENT, "up tunnel.other");
	pair_deliver_all(&pair);
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

/* When a helper dies. */
struct moment {
	struct side *victim;
	unsigned int messages; /* so many after the command have been dealt with */
	unsigned int step; /* request to the kernel that it makes next and does not, 0: any */
};

/* What a rekey changes. */
struct spis {
	uint32_t spi_in;
	uint8_t spi_i[IKE_SPI_SIZE];
};

static void take_spis(struct spis *spis)
{
	*spis = (struct spis){ 0 };
	if (!side_child(&pair.a, 0))
		return;
	spis->spi_in = side_child(&pair.a, 0)->spi_in;
	memcpy(spis->spi_i, side_established(&pair.a)->spi_i, IKE_SPI_SIZE);
}

static bool rekeys(const struct scene *scene, const char *what)
{
	return scene->command && !strcmp(scene->command, what);
}

/* Return: whether what the scene is about has come to its end. */
static bool is_done(const struct scene *scene, const struct spis *before)
{
	struct spis now;

	take_spis(&now);
	if (rekeys(scene, "rekey-child tunnel.net"))
		return now.spi_in != before->spi_in;
	if (rekeys(scene, "rekey-ike tunnel"))
		return memcmp(now.spi_i, before->spi_i, IKE_SPI_SIZE) != 0;
	return count_children() == scene->after;
}

/* Return: whether the kernel of @side has more or less than what stood before. */
static bool is_under_way(const struct side *side, const struct scene *scene)
{
	const struct kernel *kernel = side->ike.kernel;

	return fake_kernel_larval(kernel) || fake_kernel_live(kernel) > 1 ||
	       fake_kernel_installed(kernel) != scene->before;
}

static void begin_scene(const struct scene *scene, struct side *by)
{
	if (scene->command)
		command(&by->ike, NULL, CLIENT, scene->command);
	else
		liveness_hint(&by->ike, side_established(by));
}

/*
 * Up to the moment.  Return: whether it came: there were as many messages, or requests
 * in dealing with the last of them.
 */
static bool come_to(const struct scene *scene, struct side *by,
		    const struct moment *moment)
{
	struct kernel *kernel = moment->victim->ike.kernel;
	bool all = true;

	if (!moment->messages)
		kernel->dies_in = moment->step;
	begin_scene(scene, by);
	if (moment->messages) {
		all = deliver(moment->messages - 1);
		kernel->dies_in = moment->step;
		all = all && deliver(1);
	}
	return all && (!moment->step || kernel->gone);
}

/* @asked: the peer was asked, or the kernel has what it takes to ask it. */
static bool ends_well(const struct scene *scene, const struct spis *before,
		      bool asked)
{
	unsigned int children = count_children();

	return (is_done(scene, before) ||
		(!asked && children == scene->before)) && goes_on(children);
}

/* Both sides have it, or this one has not; then it is begun again. */
static bool begins_well(struct side *by)
{
	if (side_is_clean(by))
		ask(by, "up tunnel.net");
	return stands(1) && passes() && goes_on(1);
}

static bool is_over(bool asked)
{
	return (side_is_clean(&pair.a) && side_is_clean(&pair.b)) ||
	       (!asked && goes_on(1));
}

/* Return: whether the moment came. */
static bool play(struct __test_metadata *_metadata, const struct scene *scene,
		 bool followups, struct side *by, const struct moment *moment)
{
	bool came, asked, well = false;
	struct spis spis;

	set_up(scene, followups);
	take_spis(&spis);
	came = come_to(scene, by, moment);
	die(moment->victim);
	asked = moment->victim != by || moment->messages || is_under_way(by, scene);
	begin(moment->victim);
	if (scene->watched)
		pair_watch(&pair);
	pair_pass(&pair, 300 * SECOND);
	switch (scene->kind) {
	case KIND_STANDS:
		well = ends_well(scene, &spis, asked);
		break;
	case KIND_BEGINS:
		well = begins_well(by);
		break;
	case KIND_ENDS:
		well = is_over(asked || moment->messages || !moment->step);
		break;
	}
	EXPECT_TRUE(well) {
		TH_LOG("%s%s by %s, %s dies after %u messages, at step %u",
		       scene->name, followups ? " with IKE_FOLLOWUP_KE" : "",
		       by == &pair.a ? "a" : "b",
		       moment->victim == &pair.a ? "a" : "b", moment->messages,
		       moment->step);
	}
	end_pair();
	return came;
}

/* Each moment, and in each the steps from the first on, and what is behind the last. */
static void play_moments(struct __test_metadata *_metadata,
			 const struct scene *scene, bool followups,
			 struct side *by, struct side *victim)
{
	struct moment moment = { .victim = victim };

	do {
		moment.step = 0;
		while (moment.step++ < STEPS_MAX &&
		       play(_metadata, scene, followups, by, &moment))
			;
		EXPECT_LE(moment.step, STEPS_MAX);
		moment.step = 0;
	} while (play(_metadata, scene, followups, by, &moment) &&
		 moment.messages++ < MESSAGES_MAX);
	EXPECT_LE(moment.messages, MESSAGES_MAX);
}

static void play_all(struct __test_metadata *_metadata, bool followups)
{
	struct side *const sides[] = { &pair.a, &pair.b };

	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		for (size_t by = 0; by < 2; by++)
			for (size_t victim = 0; victim < 2; victim++)
				play_moments(_metadata, &scenes[i], followups,
					     sides[by], sides[victim]);
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

/* Of the same number and selectors: the kernel has another child's policy for it. */
TEST_F(adoption, deletes_a_child_that_has_another_name_now)
{
	die(&pair.a);
	snprintf(pair.a.child[0].name, sizeof(pair.a.child[0].name), "another");
	begin(&pair.a);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_EQ(fake_kernel_installed(pair.a.ike.kernel), 0);
	EXPECT_EQ(fake_kernel_installed(pair.b.ike.kernel), 0);
	EXPECT_EQ(fake_kernel_live(pair.a.ike.kernel), 1);
}

/* Nor does the kernel say the interface ID of a Child SA that is not installed. */
TEST(goes_on_with_a_child_of_an_interface)
{
	uint32_t before;

	begin_pair();
	pair.a.child[0].if_id_in = 42;
	pair.a.child[0].if_id_out = 42;
	pair_establish(&pair);
	ASSERT_NE(side_child(&pair.a, 0), NULL);
	before = side_child(&pair.a, 0)->spi_in;
	command(&pair.a.ike, NULL, CLIENT, "rekey-child tunnel.net");
	begin_anew(&pair.a);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_TRUE(stands(1));
	EXPECT_NE(side_child(&pair.a, 0)->spi_in, before);
	end_pair();
}

FIXTURE(followups)
{
	uint32_t spi_in;
};

FIXTURE_SETUP(followups)
{
	begin_pair();
	set_followups();
	pair_establish(&pair);
	ASSERT_NE(side_child(&pair.a, 0), NULL);
	self->spi_in = side_child(&pair.a, 0)->spi_in;
}

FIXTURE_TEARDOWN(followups)
{
	end_pair();
}

/* Which Child SA was agreed on is read by the kernel alone. */
TEST_F(followups, go_on_to_what_was_agreed)
{
	const struct child_sa *child, *theirs;
	char agreed[256], kept[256];

	command(&pair.a.ike, NULL, CLIENT, "rekey-child tunnel.net");
	pair_deliver_all(&pair);
	proposal_print(&side_child(&pair.a, 0)->choice.proposal, agreed,
		       sizeof(agreed));
	pair_pass(&pair, 60 * SECOND);
	command(&pair.a.ike, NULL, CLIENT, "rekey-child tunnel.net");
	deliver(2);
	begin_anew(&pair.a);
	pair_watch(&pair);
	pair_deliver_all(&pair);
	child = side_child(&pair.a, 0);
	theirs = side_child(&pair.b, 0);
	ASSERT_NE(child, NULL);
	ASSERT_NE(theirs, NULL);
	EXPECT_EQ(child->choice.spi_out, theirs->spi_in);
	EXPECT_EQ(theirs->choice.spi_out, child->spi_in);
	proposal_print(&child->choice.proposal, kept, sizeof(kept));
	EXPECT_EQ(strcmp(kept, agreed), 0);
	EXPECT_TRUE(prefixes_equal(&child->choice.local_ts,
				   &theirs->choice.remote_ts));
}

/* The old Child SA stays; a helper that dies at once is no other thing. */
TEST_F(followups, of_a_peer_have_it_try_again)
{
	for (unsigned int deaths = 1; deaths <= 2; deaths++) {
		self->spi_in = side_child(&pair.a, 0)->spi_in;
		command(&pair.a.ike, NULL, CLIENT, "rekey-child tunnel.net");
		deliver(2 * deaths);
		for (unsigned int i = 0; i < deaths; i++)
			begin_anew(&pair.b);
		pair_watch(&pair);
		pair_deliver_all(&pair);
		EXPECT_EQ(pair.a.failed, deaths);
		EXPECT_NE(strstr(pair.a.reason, "TEMPORARY_FAILURE"), NULL);
		EXPECT_EQ(side_child(&pair.a, 0)->spi_in, self->spi_in);
		pair_pass(&pair, 60 * SECOND);
		EXPECT_TRUE(stands(1));
		EXPECT_NE(side_child(&pair.a, 0)->spi_in, self->spi_in);
	}
}

/* What has been answered since is behind it. */
TEST_F(followups, are_lost_once)
{
	command(&pair.a.ike, NULL, CLIENT, "rekey-child tunnel.net");
	deliver(2);
	pair_lose_one();
	begin_anew(&pair.b);
	side_time_out(&pair.a);
	pair_deliver_all(&pair);
	EXPECT_NE(strstr(pair.a.reason, "TEMPORARY_FAILURE"), NULL);
	EXPECT_FALSE(side_only(&pair.b)->followup_lost);
}

TEST_F(followups, of_an_ike_sa_are_not_found)
{
	command(&pair.a.ike, NULL, CLIENT, "rekey-ike tunnel");
	deliver(2);
	begin_anew(&pair.b);
	pair_watch(&pair);
	pair_deliver_all(&pair);
	EXPECT_NE(strstr(pair.a.reason, "STATE_NOT_FOUND"), NULL);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_TRUE(stands(1));
}

/* The peer is authenticated and no more; the first Child SA cannot be had. */
TEST(ends_what_has_no_first_child)
{
	struct moment moment = { .victim = &pair.a, .messages = 8 };
	const struct scene *scene = &scenes[0];
	struct kernel *kernel = NULL;

	while (scene->kind != KIND_BEGINS)
		scene++;
	do {
		if (kernel)
			end_pair();
		moment.step++;
		ASSERT_LE(moment.step, STEPS_MAX);
		set_up(scene, true);
		kernel = pair.a.ike.kernel;
		come_to(scene, &pair.a, &moment);
		die(&pair.a);
	} while (!fake_kernel_live(kernel));
	ASSERT_EQ(fake_kernel_larval(kernel), 1);
	kernel->refuse_install = ENOSPC;
	begin(&pair.a);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
	end_pair();
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
