// SPDX-License-Identifier: GPL-2.0
/*
 * What must not wear a tunnel out in months: peers that do not finish what they
 * have begun, refusals for a while, and rekeys that fail until a life ends.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ike/child_sa.h"
#include "ike/delete_child.h"
#include "ike/exchange.h"
#include "ike/expiry.h"
#include "ike/followup.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/replace_child.h"
#include "ike/task.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "tunnel/up_down.h"

#define WITH_ML_KEM "aes256gcm16-x25519-ke1_mlkem768"
#define IN_ONE_EXCHANGE "aes256gcm16-prfsha384-mlkem512"

/* Longer than anything takes that was begun, shorter than any lifetime. */
#define SETTLED (200 * SECOND)

static struct pair pair;

static void settle(void)
{
	pair_pass(&pair, SETTLED);
}

static void add_children(void)
{
	side_add_child(&pair.a);
	side_add_child(&pair.b);
}

static void set_esp_proposals(const char *text)
{
	for (size_t i = 0; i < SIDE_CHILDREN; i++) {
		side_set_esp_proposal(&pair.a, i, text);
		side_set_esp_proposal(&pair.b, i, text);
	}
}

/* Where both rekey at once, the exchange of @side is the one that goes. */
static void let_lose(const struct side *side)
{
	pair.a.ike.kernel->nonce_first = side == &pair.a ? 1 : 2;
	pair.b.ike.kernel->nonce_first = side == &pair.a ? 2 : 1;
}

static void rekey_ike_of(struct side *side)
{
	tunnel_rekey_ike(&side->ike, &side->connection, CLIENT);
}

static void rekey_child_of(struct side *side)
{
	tunnel_rekey_child(&side->ike, &side->connection, NULL, CLIENT);
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

/* Side A has given way to an exchange that never comes to its end. */
TEST_F(endurance, an_ike_sa_that_the_peer_does_not_rekey_after_all)
{
	let_lose(&pair.a);
	pair_establish(&pair);
	rekey_ike_of(&pair.a);
	rekey_ike_of(&pair.b);
	pair.b.ike.kernel->refuse_ke = ENOMEM;
	pair_deliver_all(&pair);
	pair.b.ike.kernel->refuse_ke = 0;
	leave_task(&pair.b);
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 0);
	settle();
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 1);
	EXPECT_TRUE(agree(1));
}

TEST_F(endurance, a_child_that_the_peer_does_not_rekey_after_all)
{
	let_lose(&pair.a);
	set_esp_proposals(WITH_ML_KEM);
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	rekey_child_of(&pair.b);
	for (int i = 0; i < 3; i++)
		ASSERT_TRUE(pair_deliver_one(&pair));
	pair_lose_one();
	leave_task(&pair.b);
	settle();
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 1);
	EXPECT_TRUE(agree(1));
}

/* What side A wants waits for the peer's series, which the peer leaves. */
TEST_F(endurance, tasks_go_on_when_the_peer_leaves_its_series)
{
	add_children();
	pair.a.connection.n_children = 1;
	pair_establish(&pair);
	pair.a.connection.n_children = 2;
	rekey_ike_of(&pair.b);
	pair_deliver_one(&pair);
	pair_lose_one();
	leave_task(&pair.b);
	tunnel_down(&pair.a.ike, &pair.a.connection, &pair.a.child[0], CLIENT);
	EXPECT_EQ(fake_network_count(), 0);
	tunnel_up(&pair.b.ike, &pair.b.connection, &pair.b.child[1], CLIENT);
	pair_deliver_all(&pair);
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(side_child(&pair.a, 0), NULL);
	EXPECT_NE(side_child(&pair.a, 1), NULL);
}

/* It is new: what was to be replaced is the old one. */
TEST_F(endurance, what_the_peer_has_rekeyed_is_not_rekeyed_again)
{
	pair_establish(&pair);
	rekey_ike_of(&pair.b);
	pair_deliver_one(&pair);
	rekey_ike_of(&pair.a);
	settle();
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 1);
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_TRUE(agree(1));
}

/* Side A has given way: what it wants besides does not begin in the old one. */
TEST_F(endurance, what_waits_goes_on_in_the_ike_sa_that_is_kept)
{
	let_lose(&pair.a);
	add_children();
	side_set_proposal(&pair.a, 0, IN_ONE_EXCHANGE);
	side_set_proposal(&pair.b, 0, IN_ONE_EXCHANGE);
	pair.a.connection.n_children = 1;
	pair_establish(&pair);
	pair.a.connection.n_children = 2;
	rekey_ike_of(&pair.a);
	tunnel_up(&pair.a.ike, &pair.a.connection, &pair.a.child[1], CLIENT);
	rekey_ike_of(&pair.b);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 1);
	EXPECT_TRUE(agree(2));
	EXPECT_EQ(pair.a.ok, 2);
}

/* The replaced IKE SA awaits an answer, and then the Delete, which is lost. */
TEST_F(endurance, a_replaced_ike_sa_that_the_peer_does_not_delete)
{
	struct ike_sa *old;

	side_set_proposal(&pair.a, 0, IN_ONE_EXCHANGE);
	side_set_proposal(&pair.b, 0, IN_ONE_EXCHANGE);
	pair.a.connection.dpd_delay = 3600;
	pair_establish(&pair);
	fake_clock_advance(3600 * SECOND);
	fake_clock_run(&pair.a.ike);
	EXPECT_EQ(fake_network_count(), 1);
	rekey_ike_of(&pair.b);
	ASSERT_TRUE(pair_deliver_from(&pair, &pair.b));
	while (pair_deliver_from(&pair, &pair.a))
		;
	ASSERT_TRUE(pair_deliver_one(&pair));
	pair_lose_one();
	old = pair.b.ike.ike_sas;
	while (old->phase != PHASE_DELETING)
		old = old->next;
	ike_sa_free(&pair.b.ike, old);
	settle();
	EXPECT_TRUE(agree(1));
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

/* RFC 7296 section 2.25: it may be asked for again. */
TEST_F(endurance, a_child_that_is_refused_for_a_while)
{
	add_children();
	pair.a.connection.n_children = 1;
	pair_establish(&pair);
	pair.a.connection.n_children = 2;
	pair.b.ike.kernel->refuse_child_new = ENOMEM;
	tunnel_up(&pair.a.ike, &pair.a.connection, &pair.a.child[1], CLIENT);
	pair_deliver_all(&pair);
	EXPECT_EQ(fake_network_count(), 0);
	EXPECT_EQ(pair.a.failed, 0);
	/* Others need not wait for it. */
	pair.b.ike.kernel->refuse_child_new = 0;
	rekey_child_of(&pair.a);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 1);
	EXPECT_EQ(fake_kernel_installed(pair.a.ike.kernel), 1 + 1);
	settle();
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_TRUE(agree(2));
}

TEST_F(endurance, a_child_that_is_refused_for_too_long)
{
	add_children();
	pair.a.connection.n_children = 1;
	pair_establish(&pair);
	pair.a.connection.n_children = 2;
	pair.b.ike.kernel->refuse_child_new = ENOMEM;
	tunnel_up(&pair.a.ike, &pair.a.connection, &pair.a.child[1], CLIENT);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_EQ(pair.a.failed, 0);
	pair_pass(&pair, 600 * SECOND);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "TEMPORARY_FAILURE"), NULL);
	EXPECT_TRUE(agree(1));
}

/* A child that is there by now is asked for as well as one that has to be made. */
TEST_F(endurance, an_up_that_waits_for_its_last_child)
{
	struct side *a = &pair.a;

	add_children();
	pair_establish(&pair);
	pair.b.ike.kernel->refuse_child_new = ENOMEM;
	replace_child(&a->ike, child_sa_find_config(side_established(a),
						    &a->child[0]));
	tunnel_down(&a->ike, &a->connection, &a->child[1], CLIENT);
	pair_deliver_all(&pair);
	pair.b.ike.kernel->refuse_child_new = 0;
	tunnel_up(&pair.b.ike, &pair.b.connection, &pair.b.child[0], CLIENT);
	pair_deliver_all(&pair);
	a->ok = 0;
	tunnel_up(&a->ike, &a->connection, NULL, CLIENT);
	EXPECT_EQ(a->ok, 0);
	pair_deliver_all(&pair);
	EXPECT_EQ(a->ok, 1);
	EXPECT_EQ(a->failed, 0);
	settle();
	EXPECT_TRUE(agree(2));
}

/* The peer deletes the new one, since it could not install it: the old one goes on. */
TEST_F(endurance, a_rekey_that_the_peer_takes_back)
{
	unsigned int rekeyed;

	pair_establish(&pair);
	pair.a.ike.kernel->refuse_install = ENOSPC;
	rekey_child_of(&pair.a);
	pair_deliver_all(&pair);
	pair.a.ike.kernel->refuse_install = 0;
	EXPECT_TRUE(agree(1));
	rekeyed = pair.b.events[EVENT_CHILD_REKEYED];
	rekey_child_of(&pair.b);
	settle();
	EXPECT_EQ(pair.b.events[EVENT_CHILD_REKEYED], rekeyed + 1);
	EXPECT_TRUE(agree(1));
	tunnel_down(&pair.b.ike, &pair.b.connection, &pair.b.child[0], CLIENT);
	settle();
	EXPECT_EQ(fake_kernel_installed(pair.a.ike.kernel), 0);
	EXPECT_EQ(fake_kernel_installed(pair.b.ike.kernel), 0);
}

TEST_F(endurance, a_child_that_ends_while_the_peer_takes_its_rekey_back)
{
	pair_establish(&pair);
	pair.a.ike.kernel->refuse_install = ENOSPC;
	rekey_child_of(&pair.a);
	while (!pair.b.events[EVENT_CHILD_REKEYED])
		ASSERT_TRUE(pair_deliver_one(&pair));
	tunnel_down(&pair.b.ike, &pair.b.connection, &pair.b.child[0], CLIENT);
	settle();
	EXPECT_EQ(pair.b.ok, 1);
	EXPECT_EQ(fake_kernel_installed(pair.a.ike.kernel), 0);
	EXPECT_EQ(fake_kernel_installed(pair.b.ike.kernel), 0);
}

/* The second child of side A is being made anew, which the peer refuses. */
static void let_child_wait(void)
{
	add_children();
	pair_establish(&pair);
	pair.b.ike.kernel->refuse_child_new = ENOMEM;
	replace_child(&pair.a.ike, side_child(&pair.a, 1));
	pair_deliver_all(&pair);
	pair.b.ike.kernel->refuse_child_new = 0;
}

/* Whoever asks for it does not wait as long, nor is he told that it is there. */
TEST_F(endurance, up_of_a_child_that_waits)
{
	let_child_wait();
	EXPECT_EQ(side_child(&pair.a, 1), NULL);
	tunnel_up(&pair.a.ike, &pair.a.connection, &pair.a.child[1], CLIENT);
	EXPECT_EQ(pair.a.ok, 1);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_TRUE(agree(2));
	settle();
	EXPECT_TRUE(agree(2));
}

TEST_F(endurance, down_of_a_child_that_waits)
{
	let_child_wait();
	tunnel_down(&pair.a.ike, &pair.a.connection, &pair.a.child[1], CLIENT);
	EXPECT_EQ(pair.a.ok, 2);
	settle();
	EXPECT_EQ(side_child(&pair.a, 1), NULL);
	EXPECT_TRUE(agree(1));
}

/* The only child: the IKE SA waits for it. */
TEST_F(endurance, an_only_child_that_is_refused_for_a_while)
{
	pair_establish(&pair);
	pair.b.ike.kernel->refuse_child_new = ENOMEM;
	replace_child(&pair.a.ike, side_child(&pair.a, 0));
	pair_deliver_all(&pair);
	pair.b.ike.kernel->refuse_child_new = 0;
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.events[EVENT_IKE_ESTABLISHED], 1);
}

/* The first cannot be begun, which ends the IKE SA: no other is asked for in it. */
TEST_F(endurance, up_of_all_children_while_the_kernel_does_nothing)
{
	pair_establish(&pair);
	pair.b.ike.kernel->refuse_child_new = ENOMEM;
	replace_child(&pair.a.ike, side_child(&pair.a, 0));
	pair_deliver_all(&pair);
	add_children();
	pair.a.ike.kernel->gone = true;
	tunnel_up(&pair.a.ike, &pair.a.connection, NULL, CLIENT);
	pair.a.ike.kernel->gone = false;
	ASSERT_NE(pair.a.ike.gone, NULL);
	EXPECT_EQ(pair.a.ike.gone->tasks, NULL);
	EXPECT_EQ(pair.a.failed, 1);
}

/* What waits goes on in the IKE SA that replaces this one. */
TEST_F(endurance, a_child_that_waits_while_the_ike_sa_is_replaced)
{
	pair_establish(&pair);
	pair.b.ike.kernel->refuse_child_new = ENOMEM;
	replace_child(&pair.a.ike, side_child(&pair.a, 0));
	pair_deliver_all(&pair);
	pair.b.ike.kernel->refuse_child_new = 0;
	rekey_ike_of(&pair.b);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 1);
	settle();
	EXPECT_TRUE(agree(1));
}

/* RFC 9370 section 2.2.4: the series may be started over. */
TEST_F(endurance, a_child_whose_series_is_lost)
{
	add_children();
	pair.a.connection.n_children = 1;
	set_esp_proposals(WITH_ML_KEM);
	pair_establish(&pair);
	pair.a.connection.n_children = 2;
	tunnel_up(&pair.a.ike, &pair.a.connection, &pair.a.child[1], CLIENT);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	followup_drop(&pair.b.ike, side_established(&pair.b));
	settle();
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_TRUE(agree(2));
}

/* Nobody has closed it: it was rekeyed in vain. */
TEST_F(endurance, a_child_whose_life_has_ended)
{
	pair.a.child[0].time.life = 100;
	pair_establish(&pair);
	pair_pass(&pair, 101 * SECOND);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_DELETED], 1);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_ESTABLISHED], 2);
	EXPECT_TRUE(agree(1));
}

/* No key exchange in common: only IKE_AUTH, which has none, makes a Child SA. */
TEST_F(endurance, a_child_whose_life_has_ended_and_no_other_is_taken)
{
	pair.a.child[0].time.life = 100;
	side_set_esp_proposal(&pair.b, 0, "aes256gcm16-ecp384");
	pair_establish(&pair);
	pair_pass(&pair, 101 * SECOND);
	EXPECT_EQ(pair.a.events[EVENT_IKE_ESTABLISHED], 2);
	EXPECT_TRUE(agree(1));
}

TEST_F(endurance, an_ike_sa_whose_life_has_ended)
{
	pair.a.connection.time.life = 100;
	pair_establish(&pair);
	pair_pass(&pair, 102 * SECOND);
	EXPECT_EQ(pair.a.events[EVENT_IKE_ESTABLISHED], 2);
	EXPECT_TRUE(agree(1));
}

/* The peer takes its response for a good one: it is told. */
TEST_F(endurance, a_response_that_is_malformed)
{
	struct fake_datagram *response;

	pair.a.child[0].dpd_action = ACTION_START;
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	pair_deliver_one(&pair);
	response = fake_network_take();
	ASSERT_NE(response, NULL);
	response->data[IKE_HEADER_SIZE + 4 + 2] = 0xff;
	pair_deliver_to(&pair.a, response);
	free(response);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.b.events[EVENT_IKE_DELETED], 1);
	EXPECT_EQ(pair.a.events[EVENT_IKE_ESTABLISHED], 2);
	EXPECT_TRUE(agree(1));
}

/* Somebody has removed it from the kernel, where resync misses it. */
TEST_F(endurance, a_successor_that_is_lost)
{
	pair_establish(&pair);
	rekey_ike_of(&pair.a);
	ike_sa_free(&pair.a.ike, side_established(&pair.a)->task->successor);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

/* It is wanted while it is being made anew as well. */
TEST_F(endurance, a_child_whose_life_has_ended_where_the_peer_is_gone)
{
	pair.a.child[0].time.life = 100;
	pair.a.child[0].dpd_action = ACTION_START;
	pair_establish(&pair);
	side_clear(&pair.b);
	pair_pass(&pair, 100 * SECOND + SETTLED);
	EXPECT_EQ(pair.a.events[EVENT_IKE_ESTABLISHED], 2);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

/* The peer deletes the old Child SA before it is known here what replaces it. */
TEST_F(endurance, a_rekey_that_is_overtaken_by_the_delete)
{
	pair.a.child[0].close_action = ACTION_START;
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	pair_deliver_one(&pair);
	for (struct child_sa *child = side_established(&pair.b)->children; child;
	     child = child->next)
		if (child->replaced)
			delete_child_first(&pair.b.ike, child);
	ASSERT_EQ(fake_network_count(), 2);
	{
		struct fake_datagram *response = fake_network_take();

		pair_deliver_one(&pair);
		pair_deliver_to(&pair.a, response);
		free(response);
	}
	settle();
	EXPECT_TRUE(agree(1));
}

static void up_of(struct side *side)
{
	tunnel_up(&side->ike, &side->connection, NULL, CLIENT);
}

static void delete_child_of(struct side *side)
{
	tunnel_down(&side->ike, &side->connection, &side->child[0], CLIENT);
}

/* The next message comes from elsewhere: each Child SA is made anew. */
static void move(struct side *side)
{
	pair_set_nat(&pair, "198.51.100.7", 40000);
	rekey_ike_of(side);
}

/* What both do while the kernel of one has no memory, for a moment. */
struct shortage {
	const char *proposal; /* NULL: with a further key exchange */
	bool nat; /* side A is behind one */
	bool up; /* the tunnel is there before */
	void (*a)(struct side *side);
	void (*b)(struct side *side); /* NULL: nothing */
};

static void begin_shortage(const struct shortage *shortage)
{
	pair_end(&pair);
	pair_begin(&pair);
	add_children();
	set_esp_proposals(WITH_ML_KEM);
	pair.a.connection.dpd_delay = 10;
	pair.b.connection.dpd_delay = 10;
	pair.a.connection.fragment_size = 576;
	pair.b.connection.fragment_size = 576;
	if (shortage->proposal) {
		side_set_proposal(&pair.a, 0, shortage->proposal);
		side_set_proposal(&pair.b, 0, shortage->proposal);
	}
	if (shortage->nat) {
		pair_set_nat(&pair, "203.0.113.9", 30000);
		pair.b.connection.n_remote_addrs = 0;
	}
	if (shortage->up)
		pair_establish(&pair);
}

/* Return: whether both have the same in the end, and their kernels no more. */
static bool is_settled(void)
{
	pair_pass(&pair, 2 * SETTLED);
	if (side_is_clean(&pair.a) && side_is_clean(&pair.b))
		return true;
	return agree(fake_kernel_installed(pair.a.ike.kernel));
}

/* Each request to the kernel of either side lacks memory once. */
static bool survives(struct shortage shortage)
{
	for (unsigned int n = 0; n < 80; n++) {
		struct side *side = n & 1 ? &pair.b : &pair.a;

		begin_shortage(&shortage);
		side->ike.kernel->fail_in = n / 2 + 1;
		shortage.a(&pair.a);
		if (shortage.b)
			shortage.b(&pair.b);
		pair_deliver_all(&pair);
		if (!is_settled()) {
			printf("# request %u of side %c\n", n / 2 + 1,
			       n & 1 ? 'B' : 'A');
			return false;
		}
	}
	return true;
}

#define SHORTAGE(name, ...)						\
	TEST_F(endurance, name)						\
	{								\
		EXPECT_TRUE(survives((struct shortage){ __VA_ARGS__ })); \
	}

SHORTAGE(no_memory_to_establish, .a = up_of)
SHORTAGE(no_memory_when_both_establish, .a = up_of, .b = up_of)
SHORTAGE(no_memory_to_rekey_the_child, .up = true, .a = rekey_child_of)
SHORTAGE(no_memory_when_both_rekey_the_child, .up = true, .a = rekey_child_of,
	 .b = rekey_child_of)
SHORTAGE(no_memory_to_rekey_the_ike_sa, .up = true, .a = rekey_ike_of)
SHORTAGE(no_memory_to_rekey_the_ike_sa_at_once, .up = true, .a = rekey_ike_of,
	 .proposal = IN_ONE_EXCHANGE)
SHORTAGE(no_memory_when_both_rekey_the_ike_sa, .up = true, .a = rekey_ike_of,
	 .b = rekey_ike_of)
SHORTAGE(no_memory_when_both_rekey_the_ike_sa_at_once, .up = true,
	 .a = rekey_ike_of, .b = rekey_ike_of, .proposal = IN_ONE_EXCHANGE)
SHORTAGE(no_memory_to_delete_the_child, .up = true, .a = delete_child_of,
	 .b = rekey_child_of)
SHORTAGE(no_memory_while_the_peer_moves, .up = true, .nat = true, .a = move)

/* Chance that is the same each time. */
static uint32_t chance;

static unsigned int draw(unsigned int n)
{
	chance = chance * 1664525 + 1013904223;
	return (chance >> 16) % n;
}

static void add_child_of(struct side *side)
{
	tunnel_up(&side->ike, &side->connection, &side->child[1], CLIENT);
}

static void delete_any_of(struct side *side)
{
	tunnel_down(&side->ike, &side->connection, &side->child[draw(2)],
		    CLIENT);
}

static void down_of(struct side *side)
{
	tunnel_down(&side->ike, &side->connection, NULL, CLIENT);
}

/* Side A always does its part. */
static void leave_task_of(struct side *side)
{
	if (side == &pair.b && side_established(side))
		leave_task(side);
}

static void lack_memory_of(struct side *side)
{
	side->ike.kernel->fail_in = draw(20) + 1;
}

static void expire_of(struct side *side)
{
	const struct child_sa *child = side_child(side, draw(2));

	if (child)
		child_sa_expired(&side->ike, child->spi_in,
				 &child->ike_sa->path.local, draw(2));
}

static void lose_of(struct side *side)
{
	free(fake_network_take_from(&side->ike.sockets));
}

static void repeat_of(struct side *side)
{
	struct fake_datagram *datagram =
		fake_network_take_from(&side->ike.sockets);
	unsigned int times = draw(2) + 1;

	while (datagram && times--)
		pair_deliver_to(pair_receiver(&pair, datagram), datagram);
	free(datagram);
}

static void wait_of(struct side *side)
{
	fake_clock_advance(draw(5000));
	if (side->ike.timers.root)
		fake_clock_run(&side->ike);
}

static void act(struct side *side)
{
	static void (*const actions[])(struct side *side) = {
		up_of, rekey_child_of, rekey_ike_of, add_child_of,
		delete_any_of, down_of, expire_of, leave_task_of,
		lack_memory_of, wait_of, lose_of, repeat_of,
	};
	unsigned int n = sizeof(actions) / sizeof(actions[0]);

	actions[draw(n)](side);
}

/* Return: whether it stands on both sides. */
static bool is_shared(const struct ike_sa *sa, const struct side *peer)
{
	const struct ike_sa *theirs = ike_sa_find(&peer->ike, sa->spi_i,
						  sa->spi_r, sa->initiator);

	return sa->phase == PHASE_ESTABLISHED && !sa->task && !sa->tasks &&
	       theirs && theirs->phase == PHASE_ESTABLISHED;
}

/*
 * The kernel of side A has what the helper knows of, and so has side B.  That
 * may be two IKE SAs, where both have begun one and rekeyed it at once.
 */
static bool is_at_rest(void)
{
	const struct kernel *kernel = pair.a.ike.kernel;
	unsigned int n = 0;

	for (const struct ike_sa *sa = pair.a.ike.ike_sas; sa; sa = sa->next) {
		if (sa->phase == PHASE_RETIRED)
			continue;
		if (!is_shared(sa, &pair.b))
			return false;
		n++;
	}
	return fake_kernel_live(kernel) == n && !fake_kernel_larval(kernel);
}

static bool walk(uint32_t seed)
{
	const struct shortage anything = {
		.up = true, .proposal = seed & 1 ? IN_ONE_EXCHANGE : NULL,
		.nat = seed & 2,
	};

	chance = seed;
	begin_shortage(&anything);
	for (int step = 0; step < 100; step++) {
		struct side *side = draw(2) ? &pair.a : &pair.b;

		if (draw(3))
			pair_deliver_from(&pair, side);
		else
			act(side);
	}
	pair.a.ike.kernel->fail_in = 0;
	pair.b.ike.kernel->fail_in = 0;
	pair_pass(&pair, 3600 * SECOND);
	if (is_at_rest())
		return true;
	printf("# seed %u\n", seed);
	return false;
}

/* Whatever both do, and leave undone, in whatever order. */
TEST_F_TIMEOUT(endurance, walks, 300)
{
	for (uint32_t seed = 1; seed <= 1000; seed++)
		ASSERT_TRUE(walk(seed));
}

/* Both ask for the second child in one moment, and one is enough. */
static void make_at_once(void)
{
	tunnel_up(&pair.a.ike, &pair.a.connection, &pair.a.child[1], CLIENT);
	tunnel_up(&pair.b.ike, &pair.b.connection, &pair.b.child[1], CLIENT);
	pair_deliver_all(&pair);
	pair_watch(&pair);
	settle();
}

TEST_F(endurance, crossing_create_child_sa)
{
	add_children();
	pair.a.connection.n_children = 1;
	let_lose(&pair.a);
	pair_establish(&pair);
	pair.a.connection.n_children = 2;
	make_at_once();
	EXPECT_TRUE(agree(2));
	EXPECT_EQ(pair.a.failed, 0);
	EXPECT_EQ(pair.b.ok, 1);
}

TEST_F(endurance, crossing_create_child_sa_with_ml_kem)
{
	add_children();
	pair.a.connection.n_children = 1;
	set_esp_proposals(WITH_ML_KEM);
	let_lose(&pair.b);
	pair_establish(&pair);
	pair.a.connection.n_children = 2;
	make_at_once();
	EXPECT_TRUE(agree(2));
	EXPECT_EQ(pair.a.failed, 0);
	EXPECT_EQ(pair.b.ok, 1);
}

/* The peer has rekeyed to its end and is gone before it answers our rekey. */
TEST_F(endurance, the_peer_falls_silent_while_both_rekey_the_ike_sa)
{
	side_set_proposal(&pair.a, 0, IN_ONE_EXCHANGE);
	side_set_proposal(&pair.b, 0, IN_ONE_EXCHANGE);
	pair_establish(&pair);
	rekey_ike_of(&pair.a);
	rekey_ike_of(&pair.b);
	ASSERT_TRUE(pair_deliver_from(&pair, &pair.b));
	side_set_address(&pair.b.connection.local_addrs[0], "192.0.2.99");
	settle();
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 1);
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 0);
	ASSERT_NE(side_established(&pair.a), NULL);
	EXPECT_NE(side_child(&pair.a, 0), NULL);
}

/* What the kernel has ended is made anew before its policies go. */
TEST_F(endurance, nothing_in_the_clear_while_a_child_is_made_anew)
{
	pair_establish(&pair);
	replace_child(&pair.a.ike, side_child(&pair.a, 0));
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.ike.kernel->in_the_clear, 0);
	EXPECT_EQ(pair.b.ike.kernel->in_the_clear, 0);
}

TEST_F(endurance, nothing_in_the_clear_when_the_peer_has_lost_a_child)
{
	pair_establish(&pair);
	child_sa_remove(&pair.b.ike, side_child(&pair.b, 0));
	rekey_child_of(&pair.a);
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.ike.kernel->in_the_clear, 0);
}

TEST_HARNESS_MAIN
