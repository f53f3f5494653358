// SPDX-License-Identifier: GPL-2.0
/* Attempts: addresses in turn, again after a while, traps that follow; load. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/connection.h"
#include "helper/command.h"
#include "helper/status.h"
#include "ike/child_sa.h"
#include "ike/half_open.h"
#include "ike/ike_event.h"
#include "ike/initiations.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "tunnel/attempt.h"
#include "tunnel/restart.h"
#include "tunnel/start_action.h"
#include "tunnel/trap.h"
#include "tunnel/up_down.h"

static struct pair pair;

static const struct packet_ts no_packet;

FIXTURE(attempt)
{
};

FIXTURE_SETUP(attempt)
{
	pair_begin(&pair);
	pair.a.connection.keyingtries = 1;
	pair.b.connection.keyingtries = 1;
}

FIXTURE_TEARDOWN(attempt)
{
	pair_end(&pair);
}

/* The first address is nobody's, the second one side B's. */
static void add_dead_address(void)
{
	struct connection_config *connection = &pair.a.connection;

	connection->remote_addrs[1] = connection->remote_addrs[0];
	connection->n_remote_addrs = 2;
	side_set_address(&connection->remote_addrs[0], "192.0.2.99");
}

TEST_F(attempt, no_answer)
{
	side_set_address(&pair.a.connection.remote_addrs[0], "192.0.2.99");
	pair_up(&pair);
	pair_pass(&pair, 300 * SECOND);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_EQ(pair.a.ok, 0);
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 1);
	EXPECT_EQ(pair.a.ike.ike_sas, NULL);
}

/* The kernel refuses each attempt of both, at once. */
static void let_two_fail(void)
{
	pair.a.ike.kernel->fail_in = 1;
	pair_up(&pair);
	pair.a.ike.kernel->fail_in = 1;
	command(&pair.a.ike, NULL, CLIENT + 1, "up tunnel");
}

TEST_F(attempt, whoever_waits_for_the_next_address_goes_before_who_asks_meanwhile)
{
	struct connection_config *connection = &pair.a.connection;

	add_dead_address();
	connection->remote_addrs[2] = connection->remote_addrs[1];
	connection->n_remote_addrs = 3;
	let_two_fail();
	EXPECT_EQ(pair.a.failed, 0);
	pair_pass(&pair, SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.ok, 1);
	EXPECT_EQ(pair.a.failed, 0);
}

TEST_F(attempt, whoever_waits_for_the_next_address_is_told_when_another_had_the_last)
{
	add_dead_address();
	let_two_fail();
	EXPECT_EQ(pair.a.failed, 1);
	pair_pass(&pair, 300 * SECOND);
	EXPECT_EQ(pair.a.ike.ike_sas, NULL);
	EXPECT_EQ(pair.a.ok + pair.a.failed, 1);
}

TEST_F(attempt, several_attempts)
{
	side_set_address(&pair.a.connection.remote_addrs[0], "192.0.2.99");
	pair.a.connection.keyingtries = 3;
	pair_up(&pair);
	pair_pass(&pair, 600 * SECOND);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 3);
	EXPECT_EQ(pair.a.ike.ike_sas, NULL);
}

TEST_F(attempt, for_ever_until_it_answers)
{
	struct sockaddr_storage real = pair.a.connection.remote_addrs[0];

	side_set_address(&pair.a.connection.remote_addrs[0], "192.0.2.99");
	pair.a.connection.keyingtries = 0;
	pair_up(&pair);
	pair_pass(&pair, 3600 * SECOND);
	EXPECT_GT(pair.a.events[EVENT_IKE_FAILED], 20);
	pair.a.connection.remote_addrs[0] = real;
	pair_pass(&pair, 200 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

TEST_F(attempt, next_address)
{
	add_dead_address();
	pair_up(&pair);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.ok, 1);
	EXPECT_EQ(pair.a.failed, 0);
	/* It stays there. */
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	pair_deliver_all(&pair);
	pair_up(&pair);
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 1);
}

/* Its Delete is on its way. */
static void take_down(void)
{
	pair_establish(&pair);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	pair_lose_one();
}

TEST_F(attempt, what_is_taken_down_stays_so_when_its_local_address_goes)
{
	take_down();
	restart_addresses(&pair.a.ike);
	EXPECT_EQ(pair.a.ike.ike_sas, NULL);
	EXPECT_EQ(pair.a.ike.attempts.all.first, NULL);
}

TEST_F(attempt, what_is_taken_down_stays_so_when_the_module_goes)
{
	take_down();
	pair.a.ike.kernel->gone = true;
	restart_module_went(&pair.a.ike);
	EXPECT_EQ(pair.a.ike.attempts.all.first, NULL);
	fake_kernel_restart(pair.a.ike.kernel);
	restart_module_came(&pair.a.ike);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_TRUE(side_is_clean(&pair.a));
}

TEST_F(attempt, what_is_up_is_begun_anew_when_the_module_comes)
{
	pair_establish(&pair);
	pair.a.ike.kernel->gone = true;
	restart_module_went(&pair.a.ike);
	fake_kernel_restart(pair.a.ike.kernel);
	restart_module_came(&pair.a.ike);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

TEST_F(attempt, all_addresses_dead)
{
	add_dead_address();
	side_set_address(&pair.a.connection.remote_addrs[1], "192.0.2.98");
	pair_up(&pair);
	pair_pass(&pair, 300 * SECOND);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 2);
}

TEST_F(attempt, next_address_when_the_peer_is_dead)
{
	struct connection_config *connection = &pair.a.connection;

	connection->n_remote_addrs = 2;
	side_set_address(&connection->remote_addrs[1], "192.0.2.3");
	connection->dpd_delay = 10;
	pair.a.child[0].dpd_action = ACTION_START;
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	/* The second gateway takes over. */
	side_clear(&pair.b);
	side_set_address(&pair.b.connection.local_addrs[0], "192.0.2.3");
	pair_pass(&pair, 100 * SECOND);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(endpoint_same_address(&side_established(&pair.a)->path.remote,
					  &connection->remote_addrs[1]));
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 1);
}

TEST_F(attempt, down_ends_the_attempts)
{
	side_set_address(&pair.a.connection.remote_addrs[0], "192.0.2.99");
	pair.a.connection.keyingtries = 0;
	pair_up(&pair);
	pair_pass(&pair, 5 * SECOND);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	EXPECT_EQ(pair.a.ike.ike_sas, NULL);
	EXPECT_EQ(pair.a.failed, 1);
	pair_pass(&pair, 600 * SECOND);
	EXPECT_EQ(pair.a.ike.ike_sas, NULL);
}

TEST_F(attempt, start)
{
	pair.a.child[0].start_action = ACTION_START;
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	side_start(&pair.a, &pair.a.connection);
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.ike.kernel->traps, 0);
}

#define MANY 10

/* Connections of one side with the other, each with identities of its own. */
static void make_many(struct side *side, struct side *other,
		      struct connection_config list[MANY],
		      struct child_config children[MANY])
{
	char id[16];

	for (size_t i = 0; i < MANY; i++) {
		children[i] = side->child[0];
		children[i].connection = &list[i];
		children[i].reqid = (uint32_t)i + 1;
		children[i].start_action = ACTION_START;
		list[i] = side->connection;
		list[i].children = &children[i];
		list[i].next = i + 1 < MANY ? &list[i + 1] : NULL;
		snprintf(list[i].name, sizeof(list[i].name), "tunnel%zu", i);
		snprintf(id, sizeof(id), "%zu.%s", i,
			 side == &pair.a ? "a" : "b");
		side_set_identity(&list[i].local_id, id);
		snprintf(id, sizeof(id), "%zu.%s", i,
			 other == &pair.a ? "a" : "b");
		side_set_identity(&list[i].remote_id, id);
	}
	side->config.connections = list;
	connections_index(&side->config);
}

static unsigned int count_phase(const struct side *side, enum ike_sa_phase phase)
{
	unsigned int n = 0;

	for (const struct ike_sa *sa = side->ike.ike_sas; sa; sa = sa->next)
		n += sa->phase == phase;
	return n;
}

/* One peer does not hear of all of them at once, but of all in the end. */
TEST_F(attempt, few_begin_at_a_time)
{
	static struct connection_config of_a[MANY], of_b[MANY];
	static struct child_config children_of_a[MANY], children_of_b[MANY];

	make_many(&pair.a, &pair.b, of_a, children_of_a);
	make_many(&pair.b, &pair.a, of_b, children_of_b);
	for (size_t i = 0; i < MANY; i++)
		side_start(&pair.a, &of_a[i]);
	EXPECT_EQ(count_phase(&pair.a, PHASE_INIT), INITIATIONS_PEER_MAX);
	pair_pass(&pair, SECOND);
	EXPECT_EQ(count_phase(&pair.a, PHASE_ESTABLISHED), MANY);
	EXPECT_EQ(count_phase(&pair.b, PHASE_ESTABLISHED), MANY);
	for (size_t i = 0; i < MANY; i++)
		start_actions_undo(&pair.a.ike, &of_a[i]);
}

#define CROWD (3 * START_SLICE)

static struct connection_config crowd[CROWD];
static struct child_config crowd_children[CROWD];
static unsigned int all_started; /* how often it was said */

static void note_all_started(struct ike *ike)
{
	(void)ike;
	all_started++;
}

/* Connections of A, each with another peer. */
static void make_crowd(enum child_action start_action)
{
	char address[32];

	for (size_t i = 0; i < CROWD; i++) {
		crowd[i] = pair.a.connection;
		crowd_children[i] = pair.a.child[0];
		crowd_children[i].connection = &crowd[i];
		crowd_children[i].reqid = (uint32_t)i + 1;
		crowd_children[i].start_action = start_action;
		crowd[i].children = &crowd_children[i];
		crowd[i].next = i + 1 < CROWD ? &crowd[i + 1] : NULL;
		snprintf(crowd[i].name, sizeof(crowd[i].name), "tunnel%zu", i);
		snprintf(address, sizeof(address), "198.51.%zu.%zu", i / 250,
			 i % 250);
		side_set_address(&crowd[i].remote_addrs[0], address);
	}
	pair.a.config.connections = crowd;
	connections_index(&pair.a.config);
	all_started = 0;
}

static void add_crowd(void)
{
	for (size_t i = 0; i < CROWD; i++)
		start_actions_add(&pair.a.ike, &crowd[i]);
}

static void undo_crowd(void)
{
	for (size_t i = 0; i < CROWD; i++)
		start_actions_undo(&pair.a.ike, &crowd[i]);
}

/* Datagrams are served before the last of very many connections is started. */
TEST_F(attempt, starts_in_slices)
{
	make_crowd(ACTION_START);
	add_crowd();
	start_actions_run(&pair.a.ike, note_all_started);
	EXPECT_EQ(fake_network_count(), START_SLICE);
	/* It is not started and ended at once, but not at all. */
	command(&pair.a.ike, NULL, CLIENT, "down tunnel180");
	fake_clock_run(&pair.a.ike);
	EXPECT_EQ(fake_network_count(), 2 * START_SLICE);
	EXPECT_EQ(all_started, 0);
	fake_clock_run(&pair.a.ike);
	EXPECT_EQ(all_started, 1);
	EXPECT_FALSE(attempt_wants(&pair.a.ike, &crowd[180],
				   &crowd_children[180]));
	EXPECT_TRUE(attempt_wants(&pair.a.ike, &crowd[181],
				  &crowd_children[181]));
	undo_crowd();
	for (size_t i = 2 * START_SLICE; i < CROWD; i++)
		EXPECT_EQ(crowd[i].users, 0);
}

/* Not more than their answers find room for; peers that do not answer hold none. */
TEST_F(attempt, few_begin_in_all)
{
	make_crowd(ACTION_START);
	add_crowd();
	start_actions_run(&pair.a.ike, note_all_started);
	while (!all_started)
		fake_clock_run(&pair.a.ike);
	EXPECT_EQ(fake_network_count(), INITIATIONS_MAX);
	EXPECT_EQ(count_phase(&pair.a, PHASE_INIT), INITIATIONS_MAX);
	/* The others begin when these have waited for their first answer in vain. */
	for (size_t i = 0; i < 2 * CROWD &&
	     count_phase(&pair.a, PHASE_INIT) < CROWD; i++)
		fake_clock_run(&pair.a.ike);
	EXPECT_EQ(count_phase(&pair.a, PHASE_INIT), CROWD);
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 0);
	undo_crowd();
}

/* An end makes room for one that waits. */
TEST_F(attempt, an_end_makes_room_in_all)
{
	make_crowd(ACTION_START);
	add_crowd();
	start_actions_run(&pair.a.ike, note_all_started);
	while (!all_started)
		fake_clock_run(&pair.a.ike);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel5");
	EXPECT_EQ(count_phase(&pair.a, PHASE_INIT), INITIATIONS_MAX - 1);
	fake_clock_run(&pair.a.ike);
	EXPECT_EQ(count_phase(&pair.a, PHASE_INIT), INITIATIONS_MAX);
	undo_crowd();
}

/* Those that fail make room for the others, too. */
TEST_F(attempt, what_fails_makes_room)
{
	static struct connection_config of_a[MANY];
	static struct child_config children[MANY];

	make_many(&pair.a, &pair.b, of_a, children);
	for (size_t i = 0; i < MANY; i++)
		side_set_address(&of_a[i].remote_addrs[0], "192.0.2.99");
	for (size_t i = 0; i < MANY; i++)
		side_start(&pair.a, &of_a[i]);
	pair_pass(&pair, 300 * SECOND);
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], MANY);
	EXPECT_EQ(pair.a.ike.ike_sas, NULL);
	for (size_t i = 0; i < MANY; i++)
		start_actions_undo(&pair.a.ike, &of_a[i]);
}

TEST_F(attempt, trap)
{
	pair.a.child[0].start_action = ACTION_TRAP;
	side_start(&pair.a, &pair.a.connection);
	EXPECT_EQ(pair.a.ike.kernel->traps, 1);
	EXPECT_EQ(fake_network_count(), 0);
	trap_acquire(&pair.a.ike, 9, &no_packet);
	EXPECT_EQ(fake_network_count(), 0);
	trap_acquire(&pair.a.ike, 1, &no_packet);
	trap_acquire(&pair.a.ike, 1, &no_packet);
	EXPECT_EQ(fake_network_count(), 1);
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	trap_acquire(&pair.a.ike, 1, &no_packet);
	EXPECT_EQ(fake_network_count(), 0);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.ike.kernel->traps, 1);
	start_actions_undo(&pair.a.ike, &pair.a.connection);
	EXPECT_EQ(pair.a.ike.kernel->traps, 0);
}

/* Of a helper that was killed: the kernel has it, and nobody knows it. */
static void leave_trap(uint32_t reqid, const char *remote_ts)
{
	struct child_config child = { .reqid = reqid, .n_remote_ts = 1 };
	struct kernel_trap trap = { .config = &child };
	uint32_t set_reqid;
	char error[256];

	if (!prefix_parse(remote_ts, &child.remote_ts[0], error,
			  sizeof(error)) ||
	    kernel_trap_set(pair.a.ike.kernel, &trap, &set_reqid))
		abort();
}

static bool has_trap(uint32_t reqid, const char *remote_ts)
{
	const struct kernel *kernel = pair.a.ike.kernel;
	struct prefix prefix;
	char error[256];

	if (!prefix_parse(remote_ts, &prefix, error, sizeof(error)))
		abort();
	for (unsigned int i = 0; i < kernel->traps; i++)
		if (kernel->trap_list[i].reqid == reqid &&
		    !memcmp(&kernel->trap_list[i].remote_ts, &prefix,
			    sizeof(prefix)))
			return true;
	return false;
}

static void begin_two_traps(void)
{
	side_add_child(&pair.a);
	side_set_selectors(&pair.a, 0, "10.1.0.0/16", "10.2.0.0/16");
	side_set_selectors(&pair.a, 1, "10.1.0.0/16", "10.3.0.0/16");
	pair.a.child[0].start_action = ACTION_TRAP;
	pair.a.child[1].start_action = ACTION_TRAP;
	side_start(&pair.a, &pair.a.connection);
	traps_remove_leftovers(&pair.a.ike);
}

static void hear_state(const char *line, void *arg)
{
	struct status_configured told;

	if (!status_configured_read(&told, line))
		abort();
	if (!strcmp(told.name, "net"))
		*(enum status_state *)arg = told.state;
}

/* Of the first child, as `pqike show` is told. */
static enum status_state status_state(void)
{
	enum status_state state = STATUS_STATES;

	status_tell_children(&pair.a.ike, &pair.a.connection, hear_state, &state);
	return state;
}

TEST_F(attempt, show_is_told_of_each_child)
{
	EXPECT_EQ(status_state(), STATUS_DOWN);
	pair.a.connection.keyingtries = 0;
	pair.a.child[0].start_action = ACTION_TRAP;
	side_start(&pair.a, &pair.a.connection);
	EXPECT_EQ(status_state(), STATUS_TRAP);
	trap_acquire(&pair.a.ike, 1, &no_packet);
	EXPECT_EQ(status_state(), STATUS_CONNECTING);
	pair_lose_one();
	while (pair.a.ike.ike_sas) {
		fake_clock_run(&pair.a.ike);
		pair_lose_one();
	}
	EXPECT_EQ(status_state(), STATUS_CONNECTING);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_EQ(status_state(), STATUS_UP);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	pair_deliver_all(&pair);
	EXPECT_EQ(status_state(), STATUS_TRAP);
}

TEST_F(attempt, traps_left_by_another_helper_go)
{
	leave_trap(1, "10.2.0.0/16");
	leave_trap(7, "10.7.0.0/16");
	begin_two_traps();
	EXPECT_EQ(pair.a.ike.kernel->traps, 2);
	EXPECT_TRUE(has_trap(1, "10.2.0.0/16"));
	EXPECT_TRUE(has_trap(2, "10.3.0.0/16"));
}

/* The configuration has changed since: each stands where the other belongs. */
TEST_F(attempt, traps_left_in_the_way)
{
	leave_trap(1, "10.3.0.0/16");
	leave_trap(2, "10.2.0.0/16");
	begin_two_traps();
	EXPECT_EQ(pair.a.ike.kernel->traps, 2);
	EXPECT_TRUE(has_trap(1, "10.2.0.0/16"));
	EXPECT_TRUE(has_trap(2, "10.3.0.0/16"));
}

/* Until there is an address again, what was left lets nothing out. */
TEST_F(attempt, trap_left_stays_without_an_address)
{
	leave_trap(1, "10.2.0.0/16");
	pair.a.connection.local_addrs[0].ss_family = AF_INET6;
	begin_two_traps();
	EXPECT_EQ(pair.a.ike.kernel->traps, 1);
	EXPECT_TRUE(has_trap(1, "10.2.0.0/16"));
}

TEST_F(attempt, trap_follows_to_the_next_address)
{
	struct address address;

	add_dead_address();
	pair.a.child[0].start_action = ACTION_TRAP;
	side_start(&pair.a, &pair.a.connection);
	trap_acquire(&pair.a.ike, 1, &no_packet);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.ike.kernel->traps, 1);
	endpoint_address(&pair.b.connection.local_addrs[0], &address);
	EXPECT_EQ(memcmp(&address, &pair.a.ike.kernel->trap_remote,
			 sizeof(address)), 0);
}

TEST_F(attempt, cookies_under_load)
{
	pair.b.ike.half_open.n = HALF_OPEN_COOKIES;
	pair_up(&pair);
	ASSERT_TRUE(pair_deliver_one(&pair));
	EXPECT_EQ(fake_kernel_live(pair.b.ike.kernel), 0);
	EXPECT_EQ(pair.b.ike.ike_sas, NULL);
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_EQ(pair.b.ike.half_open.n, HALF_OPEN_COOKIES);
}

TEST_F(attempt, a_wrong_cookie_is_no_cookie)
{
	struct fake_datagram *datagram;

	pair.b.ike.half_open.n = HALF_OPEN_COOKIES;
	pair_up(&pair);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	/* Behind the headers of the message and of the Notify payload. */
	datagram->data[IKE_HEADER_SIZE + 8 + 1] ^= 1;
	pair_deliver_to(&pair.b, datagram);
	free(datagram);
	EXPECT_EQ(fake_kernel_live(pair.b.ike.kernel), 0);
}

/* The initiator has sent another since, which its AUTH covers. */
TEST_F(attempt, a_late_request_without_a_cookie)
{
	pair.b.ike.half_open.n = HALF_OPEN_COOKIES;
	pair_up(&pair);
	side_time_out(&pair.a);
	ASSERT_TRUE(pair_deliver_one(&pair));
	pair.b.ike.half_open.n = 0;
	ASSERT_TRUE(pair_deliver_one(&pair));
	EXPECT_EQ(fake_kernel_live(pair.b.ike.kernel), 0);
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

TEST_F(attempt, no_cookies_when_it_is_calm)
{
	pair.b.ike.half_open.n = HALF_OPEN_COOKIES;
	pair_up(&pair);
	ASSERT_TRUE(pair_deliver_one(&pair));
	pair.b.ike.half_open.n = 0;
	pair_deliver_all(&pair);
	EXPECT_FALSE(pair.b.ike.half_open.asking);
	side_clear(&pair.a);
	side_clear(&pair.b);
	pair_up(&pair);
	ASSERT_TRUE(pair_deliver_one(&pair));
	EXPECT_EQ(pair.b.ike.half_open.n, 1);
}

TEST_F(attempt, half_open_are_counted)
{
	pair_up(&pair);
	pair_deliver_one(&pair);
	EXPECT_EQ(pair.b.ike.half_open.n, 1);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.b.ike.half_open.n, 0);
	side_clear(&pair.a);
	pair_up(&pair);
	pair_deliver_one(&pair);
	EXPECT_EQ(pair.b.ike.half_open.n, 1);
	pair_lose_one();
	side_clear(&pair.a);
	pair_pass(&pair, 40 * SECOND);
	EXPECT_EQ(pair.b.ike.half_open.n, 0);
}

/* A stranger is refused only so often at a time: each refusal is kept a while. */
TEST_F(attempt, who_could_not_authenticate_itself_is_counted)
{
	pair.b.ike.kernel->refuse_auth = EKEYREJECTED;
	pair_up(&pair);
	pair_deliver_all(&pair);
	EXPECT_NE(strstr(pair.a.reason, "AUTHENTICATION_FAILED"), NULL);
	EXPECT_EQ(pair.b.ike.half_open.n, 1);
	pair_pass(&pair, 40 * SECOND);
	EXPECT_EQ(pair.b.ike.half_open.n, 0);
}

TEST_F(attempt, too_many_half_open_of_a_peer)
{
	side_begin_half_open(&pair.b, &pair.a, HALF_OPEN_PEER_MAX);
	pair_up(&pair);
	pair_deliver_all(&pair);
	EXPECT_EQ(fake_kernel_live(pair.b.ike.kernel), 0);
	EXPECT_EQ(pair.b.ike.half_open.n, HALF_OPEN_PEER_MAX);
}

/* The peer closes it as soon as it is up, for an hour. */
static void close_for_an_hour(const struct child_config *child)
{
	for (int i = 0; i < 36000; i++) {
		tunnel_down(&pair.b.ike, &pair.b.connection, child, 0);
		pair_pass(&pair, SECOND / 10);
	}
}

/* Each is up for a moment: 1 + 1 + 1, 2, 4 ... 64 s, and then every 64 to 80 s. */
static void expect_held_back(struct __test_metadata *_metadata)
{
	EXPECT_LT(pair.a.events[EVENT_CHILD_ESTABLISHED], 70);
	EXPECT_GT(pair.a.events[EVENT_CHILD_ESTABLISHED], 45);
	/* One that was up for long is set up again at once. */
	pair_pass(&pair, 180 * SECOND);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	tunnel_down(&pair.b.ike, &pair.b.connection, NULL, 0);
	pair_pass(&pair, SECOND / 10);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

TEST_F(attempt, close_action_start_when_the_peer_closes_the_ike_sa)
{
	pair.a.child[0].close_action = ACTION_START;
	pair_establish(&pair);
	close_for_an_hour(NULL);
	expect_held_back(_metadata);
}

TEST_F(attempt, close_action_start_when_the_peer_closes_the_child)
{
	pair.a.child[0].close_action = ACTION_START;
	pair_establish(&pair);
	close_for_an_hour(&pair.b.child[0]);
	expect_held_back(_metadata);
}

/* The peer closes it as soon as it is up, and packets meet the trap, for an hour. */
static void close_under_packets(const struct child_config *child)
{
	for (int i = 0; i < 36000; i++) {
		tunnel_down(&pair.b.ike, &pair.b.connection, child, 0);
		pair_pass(&pair, SECOND / 20);
		trap_acquire(&pair.a.ike, 1, &no_packet);
		pair_pass(&pair, SECOND / 20);
	}
}

static void expect_trap_held_back(struct __test_metadata *_metadata)
{
	EXPECT_LT(pair.a.events[EVENT_CHILD_ESTABLISHED], 70);
	EXPECT_GT(pair.a.events[EVENT_CHILD_ESTABLISHED], 45);
	EXPECT_EQ(pair.a.ike.kernel->in_the_clear, 0);
	/* One that was up for long is set up again by the next packet. */
	trap_acquire(&pair.a.ike, 1, &no_packet);
	pair_pass(&pair, 180 * SECOND);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	tunnel_down(&pair.b.ike, &pair.b.connection, NULL, 0);
	pair_deliver_all(&pair);
	ASSERT_EQ(side_established(&pair.a), NULL);
	trap_acquire(&pair.a.ike, 1, &no_packet);
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

TEST_F(attempt, close_action_trap_when_the_peer_closes_the_ike_sa)
{
	pair.a.child[0].close_action = ACTION_TRAP;
	pair_establish(&pair);
	close_under_packets(NULL);
	expect_trap_held_back(_metadata);
}

TEST_F(attempt, close_action_trap_when_the_peer_closes_the_child)
{
	pair.a.child[0].close_action = ACTION_TRAP;
	pair_establish(&pair);
	close_under_packets(&pair.b.child[0]);
	expect_trap_held_back(_metadata);
}

/* The trap that was there before the Child SA is left, and asks for another. */
TEST_F(attempt, start_action_trap_when_the_peer_closes_the_child)
{
	trap_set(&pair.a.ike, &pair.a.connection, &pair.a.child[0]);
	pair_establish(&pair);
	close_under_packets(&pair.b.child[0]);
	expect_trap_held_back(_metadata);
}

/* What waits for something else than time is not left behind by what is due. */
TEST_F(attempt, what_is_held_goes_with_what_is_due)
{
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	attempt_lost(&pair.a.ike, &pair.a.child[0], 0);
	pair_pass(&pair, SECOND / 10);
	attempt_lost(&pair.a.ike, &pair.a.child[0], 0);
	ASSERT_TRUE(attempt_hold_back(&pair.a.ike, &pair.a.child[0], NULL));
	attempt_want(&pair.a.ike, &pair.a.connection, &pair.a.child[1]);
	pair_pass(&pair, 5 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 2));
}

/* An operator who asks for it does not wait. */
TEST_F(attempt, up_is_not_held_back)
{
	pair.a.child[0].close_action = ACTION_TRAP;
	pair_establish(&pair);
	for (int i = 0; i < 10; i++) {
		tunnel_down(&pair.b.ike, &pair.b.connection, NULL, 0);
		pair_deliver_all(&pair);
		trap_acquire(&pair.a.ike, 1, &no_packet);
		pair_pass(&pair, SECOND / 10);
	}
	ASSERT_EQ(side_established(&pair.a), NULL);
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

/* The trap is set before the policies of the Child SA go. */
TEST_F(attempt, close_action_trap)
{
	pair.a.child[0].close_action = ACTION_TRAP;
	pair_establish(&pair);
	tunnel_down(&pair.b.ike, &pair.b.connection, &pair.b.child[0], 0);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.ike.kernel->traps, 1);
	EXPECT_EQ(pair.a.ike.kernel->in_the_clear, 0);
}

TEST_HARNESS_MAIN
