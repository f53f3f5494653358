// SPDX-License-Identifier: GPL-2.0
/*
 * CREATE_CHILD_SA and IKE_FOLLOWUP_KE in both roles: further Child SAs, rekeys
 * of Child SAs and IKE SAs, and what happens when both sides act at once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "helper/command.h"
#include "ike/child_sa.h"
#include "ike/exchange.h"
#include "ike/expiry.h"
#include "ike/followup.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/task.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "tunnel/up_down.h"
#include "wire/payload.h"

#define WITHOUT_PFS "aes256gcm16"
#define WITH_PFS "aes256gcm16-x25519"
#define WITH_ML_KEM "aes256gcm16-x25519-ke1_mlkem768"
#define TWO_ROUNDS "aes256gcm16-x25519-ke1_mlkem768-ke3_mlkem1024"

/* Schedules of deliveries that are tried: a bit for each. */
#define SCHEDULES 512
#define SCHEDULES_WITH_LOSS 64

/* Longer than anything takes that was begun, shorter than any lifetime. */
#define SETTLED (200 * SECOND)

static struct pair pair;

static void set_esp_proposals(const char *text)
{
	for (size_t i = 0; i < SIDE_CHILDREN; i++) {
		side_set_esp_proposal(&pair.a, i, text);
		side_set_esp_proposal(&pair.b, i, text);
	}
}

static void add_children(void)
{
	side_add_child(&pair.a);
	side_add_child(&pair.b);
}

static void rekey_child_of(struct side *side)
{
	tunnel_rekey_child(&side->ike, &side->connection, NULL, CLIENT);
}

static void rekey_ike_of(struct side *side)
{
	tunnel_rekey_ike(&side->ike, &side->connection, CLIENT);
}

static void delete_child_of(struct side *side)
{
	tunnel_down(&side->ike, &side->connection, &side->child[0], CLIENT);
}

static void add_child_of(struct side *side)
{
	tunnel_up(&side->ike, &side->connection, &side->child[1], CLIENT);
}

static void down_of(struct side *side)
{
	tunnel_down(&side->ike, &side->connection, NULL, CLIENT);
}

static void up_of(struct side *side)
{
	tunnel_up(&side->ike, &side->connection, NULL, CLIENT);
}

static size_t count_children(const struct side *side)
{
	const struct ike_sa *sa = side_only(side);
	size_t n = 0;

	for (const struct child_sa *child = sa ? sa->children : NULL; child;
	     child = child->next)
		n++;
	return n;
}

/* Return: whether each Child SA of @side is one of @other. */
static bool matches(const struct side *side, const struct side *other)
{
	const struct ike_sa *sa = side_established(side);
	const struct ike_sa *their = side_established(other);

	for (const struct child_sa *child = sa->children; child;
	     child = child->next) {
		const struct child_sa *theirs;

		theirs = child_sa_find_out(their, child->spi_in);
		if (!theirs || theirs->spi_in != child->choice.spi_out)
			return false;
	}
	return true;
}

/* Both sides have the same IKE SA with the same @n Child SAs, and no more. */
static bool agree(unsigned int n)
{
	const struct ike_sa *a = side_established(&pair.a);
	const struct ike_sa *b = side_established(&pair.b);

	if (!side_is_established(&pair.a, n) || !side_is_established(&pair.b, n))
		return false;
	return !memcmp(a->spi_i, b->spi_i, IKE_SPI_SIZE) &&
	       !memcmp(a->spi_r, b->spi_r, IKE_SPI_SIZE) &&
	       a->initiator != b->initiator && count_children(&pair.a) == n &&
	       count_children(&pair.b) == n && matches(&pair.a, &pair.b) &&
	       matches(&pair.b, &pair.a);
}

/* Return: whether both agree on something, or neither has anything. */
static bool agree_at_all(void)
{
	if (side_is_clean(&pair.a) && side_is_clean(&pair.b))
		return true;
	return agree(fake_kernel_installed(pair.a.ike.kernel));
}

static void settle(void)
{
	pair_pass(&pair, SETTLED);
}

/*
 * Deliver as the bits of @schedule say, whose queue is next.  The @lost-th
 * datagram is lost, -1: none.
 */
static void deliver_by(unsigned int schedule, int lost)
{
	for (; fake_network_count(); schedule >>= 1) {
		struct side *side = schedule & 1 ? &pair.b : &pair.a;

		if (!lost--)
			pair_lose_one();
		else if (!pair_deliver_from(&pair, side))
			pair_deliver_one(&pair);
	}
}

FIXTURE(rekey)
{
};

FIXTURE_SETUP(rekey)
{
	pair_begin(&pair);
}

FIXTURE_TEARDOWN(rekey)
{
	pair_end(&pair);
}

TEST_F(rekey, all_children_come_up)
{
	add_children();
	pair_establish(&pair);
	EXPECT_TRUE(agree(2));
	EXPECT_EQ(pair.a.ok, 1);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_ESTABLISHED], 2);
	EXPECT_EQ(pair.b.events[EVENT_CHILD_ESTABLISHED], 2);
	EXPECT_NE(side_child(&pair.a, 1), NULL);
	EXPECT_NE(side_child(&pair.b, 1), NULL);
}

TEST_F(rekey, a_child_that_is_refused_leaves_the_others)
{
	side_add_child(&pair.a);
	pair_establish(&pair);
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.ok, 0);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "child other"), NULL);
	EXPECT_NE(strstr(pair.a.reason, "TS_UNACCEPTABLE"), NULL);
}

TEST_F(rekey, the_first_child_may_be_refused)
{
	add_children();
	side_set_selectors(&pair.b, 0, "10.9.0.0/16", "10.1.0.0/16");
	pair_establish(&pair);
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_EQ(side_child(&pair.a, 0), NULL);
	EXPECT_NE(side_child(&pair.a, 1), NULL);
}

TEST_F(rekey, up_of_one_child)
{
	pair_establish(&pair);
	add_children();
	add_child_of(&pair.b);
	pair_deliver_all(&pair);
	EXPECT_TRUE(agree(2));
	EXPECT_EQ(pair.b.ok, 1);
	add_child_of(&pair.b);
	EXPECT_EQ(pair.b.ok, 2);
	EXPECT_EQ(fake_network_count(), 0);
}

TEST_F(rekey, down_of_one_child)
{
	add_children();
	pair_establish(&pair);
	delete_child_of(&pair.b);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.b.ok, 1);
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(side_child(&pair.a, 0), NULL);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_DELETED], 1);
	EXPECT_EQ(pair.b.events[EVENT_CHILD_DELETED], 1);
}

TEST_F(rekey, key_exchanges_of_a_further_child)
{
	static const struct {
		const char *proposal;
		unsigned int round_trips;
	} cases[] = {
		{ WITHOUT_PFS, 1 }, { WITH_PFS, 1 }, { WITH_ML_KEM, 2 },
		{ TWO_ROUNDS, 3 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_esp_proposals(cases[i].proposal);
		pair.a.connection.fragment_size = 576;
		pair.b.connection.fragment_size = 576;
		add_children();
		pair_establish(&pair);
		ASSERT_TRUE(agree(2));
		EXPECT_EQ(side_child(&pair.a, 1)->traffic.round_trips,
			  cases[i].round_trips);
		EXPECT_EQ(side_child(&pair.b, 1)->traffic.round_trips,
			  cases[i].round_trips);
		EXPECT_EQ(side_child(&pair.a, 1)->traffic.fragments_sent,
			  side_child(&pair.b, 1)->traffic.fragments_received);
		pair_end(&pair);
		pair_begin(&pair);
	}
}

TEST_F(rekey, responder_wants_another_method)
{
	add_children();
	side_set_esp_proposal(&pair.a, 1, "aes256gcm16-ecp384-x25519");
	pair_establish(&pair);
	EXPECT_TRUE(agree(2));
	EXPECT_EQ(side_child(&pair.a, 1)->traffic.round_trips, 1);
}

TEST_F(rekey, responder_wants_a_method_that_was_not_offered)
{
	add_children();
	side_set_esp_proposal(&pair.b, 1, "aes256gcm16-ecp384");
	pair_establish(&pair);
	EXPECT_TRUE(agree(1));
	EXPECT_NE(strstr(pair.a.reason, "NO_PROPOSAL_CHOSEN"), NULL);
}

TEST_F(rekey, responder_has_no_pfs)
{
	add_children();
	side_set_esp_proposal(&pair.a, 1, "aes256gcm16-x25519");
	side_set_esp_proposal(&pair.b, 1, "aes256gcm16");
	pair_establish(&pair);
	EXPECT_TRUE(agree(1));
	EXPECT_NE(strstr(pair.a.reason, "NO_PROPOSAL_CHOSEN"), NULL);
}

static bool installed_transport(const struct side *side)
{
	return side->ike.kernel->last_install.transport;
}

static void add_children_with_modes(enum child_mode a, enum child_mode b)
{
	add_children();
	pair.a.child[1].mode = a;
	pair.b.child[1].mode = b;
	pair_establish(&pair);
}

TEST_F(rekey, transport_mode)
{
	add_children_with_modes(MODE_TRANSPORT, MODE_TRANSPORT);
	EXPECT_TRUE(agree(2));
	EXPECT_TRUE(installed_transport(&pair.a));
	EXPECT_TRUE(installed_transport(&pair.b));
	rekey_child_of(&pair.b);
	settle();
	EXPECT_TRUE(agree(2));
	EXPECT_TRUE(side_child(&pair.a, 1)->choice.transport);
	EXPECT_TRUE(side_child(&pair.b, 1)->choice.transport);
}

/* RFC 7296 section 1.3.1: what is declined leaves tunnel mode. */
TEST_F(rekey, transport_mode_against_a_tunnel_child_is_tunnel_mode)
{
	add_children_with_modes(MODE_TRANSPORT, MODE_TUNNEL);
	EXPECT_TRUE(agree(2));
	EXPECT_FALSE(installed_transport(&pair.a));
	EXPECT_FALSE(installed_transport(&pair.b));
}

TEST_F(rekey, tunnel_mode_against_a_transport_child_is_tunnel_mode)
{
	add_children_with_modes(MODE_TUNNEL, MODE_TRANSPORT);
	EXPECT_TRUE(agree(2));
	EXPECT_FALSE(installed_transport(&pair.a));
	EXPECT_FALSE(installed_transport(&pair.b));
}

/* The initiator has another configuration by the time of the response. */
TEST_F(rekey, transport_mode_that_was_not_asked_for)
{
	add_children();
	pair.a.child[1].mode = MODE_TRANSPORT;
	pair.b.child[1].mode = MODE_TRANSPORT;
	pair.a.connection.n_children = 1;
	pair_establish(&pair);
	pair.a.connection.n_children = 2;
	add_child_of(&pair.a);
	pair_deliver_one(&pair);
	pair.a.child[1].mode = MODE_TUNNEL;
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_NE(strstr(pair.a.reason, "transport mode"), NULL);
}

/* Nothing is lost on the way from one to the other, and little is left. */
static bool rekeys_child(struct side *side, const char *proposal)
{
	uint32_t spi_in;

	set_esp_proposals(proposal);
	pair_establish(&pair);
	pair_watch(&pair);
	spi_in = side_child(side, 0)->spi_in;
	rekey_child_of(side);
	pair_deliver_all(&pair);
	if (side->failed || side_child(side, 0)->spi_in == spi_in ||
	    count_children(&pair.a) != 2 || count_children(&pair.b) != 2)
		return false;
	settle();
	return agree(1) && pair.a.events[EVENT_CHILD_REKEYED] == 1 &&
	       pair.b.events[EVENT_CHILD_REKEYED] == 1 &&
	       !pair.a.events[EVENT_CHILD_DELETED] &&
	       !pair.b.events[EVENT_CHILD_DELETED];
}

TEST_F(rekey, child)
{
	EXPECT_TRUE(rekeys_child(&pair.a, WITHOUT_PFS));
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_NE(strstr(pair.a.event_text, "child net rekeyed with 192.0.2.2:500"),
		  NULL);
}

TEST_F(rekey, child_with_pfs)
{
	EXPECT_TRUE(rekeys_child(&pair.b, WITH_PFS));
	EXPECT_NE(strstr(pair.a.event_text, "x25519"), NULL);
}

TEST_F(rekey, child_with_ml_kem)
{
	EXPECT_TRUE(rekeys_child(&pair.a, WITH_ML_KEM));
	EXPECT_NE(strstr(pair.b.event_text, "x25519 + ML-KEM-768"), NULL);
	EXPECT_NE(strstr(pair.b.event_text, "2 round trips"), NULL);
}

TEST_F(rekey, child_with_two_rounds)
{
	EXPECT_TRUE(rekeys_child(&pair.b, TWO_ROUNDS));
}

static bool rekeys_ike(struct side *side, const char *proposal)
{
	const struct ike_sa *sa;
	uint8_t spi_i[IKE_SPI_SIZE];

	side_set_proposal(&pair.a, 0, proposal);
	side_set_proposal(&pair.b, 0, proposal);
	add_children();
	pair_establish(&pair);
	pair_watch(&pair);
	memcpy(spi_i, side_established(side)->spi_i, IKE_SPI_SIZE);
	rekey_ike_of(side);
	pair_deliver_all(&pair);
	sa = side_established(side);
	return sa && memcmp(sa->spi_i, spi_i, IKE_SPI_SIZE) != 0 && agree(2) &&
	       pair.a.events[EVENT_IKE_REKEYED] == 1 &&
	       pair.b.events[EVENT_IKE_REKEYED] == 1 &&
	       !pair.a.events[EVENT_IKE_DELETED] &&
	       !pair.b.events[EVENT_IKE_DELETED];
}

TEST_F(rekey, ike_sa)
{
	EXPECT_TRUE(rekeys_ike(&pair.a, "aes256gcm16-prfsha384-x25519-ke1_mlkem768"));
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_NE(strstr(pair.a.event_text, "x25519 + ML-KEM-768"), NULL);
	EXPECT_NE(strstr(pair.a.event_text, "2 round trips"), NULL);
	/* It is of use. */
	rekey_child_of(&pair.b);
	settle();
	EXPECT_TRUE(agree(2));
	rekey_ike_of(&pair.b);
	settle();
	EXPECT_TRUE(agree(2));
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 2);
}

TEST_F(rekey, ike_sa_by_the_responder)
{
	EXPECT_TRUE(rekeys_ike(&pair.b, "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke3_mlkem1024"));
}

TEST_F(rekey, ike_sa_in_one_exchange)
{
	EXPECT_TRUE(rekeys_ike(&pair.a, "aes256gcm16-prfsha384-mlkem512"));
}

TEST_F(rekey, ike_sa_in_fragments)
{
	pair.a.connection.fragment_size = 576;
	pair.b.connection.fragment_size = 576;
	EXPECT_TRUE(rekeys_ike(&pair.a, "aes256gcm16-prfsha384-x25519-ke1_mlkem1024"));
}

TEST_F(rekey, ike_sa_with_another_method)
{
	pair_establish(&pair);
	side_set_proposal(&pair.b, 0, "aes256gcm16-prfsha384-ecp384-ke1_mlkem768");
	side_set_proposal(&pair.a, 0,
			  "aes256gcm16-prfsha384-x25519-ecp384-ke1_mlkem768");
	rekey_ike_of(&pair.a);
	pair_deliver_all(&pair);
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 1);
	EXPECT_NE(strstr(pair.a.event_text, "P-384"), NULL);
}

TEST_F(rekey, prf_is_kept)
{
	side_set_proposal(&pair.b, 1, "aes256gcm16-prfsha512-x25519-ke1_mlkem768");
	pair_establish(&pair);
	side_set_proposal(&pair.a, 0, "aes256gcm16-prfsha512-prfsha384-x25519-ke1_mlkem768");
	rekey_ike_of(&pair.a);
	pair_deliver_all(&pair);
	EXPECT_TRUE(agree(1));
	EXPECT_NE(strstr(pair.a.event_text, "PRF_HMAC_SHA2_384"), NULL);
}

TEST_F(rekey, a_rekey_does_not_drop_ml_kem)
{
	pair_establish(&pair);
	side_set_proposal(&pair.b, 0, "aes256gcm16-prfsha384-x25519");
	pair.b.connection.require_pq = false;
	rekey_ike_of(&pair.b);
	pair_deliver_all(&pair);
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.b.failed, 1);
	EXPECT_NE(strstr(pair.b.reason, "NO_PROPOSAL_CHOSEN"), NULL);
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 1);
	EXPECT_NE(strstr(pair.a.event_text, "ML-KEM is required"), NULL);
	/* Nor does the answer to our own. */
	side_set_proposal(&pair.a, 1, "aes256gcm16-prfsha384-x25519");
	rekey_ike_of(&pair.a);
	pair_deliver_all(&pair);
	EXPECT_NE(side_established(&pair.a) ? NULL : "gone", NULL);
	EXPECT_NE(strstr(pair.a.reason, "ML-KEM is required"), NULL);
}

/* Every datagram is lost once, and once it comes twice. */
static bool survives_loss(void (*act)(struct side *side), unsigned int n,
			  bool twice)
{
	for (size_t victim = 0; victim < 14; victim++) {
		pair_establish(&pair);
		pair_watch(&pair);
		act(&pair.a);
		for (size_t i = 0; i < victim; i++)
			pair_deliver_one(&pair);
		if (twice) {
			struct fake_datagram *datagram = fake_network_take();

			if (datagram) {
				struct side *to = pair_receiver(&pair, datagram);

				pair_deliver_to(to, datagram);
				pair_deliver_to(to, datagram);
			}
			free(datagram);
		} else {
			pair_lose_one();
		}
		settle();
		if (!agree(n) || pair.a.failed) {
			printf("# datagram %zu\n", victim);
			return false;
		}
		pair_end(&pair);
		pair_begin(&pair);
		set_esp_proposals(WITH_ML_KEM);
		pair.a.connection.fragment_size = 576;
		pair.b.connection.fragment_size = 576;
	}
	return true;
}

TEST_F(rekey, child_survives_loss)
{
	EXPECT_TRUE(survives_loss(rekey_child_of, 1, false));
}

TEST_F(rekey, child_survives_repetition)
{
	EXPECT_TRUE(survives_loss(rekey_child_of, 1, true));
}

TEST_F(rekey, ike_sa_survives_loss)
{
	EXPECT_TRUE(survives_loss(rekey_ike_of, 1, false));
}

TEST_F(rekey, ike_sa_survives_repetition)
{
	EXPECT_TRUE(survives_loss(rekey_ike_of, 1, true));
}

/* What may happen at the same time on both sides. */
struct collision {
	void (*a)(struct side *side);
	void (*b)(struct side *side);
	const char *esp_proposal;
	const char *proposal;
	int children; /* in the end, -1: whatever both agree on */
	bool watched;
	bool a_is_lower; /* A's nonces are the lowest */
};

static void begin_collision(const struct collision *collision)
{
	pair_end(&pair);
	pair_begin(&pair);
	if (collision->esp_proposal)
		set_esp_proposals(collision->esp_proposal);
	if (collision->proposal) {
		side_set_proposal(&pair.a, 0, collision->proposal);
		side_set_proposal(&pair.b, 0, collision->proposal);
	}
	pair.a.ike.kernel->nonce_first = collision->a_is_lower ? 1 : 2;
	pair.b.ike.kernel->nonce_first = collision->a_is_lower ? 2 : 1;
	pair_establish(&pair);
	add_children();
	if (collision->watched)
		pair_watch(&pair);
}

/* Return: whether it went well; the schedule that did not is printed. */
static bool collide_once(const struct collision *collision,
			 unsigned int schedule, int lost)
{
	begin_collision(collision);
	collision->a(&pair.a);
	/* The other side begins at once or a little later. */
	if (schedule & 1)
		pair_deliver_one(&pair);
	collision->b(&pair.b);
	deliver_by(schedule >> 1, lost);
	settle();
	if (collision->children < 0 ? agree_at_all() :
				      agree((unsigned int)collision->children))
		return true;
	printf("# schedule %#x, lost %d\n", schedule, lost);
	return false;
}

static bool collide(const struct collision *collision)
{
	for (unsigned int schedule = 0; schedule < SCHEDULES; schedule++)
		if (!collide_once(collision, schedule, -1))
			return false;
	for (unsigned int schedule = 0; schedule < SCHEDULES_WITH_LOSS; schedule++)
		for (int lost = 0; lost < 8; lost++)
			if (!collide_once(collision, schedule, lost))
				return false;
	return true;
}

/* Both ways round, and with either side's nonces the lowest. */
static bool collides_well(struct collision collision)
{
	void (*a)(struct side *side) = collision.a;

	for (int i = 0; i < 4; i++) {
		collision.a_is_lower = i & 1;
		if (i == 2) {
			collision.a = collision.b;
			collision.b = a;
		}
		if (!collide(&collision)) {
			printf("# way %d\n", i);
			return false;
		}
	}
	return true;
}

#define COLLISION(name, ...)						\
	TEST_F(rekey, name)						\
	{								\
		EXPECT_TRUE(collides_well((struct collision){ __VA_ARGS__ })); \
	}

COLLISION(both_rekey_the_child, rekey_child_of, rekey_child_of,
	  .esp_proposal = WITHOUT_PFS, .children = 1, .watched = true)
COLLISION(both_rekey_the_child_with_ml_kem, rekey_child_of, rekey_child_of,
	  .esp_proposal = WITH_ML_KEM, .children = 1, .watched = true)
COLLISION(both_rekey_the_child_in_two_rounds, rekey_child_of, rekey_child_of,
	  .esp_proposal = TWO_ROUNDS, .children = 1, .watched = true)
COLLISION(both_rekey_the_ike_sa, rekey_ike_of, rekey_ike_of,
	  .proposal = "aes256gcm16-prfsha384-mlkem512", .children = 1,
	  .watched = true)
COLLISION(both_rekey_the_ike_sa_with_rounds, rekey_ike_of, rekey_ike_of,
	  .children = 1, .watched = true)
COLLISION(child_and_ike_sa, rekey_child_of, rekey_ike_of,
	  .esp_proposal = WITH_ML_KEM, .children = 1, .watched = true)
COLLISION(new_child_and_ike_sa, add_child_of, rekey_ike_of, .children = -1)
COLLISION(both_make_a_child, add_child_of, add_child_of, .children = -1)
COLLISION(rekey_and_deletion_of_the_child, rekey_child_of, delete_child_of,
	  .esp_proposal = WITH_ML_KEM, .children = -1)
COLLISION(both_delete_the_child, delete_child_of, delete_child_of,
	  .children = 0)
COLLISION(rekey_and_deletion_of_the_ike_sa, rekey_ike_of, down_of,
	  .children = -1)
COLLISION(child_and_deletion_of_the_ike_sa, rekey_child_of, down_of,
	  .children = -1)
COLLISION(deletion_of_the_child_and_rekey_of_the_ike_sa, delete_child_of,
	  rekey_ike_of, .children = -1)

/*
 * Both rekey the child, B's rekey is the one that is kept, and A's response to it is
 * still on its way when a limit is reached on side A.
 */
static void reach_limit_while_the_peer_rekeys(void)
{
	begin_collision(&(struct collision){
		.esp_proposal = WITH_ML_KEM, .a_is_lower = true,
	});
	rekey_child_of(&pair.a);
	rekey_child_of(&pair.b);
	pair_deliver_from(&pair, &pair.a);
	pair_deliver_from(&pair, &pair.b);
	pair_deliver_from(&pair, &pair.b);
	child_sa_expired(&pair.a.ike, side_child(&pair.a, 0)->choice.spi_out,
			 &pair.b.connection.local_addrs[0], false);
}

TEST_F(rekey, a_limit_while_the_peer_rekeys)
{
	reach_limit_while_the_peer_rekeys();
	EXPECT_EQ(fake_network_count(), 1);
	settle();
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 1);
	EXPECT_TRUE(agree(1));
}

TEST_F(rekey, a_limit_while_the_peer_leaves_its_rekey)
{
	reach_limit_while_the_peer_rekeys();
	pair_lose_one();
	task_abandon(&pair.b.ike, side_established(&pair.b), "for a test");
	settle();
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 1);
	EXPECT_TRUE(agree(1));
}

static void leave_rekey(struct side *side)
{
	struct ike_sa *sa = side_established(side);

	if (sa->task && sa->task->child)
		task_abandon(&side->ike, sa, "for a test");
}

/*
 * Both rekey the child, and leave that when so many messages of either have come to the
 * other. Return: whether one Child SA goes on, which can be rekeyed.
 */
static bool leave_both(bool a_is_lower, unsigned int of_a, unsigned int of_b)
{
	begin_collision(&(struct collision){
		.esp_proposal = WITHOUT_PFS, .a_is_lower = a_is_lower,
	});
	rekey_child_of(&pair.a);
	rekey_child_of(&pair.b);
	while (of_a--)
		pair_deliver_from(&pair, &pair.a);
	while (of_b--)
		pair_deliver_from(&pair, &pair.b);
	leave_rekey(&pair.a);
	leave_rekey(&pair.b);
	settle();
	if (!agree(1) || !side_child(&pair.a, 0) || !side_child(&pair.b, 0))
		return false;
	pair.a.ok = 0;
	rekey_child_of(&pair.a);
	settle();
	return agree(1) && pair.a.ok == 1;
}

TEST_F(rekey, both_leave_their_rekeys)
{
	for (unsigned int i = 0; i < 2 * 3 * 3; i++) {
		EXPECT_TRUE(leave_both(i & 1, i / 2 % 3, i / 6)) {
			printf("# %u\n", i);
		}
	}
}

/*
 * Both rekey the child, A's response is lost, and A takes the child down before B has asked
 * for it again: the peer may not delete what both were to replace.
 */
static bool take_down_a_replaced_child(bool a_is_lower)
{
	begin_collision(&(struct collision){
		.esp_proposal = WITHOUT_PFS, .a_is_lower = a_is_lower,
	});
	rekey_child_of(&pair.a);
	rekey_child_of(&pair.b);
	pair_deliver_from(&pair, &pair.a);
	pair_deliver_from(&pair, &pair.b);
	free(fake_network_take_from(&pair.a.ike.sockets));
	tunnel_down(&pair.a.ike, &pair.a.connection, &pair.a.child[0], CLIENT);
	settle();
	fake_clock_advance(CHILD_REDUNDANT_TIMEOUT);
	settle();
	return agree(0);
}

TEST_F(rekey, a_replaced_child_is_taken_down)
{
	EXPECT_TRUE(take_down_a_replaced_child(true));
	EXPECT_TRUE(take_down_a_replaced_child(false));
}

/*
 * Both rekey the child, and the rekey of side A is refused; @refusal_first: it
 * arrives before the request of side B.
 */
static void refuse_rekey_at_once(bool refusal_first)
{
	pair_establish(&pair);
	pair_watch(&pair);
	rekey_child_of(&pair.b);
	rekey_child_of(&pair.a);
	side_set_selectors(&pair.b, 0, "10.8.0.0/16", "10.9.0.0/16");
	if (refusal_first) {
		free(fake_network_take_from(&pair.b.ike.sockets));
		pair_deliver_from(&pair, &pair.a);
		side_set_selectors(&pair.b, 0, "10.2.0.0/16", "10.1.0.0/16");
		pair_deliver_from(&pair, &pair.b);
	} else {
		pair_deliver_from(&pair, &pair.a);
		side_set_selectors(&pair.b, 0, "10.2.0.0/16", "10.1.0.0/16");
	}
	settle();
}

/* What the peer has replaced in the meantime need not be rekeyed. */
TEST_F(rekey, ts_unacceptable_while_the_peer_rekeys)
{
	refuse_rekey_at_once(false);
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.b.events[EVENT_CHILD_FAILED], 1);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_FAILED], 0);
	EXPECT_EQ(pair.a.failed, 0);
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_EQ(pair.b.ok, 1);
}

TEST_F(rekey, ts_unacceptable_before_the_peer_rekeys)
{
	refuse_rekey_at_once(true);
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "TS_UNACCEPTABLE"), NULL);
	EXPECT_EQ(pair.b.ok, 1);
}

/* Two IKE SAs begun at once end as one. */
TEST_F(rekey, both_go_up)
{
	for (unsigned int schedule = 0; schedule < SCHEDULES; schedule++) {
		pair_end(&pair);
		pair_begin(&pair);
		up_of(&pair.a);
		if (schedule & 1)
			pair_deliver_one(&pair);
		if (schedule & 2)
			pair_deliver_one(&pair);
		up_of(&pair.b);
		deliver_by(schedule >> 2, -1);
		settle();
		if (!agree(1))
			printf("# schedule %#x\n", schedule);
		ASSERT_TRUE(agree(1));
		ASSERT_EQ(pair.a.ok + pair.b.ok, 2);
	}
}

TEST_F(rekey, a_series_that_is_left_is_dropped)
{
	set_esp_proposals(WITH_ML_KEM);
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	pair_deliver_one(&pair);
	EXPECT_EQ(fake_kernel_larval(pair.b.ike.kernel), 1);
	side_clear(&pair.a);
	pair_lose_one();
	pair_pass(&pair, FOLLOWUP_TIMEOUT + SECOND);
	EXPECT_EQ(fake_kernel_larval(pair.b.ike.kernel), 0);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

TEST_F(rekey, a_series_of_the_ike_sa_that_is_left_is_dropped)
{
	pair_establish(&pair);
	rekey_ike_of(&pair.a);
	pair_deliver_one(&pair);
	EXPECT_EQ(fake_kernel_live(pair.b.ike.kernel), 2);
	side_clear(&pair.a);
	pair_lose_one();
	pair_pass(&pair, FOLLOWUP_TIMEOUT + SECOND);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

/* A request whose state is gone: the series is dropped, and made anew later. */
TEST_F(rekey, state_not_found)
{
	set_esp_proposals(WITH_ML_KEM);
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	followup_drop(&pair.b.ike, side_established(&pair.b));
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "STATE_NOT_FOUND"), NULL);
	EXPECT_TRUE(agree(1));
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 1);
}

TEST_F(rekey, a_child_that_the_peer_has_lost_is_made_anew)
{
	pair_establish(&pair);
	child_sa_remove(&pair.b.ike, side_child(&pair.b, 0));
	rekey_child_of(&pair.a);
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.ok, 2);
}

TEST_F(rekey, bad_public_value_of_a_child)
{
	pair_establish(&pair);
	pair.b.ike.kernel->refuse_child_new = EKEYREJECTED;
	rekey_child_of(&pair.a);
	pair_deliver_all(&pair);
	EXPECT_NE(strstr(pair.a.reason, "INVALID_SYNTAX"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

/* The MUST of draft-ietf-ipsecme-ikev2-mlkem for a bad ciphertext. */
TEST_F(rekey, bad_ciphertext_of_a_child)
{
	set_esp_proposals(WITH_ML_KEM);
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	pair.a.ike.kernel->refuse_child_ke = EBADMSG;
	pair_deliver_all(&pair);
	EXPECT_NE(strstr(pair.a.reason, "bad ciphertext"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

/* The peer may send by the Child SA before its response is here (RFC 7296 2.8). */
TEST_F(rekey, the_first_request_with_the_response_installs)
{
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_EQ(pair.a.ike.kernel->install_step, 1);
}

TEST_F(rekey, the_first_request_with_the_last_response_installs)
{
	set_esp_proposals(WITH_ML_KEM);
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_EQ(pair.a.ike.kernel->install_step, 1);
}

/* The peer, which has taken the last step, finds out by itself. */
TEST_F(rekey, bad_ciphertext_of_the_ike_sa)
{
	pair.b.connection.dpd_delay = 10;
	pair_establish(&pair);
	rekey_ike_of(&pair.a);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	pair.a.ike.kernel->refuse_ke = EBADMSG;
	settle();
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
	EXPECT_EQ(pair.a.failed, 1);
}

TEST_F(rekey, responder_cannot_install)
{
	pair_establish(&pair);
	pair.b.ike.kernel->refuse_install = ENOMEM;
	rekey_child_of(&pair.a);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "TEMPORARY_FAILURE"), NULL);
	EXPECT_TRUE(agree(1));
	pair.b.ike.kernel->refuse_install = 0;
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 1);
}

TEST_F(rekey, initiator_cannot_install)
{
	pair_establish(&pair);
	pair.a.ike.kernel->refuse_install = ENOMEM;
	rekey_child_of(&pair.a);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "no room for policies"), NULL);
	pair.a.ike.kernel->refuse_install = 0;
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 1);
}

static void set_times(struct limits *limits, uint64_t rekey)
{
	*limits = (struct limits){ .rekey = rekey, .life = rekey + 600, .rand = 100 };
}

TEST_F(rekey, a_month_of_lifetimes)
{
	set_times(&pair.a.connection.time, 14400);
	set_times(&pair.b.connection.time, 14400);
	set_times(&pair.a.child[0].time, 3600);
	set_times(&pair.b.child[0].time, 3600);
	pair_establish(&pair);
	pair_watch(&pair);
	pair_pass(&pair, (int64_t)30 * 86400 * SECOND);
	EXPECT_TRUE(fake_kernel_passes(pair.a.ike.kernel, pair.b.ike.kernel));
	EXPECT_GE(pair.a.events[EVENT_CHILD_REKEYED], 700);
	EXPECT_GE(pair.a.events[EVENT_IKE_REKEYED], 180);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_FAILED], 0);
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 0);
	EXPECT_EQ(pair.b.events[EVENT_CHILD_FAILED], 0);
	EXPECT_EQ(pair.b.events[EVENT_IKE_FAILED], 0);
	EXPECT_EQ(pair.a.ike.kernel->last_lifetime.hard_seconds, 4200);
	EXPECT_LE(pair.a.ike.kernel->last_lifetime.soft_seconds, 3600);
	EXPECT_GE(pair.a.ike.kernel->last_lifetime.soft_seconds, 3500);
}

static void expire(struct side *side, uint32_t spi,
		   const struct sockaddr_storage *destination, bool hard)
{
	child_sa_expired(&side->ike, spi, destination, hard);
	settle();
}

TEST_F(rekey, xfrm_says_that_a_child_expires)
{
	const struct sockaddr_storage *a = &pair.a.connection.local_addrs[0];

	pair_establish(&pair);
	expire(&pair.a, side_child(&pair.a, 0)->spi_in, a, false);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 1);
	expire(&pair.b, side_child(&pair.b, 0)->choice.spi_out, a, false);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 2);
	expire(&pair.a, 0xdeadbeef, a, true);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_DELETED], 0);
	expire(&pair.a, side_child(&pair.a, 0)->spi_in, a, true);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_DELETED], 1);
	EXPECT_TRUE(agree(1));
}

/* A peer may choose an SPI that is another tunnel's here. */
TEST_F(rekey, xfrm_says_that_another_esp_sa_expires)
{
	const struct sockaddr_storage *b = &pair.b.connection.local_addrs[0];
	struct sockaddr_storage other;

	side_set_address(&other, "192.0.2.3");
	pair_establish(&pair);
	expire(&pair.a, side_child(&pair.a, 0)->spi_in, b, true);
	expire(&pair.a, side_child(&pair.a, 0)->choice.spi_out, &other, true);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_DELETED], 0);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_ESTABLISHED], 1);
	EXPECT_TRUE(agree(1));
}

TEST_F(rekey, a_child_that_the_peer_closes)
{
	pair.a.child[0].close_action = ACTION_START;
	pair_establish(&pair);
	delete_child_of(&pair.b);
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.events[EVENT_CHILD_ESTABLISHED], 2);
	pair.a.child[0].close_action = ACTION_TRAP;
	delete_child_of(&pair.b);
	settle();
	EXPECT_TRUE(agree(0));
	EXPECT_EQ(pair.a.ike.kernel->traps, 1);
}

/*
 * The response that makes a Child SA is lost, and its maker deletes it: the Delete
 * comes before the response that is asked for again.
 */
static void close_before_response(size_t i)
{
	unsigned int made = fake_kernel_installed(pair.b.ike.kernel);

	while (fake_kernel_installed(pair.b.ike.kernel) == made &&
	       pair_deliver_one(&pair))
		;
	pair_lose_one();
	tunnel_down(&pair.b.ike, &pair.b.connection, &pair.b.child[i], CLIENT);
	settle();
}

TEST_F(rekey, a_child_that_the_peer_closes_before_it_is_rekeyed)
{
	const char *const proposals[] = { WITHOUT_PFS, WITH_ML_KEM, TWO_ROUNDS };

	for (size_t i = 0; i < ARRAY_SIZE(proposals); i++) {
		set_esp_proposals(proposals[i]);
		pair_up(&pair);
		settle();
		rekey_child_of(&pair.a);
		close_before_response(0);
		EXPECT_TRUE(agree(0));
		EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], i + 1);
		EXPECT_EQ(pair.a.events[EVENT_CHILD_DELETED], i + 1);
	}
}

TEST_F(rekey, a_child_that_the_peer_closes_before_it_is_made)
{
	pair_establish(&pair);
	add_children();
	add_child_of(&pair.a);
	close_before_response(1);
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.events[EVENT_CHILD_DELETED], 1);
}

TEST_F(rekey, an_ike_sa_that_the_peer_closes)
{
	pair.a.child[0].close_action = ACTION_START;
	pair_establish(&pair);
	down_of(&pair.b);
	settle();
	EXPECT_EQ(pair.b.ok, 1);
	EXPECT_TRUE(agree(1));
}

TEST_F(rekey, a_peer_that_lives)
{
	pair.a.connection.dpd_delay = 30;
	pair_establish(&pair);
	pair_pass(&pair, 3600 * SECOND);
	EXPECT_TRUE(agree(1));
	EXPECT_GE(side_established(&pair.a)->traffic.round_trips, 100);
	EXPECT_LE(side_established(&pair.a)->traffic.round_trips, 125);
}

/* IKE of the peer is dead, its ESP goes on: that is no life unless asked for. */
static void send_esp_of_a_dead_peer(int64_t seconds)
{
	pair.a.connection.dpd_delay = 30;
	pair_establish(&pair);
	side_clear(&pair.b);
	for (int64_t i = 0; i < seconds && pair.a.ike.ike_sas; i++) {
		fake_esp_packets++;
		pair_pass(&pair, SECOND);
	}
}

TEST_F(rekey, esp_is_no_sign_of_life_by_default)
{
	send_esp_of_a_dead_peer(600);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_NE(strstr(pair.a.event_text, "does not answer"), NULL);
}

TEST_F(rekey, esp_is_a_sign_of_life_where_that_is_asked_for)
{
	pair.a.connection.dpd_esp = true;
	send_esp_of_a_dead_peer(600);
	EXPECT_NE(side_established(&pair.a), NULL);
	/* It ends with the packets. */
	settle();
	EXPECT_TRUE(side_is_clean(&pair.a));
}

TEST_F(rekey, a_peer_that_is_dead)
{
	pair.a.connection.dpd_delay = 30;
	pair.a.child[0].dpd_action = ACTION_TRAP;
	pair_establish(&pair);
	side_clear(&pair.b);
	settle();
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_EQ(pair.a.ike.kernel->traps, 1);
	EXPECT_NE(strstr(pair.a.event_text, "does not answer"), NULL);
}

TEST_F(rekey, a_peer_that_comes_back)
{
	pair.a.connection.dpd_delay = 30;
	pair.a.child[0].dpd_action = ACTION_START;
	pair_establish(&pair);
	side_clear(&pair.b);
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.a.events[EVENT_IKE_ESTABLISHED], 2);
}

TEST_F(rekey, a_peer_that_comes_back_while_a_rekey_is_under_way)
{
	pair_establish(&pair);
	rekey_child_of(&pair.b);
	side_clear(&pair.a);
	pair_lose_one();
	up_of(&pair.a);
	settle();
	EXPECT_TRUE(agree(1));
	EXPECT_EQ(pair.b.failed, 1);
}

TEST_F(rekey, tasks_wait_for_each_other)
{
	add_children();
	pair_establish(&pair);
	pair_watch(&pair);
	rekey_child_of(&pair.a);
	rekey_ike_of(&pair.a);
	EXPECT_EQ(fake_network_count(), 1);
	settle();
	EXPECT_TRUE(agree(2));
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 2);
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 1);
	EXPECT_EQ(pair.a.ok, 2);
}

TEST_F(rekey, down_while_a_rekey_is_under_way)
{
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	command(&pair.a.ike, NULL, CLIENT + 1, "down tunnel");
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

/* That the old one is deleted concerns nobody who acts on the connection. */
TEST_F(rekey, down_and_up_while_the_replaced_ike_sa_is_deleted)
{
	pair_establish(&pair);
	rekey_ike_of(&pair.a);
	while (!pair.a.events[EVENT_IKE_REKEYED])
		ASSERT_TRUE(pair_deliver_one(&pair));
	pair_lose_one();
	down_of(&pair.a);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.ok, 3);
	up_of(&pair.a);
	settle();
	EXPECT_EQ(pair.a.ok, 4);
	EXPECT_EQ(pair.a.failed, 0);
	EXPECT_TRUE(agree(1));
}

/* The peer's Delete of the old one is opened, and then the new one is to be used. */
TEST_F(rekey, no_memory_when_the_new_child_is_to_be_used)
{
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	while (!pair.a.events[EVENT_CHILD_REKEYED])
		ASSERT_TRUE(pair_deliver_one(&pair));
	pair.b.ike.kernel->fail_in = 2;
	settle();
	EXPECT_EQ(pair.b.ike.kernel->fail_in, 0);
	EXPECT_TRUE(agree(1));
	EXPECT_TRUE(fake_kernel_passes(pair.a.ike.kernel, pair.b.ike.kernel));
	EXPECT_TRUE(fake_kernel_passes(pair.b.ike.kernel, pair.a.ike.kernel));
}

/* Octets changed on the way, also inside what verifies: nothing may crash. */
static void run_with_mutation(void (*act)(struct side *side), size_t victim,
			      size_t offset, uint8_t value)
{
	struct fake_datagram *datagram;
	size_t i = 0;

	pair_end(&pair);
	pair_begin(&pair);
	set_esp_proposals(WITH_ML_KEM);
	pair_establish(&pair);
	act(&pair.a);
	while ((datagram = fake_network_take())) {
		if (i++ == victim && offset < datagram->len)
			datagram->data[offset] = value;
		pair_deliver_to(pair_receiver(&pair, datagram), datagram);
		free(datagram);
	}
	pair_pass(&pair, SETTLED);
}

static void try_mutations(void (*act)(struct side *side))
{
	static const uint8_t values[] = { 0, 1, 0x80, 0xff };

	fclose(stderr);
	for (size_t victim = 0; victim < 6; victim++)
		for (size_t offset = 28; offset < 240; offset++)
			for (size_t i = 0; i < sizeof(values); i++)
				run_with_mutation(act, victim, offset, values[i]);
}

TEST_F(rekey, mutations_of_a_child)
{
	try_mutations(rekey_child_of);
}

TEST_F(rekey, mutations_of_the_ike_sa)
{
	try_mutations(rekey_ike_of);
}

TEST_HARNESS_MAIN
