// SPDX-License-Identifier: GPL-2.0
/* DNS names in remote_addrs: resolved at each attempt, matched by the responder. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/explain.h"
#include "config/connection.h"
#include "config/remote_name.h"
#include "fake_name_lookup.h"
#include "helper/command.h"
#include "helper/status.h"
#include "ike/child_sa.h"
#include "ike/ike_event.h"
#include "ike/task.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "tunnel/attempt.h"
#include "tunnel/trap.h"
#include "tunnel/up_down.h"

#define NAME "b.example.org"
#define OTHER_CLIENT (CLIENT + 1)
#define NOBODY "192.0.2.99"
#define SIDE_B "192.0.2.2"

static struct pair pair;
static struct remote_name names[REMOTE_ADDRS_MAX];

/* remote_addrs of side A is that name alone. */
static void name_peer(const char *addresses)
{
	struct connection_config *connection = &pair.a.connection;

	names[0] = (struct remote_name){ .text = NAME };
	connection->remote_names = names;
	connection->n_remote_names = 1;
	connection->remote_addrs[0] = (struct sockaddr_storage){ 0 };
	connection->n_remote_addrs = 1;
	fake_name_set(NAME, addresses);
}

/* And an address of that peer behind it. */
static void add_address(const char *address)
{
	struct connection_config *connection = &pair.a.connection;

	side_set_address(&connection->remote_addrs[connection->n_remote_addrs++],
			 address);
}

static bool is_at(const struct ike_sa *sa, const char *address)
{
	struct sockaddr_storage expected;

	side_set_address(&expected, address);
	return sa && endpoint_same_address(&sa->path.remote, &expected);
}

FIXTURE(name)
{
};

FIXTURE_SETUP(name)
{
	pair_begin(&pair);
	pair.a.connection.keyingtries = 1;
	pair.b.connection.keyingtries = 1;
	fake_names_clear();
	name_peer(SIDE_B);
}

FIXTURE_TEARDOWN(name)
{
	pair_end(&pair);
	EXPECT_EQ(fake_names_running(), 0);
	EXPECT_EQ(pair.a.ike.resolver.waiting.first, NULL);
}

TEST_F(name, is_resolved_for_an_attempt)
{
	pair_up(&pair);
	EXPECT_EQ(fake_network_count(), 0);
	pair_pass(&pair, SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(is_at(side_established(&pair.a), SIDE_B));
	EXPECT_EQ(pair.a.ok, 1);
	EXPECT_EQ(fake_names_asked(), 1);
}

TEST_F(name, is_resolved_anew_at_each_attempt)
{
	fake_name_set(NAME, NOBODY);
	pair.a.connection.keyingtries = 0;
	pair_up(&pair);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_EQ(side_established(&pair.a), NULL);
	EXPECT_EQ(fake_names_asked(), pair.a.events[EVENT_IKE_FAILED] + 1);
	fake_name_set(NAME, SIDE_B);
	pair_pass(&pair, 200 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

TEST_F(name, has_several_addresses_that_are_taken_in_turn)
{
	fake_name_set(NAME, NOBODY " 192.0.2.98 " SIDE_B);
	pair_up(&pair);
	pair_pass(&pair, 200 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 2);
	EXPECT_EQ(fake_names_asked(), 1);
	EXPECT_EQ(pair.a.ok, 1);
	EXPECT_EQ(pair.a.failed, 0);
}

TEST_F(name, and_then_what_stands_behind_it)
{
	fake_name_set(NAME, NOBODY " 192.0.2.98");
	add_address(SIDE_B);
	pair_up(&pair);
	pair_pass(&pair, 200 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 2);
}

TEST_F(name, all_addresses_are_dead)
{
	fake_name_set(NAME, NOBODY " 192.0.2.98");
	pair_up(&pair);
	pair_pass(&pair, 600 * SECOND);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 2);
	EXPECT_EQ(fake_names_asked(), 1);
}

TEST_F(name, another_address_is_next_when_the_peer_is_dead)
{
	fake_name_set(NAME, SIDE_B " 192.0.2.3");
	pair.a.connection.dpd_delay = 10;
	pair.a.child[0].dpd_action = ACTION_START;
	pair_up(&pair);
	pair_pass(&pair, SECOND);
	ASSERT_TRUE(is_at(side_established(&pair.a), SIDE_B));
	side_clear(&pair.b);
	side_set_address(&pair.b.connection.local_addrs[0], "192.0.2.3");
	pair_pass(&pair, 100 * SECOND);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(is_at(side_established(&pair.a), "192.0.2.3"));
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 1);
	EXPECT_EQ(fake_names_asked(), 2);
}

TEST_F(name, that_does_not_resolve)
{
	fake_name_set(NAME, "");
	pair_up(&pair);
	pair_pass(&pair, SECOND);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_STREQ(pair.a.reason, NAME " does not resolve: " FAKE_NAME_UNKNOWN);
	EXPECT_STREQ(pair.a.event_text,
		     "failed: " NAME " does not resolve: " FAKE_NAME_UNKNOWN);
	EXPECT_STREQ(pair.a.event_connection, "tunnel");
	EXPECT_STREQ(pair.a.event_peer, NAME);
	EXPECT_NE(strstr(explain_remedy(pair.a.event_text), "getent"), NULL);
	EXPECT_EQ(pair.a.ike.ike_sas, NULL);
}

TEST_F(name, that_does_not_resolve_and_an_address)
{
	fake_name_set(NAME, "");
	add_address(SIDE_B);
	pair_up(&pair);
	pair_pass(&pair, 10 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.ok, 1);
	EXPECT_EQ(pair.a.failed, 0);
}

/* As without a route: nothing has left this host, so no attempt was made. */
TEST_F(name, that_resolves_after_a_while)
{
	fake_name_set(NAME, "");
	pair.a.child[0].start_action = ACTION_START;
	side_start(&pair.a, &pair.a.connection);
	pair_pass(&pair, 600 * SECOND);
	EXPECT_EQ(pair.a.ike.ike_sas, NULL);
	fake_name_set(NAME, SIDE_B);
	pair_pass(&pair, 100 * SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

TEST_F(name, that_nobody_answers_for)
{
	fake_name_set(NAME, NULL);
	pair_up(&pair);
	pair_pass(&pair, (RESOLVER_SECONDS - 1) * SECOND);
	EXPECT_EQ(pair.a.failed, 0);
	EXPECT_EQ(fake_names_running(), 1);
	pair_pass(&pair, 2 * SECOND);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_STREQ(pair.a.reason, NAME " does not resolve: no answer within 30 s");
	EXPECT_EQ(fake_names_running(), 0);
}

TEST_F(name, of_no_family_of_this_side)
{
	fake_name_set(NAME, "2001:db8::1");
	pair_up(&pair);
	pair_pass(&pair, SECOND);
	EXPECT_STREQ(pair.a.reason, NAME " does not resolve: "
		     "it has no address of the family of local_addrs");
	fake_name_set(NAME, "2001:db8::1 " SIDE_B);
	pair_up(&pair);
	pair_pass(&pair, SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.failed, 1);
}

TEST_F(name, whoever_else_asks_for_the_connection_is_told)
{
	fake_name_set(NAME, NULL);
	command(&pair.a.ike, NULL, OTHER_CLIENT, "up tunnel");
	pair_up(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_STREQ(pair.a.reason,
		     "connection tunnel is being established already");
	fake_name_set(NAME, SIDE_B);
	pair_pass(&pair, SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(fake_names_asked(), 1);
}

TEST_F(name, taken_down_while_it_is_resolved)
{
	fake_name_set(NAME, NULL);
	pair_up(&pair);
	command(&pair.a.ike, NULL, OTHER_CLIENT, "down tunnel");
	EXPECT_EQ(fake_names_running(), 0);
	EXPECT_GT(pair.a.failed, 0);
	fake_name_set(NAME, SIDE_B);
	pair_pass(&pair, 600 * SECOND);
	EXPECT_EQ(pair.a.ike.ike_sas, NULL);
}

/* Another name stands there after a reload, while the old one is asked for. */
TEST_F(name, its_child_taken_down_while_it_is_resolved)
{
	fake_name_set(NAME, NULL);
	pair_up(&pair);
	tunnel_down(&pair.a.ike, &pair.a.connection, &pair.a.child[0], 0);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_EQ(fake_names_running(), 0);
}

/* What it was resolved to before counts no more. */
TEST_F(name, is_resolved_anew_after_it_was_taken_down)
{
	fake_name_set(NAME, NOBODY);
	pair_up(&pair);
	pair_pass(&pair, SECOND);
	tunnel_down(&pair.a.ike, &pair.a.connection, NULL, 0);
	pair_pass(&pair, SECOND);
	fake_name_set(NAME, SIDE_B);
	pair_up(&pair);
	pair_pass(&pair, SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

TEST_F(name, replaced_while_it_is_resolved)
{
	struct connection_config next = pair.a.connection;
	struct remote_name other = { .text = "other.example.org" };

	fake_name_set(NAME, NULL);
	fake_name_set(other.text, SIDE_B);
	pair_up(&pair);
	next.remote_names = &other;
	pair.a.config.connections = &next;
	connections_index(&pair.a.config);
	attempt_adopt(&pair.a.ike, &pair.a.connection, &next);
	pair_pass(&pair, SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(fake_names_asked(), 2);
	side_clear(&pair.a);
	attempts_free(&pair.a.ike);
}

/* The peer's own call has made another address the next one. */
TEST_F(name, resolves_after_the_peer_has_called_from_another_address)
{
	const struct sockaddr_storage *known;

	fake_name_set(NAME, NULL);
	add_address(SIDE_B);
	pair_up(&pair);
	EXPECT_EQ(fake_names_running(), 1);
	tunnel_up(&pair.b.ike, &pair.b.connection, NULL, CLIENT);
	pair_deliver_all(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	fake_name_set(NAME, NOBODY);
	pair_pass(&pair, SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(fake_names_running(), 0);
	EXPECT_EQ(names[0].n_addresses, 1);
	known = attempt_remote(&pair.a.ike, &pair.a.connection);
	ASSERT_NE(known, NULL);
	EXPECT_TRUE(is_at(side_established(&pair.a), SIDE_B));
	EXPECT_TRUE(endpoint_same_address(known,
					  &pair.a.connection.remote_addrs[1]));
	EXPECT_EQ(pair.a.ok, 1);
}

/* An operator does not wait for the time of the next attempt. */
TEST_F(name, up_does_not_wait_for_the_next_round)
{
	fake_name_set(NAME, "");
	pair.a.connection.keyingtries = 0;
	tunnel_start(&pair.a.ike, &pair.a.connection, &pair.a.child[0]);
	pair_pass(&pair, SECOND);
	EXPECT_EQ(fake_names_asked(), 1);
	fake_name_set(NAME, SIDE_B);
	pair_up(&pair);
	pair_pass(&pair, SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.ok, 1);
}

TEST_F(name, of_many_connections_is_asked_for_by_a_few_processes)
{
	struct resolution all[3 * RESOLVER_AT_ONCE] = { 0 };
	size_t n = sizeof(all) / sizeof(all[0]);

	fake_name_set(NAME, NULL);
	for (size_t i = 0; i < n; i++)
		resolver_ask(&pair.a.ike.resolver, &pair.a.ike.timers,
			     &all[i], NAME);
	EXPECT_EQ(fake_names_running(), RESOLVER_AT_ONCE);
	/* Of those that wait, of those that are asked for, the last. */
	resolver_cancel(&pair.a.ike.resolver, &all[n / 2]);
	resolver_cancel(&pair.a.ike.resolver, &all[0]);
	resolver_cancel(&pair.a.ike.resolver, &all[n - 1]);
	EXPECT_EQ(fake_names_running(), RESOLVER_AT_ONCE - 1);
	pair_pass(&pair, RESOLVER_PAUSE);
	EXPECT_EQ(fake_names_running(), RESOLVER_AT_ONCE);
	EXPECT_EQ(fake_names_asked(), RESOLVER_AT_ONCE + 1);
	for (size_t i = 0; i < n; i++)
		resolver_cancel(&pair.a.ike.resolver, &all[i]);
	EXPECT_EQ(fake_names_running(), 0);
	EXPECT_EQ(pair.a.ike.resolver.waiting.first, NULL);
	EXPECT_EQ(pair.a.ike.resolver.waiting.last, NULL);
}

static void not_wanted(struct ike *ike, struct resolution *resolution,
		       const struct name_answer *said)
{
	(void)ike;
	(void)resolution;
	(void)said;
}

/* A quick name server does not have processes begin without end: the supervisor refuses. */
TEST_F(name, of_many_connections_is_not_asked_for_in_one_moment)
{
	struct resolution all[10 * RESOLVER_AT_ONCE] = { 0 };
	size_t n = sizeof(all) / sizeof(all[0]);
	const int64_t start = clock_now();
	int64_t pauses;

	fake_name_set(NAME, SIDE_B);
	for (size_t i = 0; i < n; i++) {
		all[i].done = not_wanted;
		resolver_ask(&pair.a.ike.resolver, &pair.a.ike.timers,
			     &all[i], NAME);
	}
	pair_pass(&pair, RESOLVER_PAUSE);
	pauses = (clock_now() - start) / RESOLVER_PAUSE;
	EXPECT_LE(fake_names_asked(), RESOLVER_AT_ONCE * (pauses + 1));
	EXPECT_LT(fake_names_asked(), n);
	pair_pass(&pair, SECOND);
	EXPECT_EQ(fake_names_asked(), n);
	EXPECT_FALSE(all[n - 1].pending);
}

TEST_F(name, a_trap_is_set_once_it_is_resolved)
{
	struct sockaddr_storage moved;

	pair.a.child[0].start_action = ACTION_TRAP;
	fake_name_set(NAME, "");
	side_start(&pair.a, &pair.a.connection);
	pair_pass(&pair, SECOND);
	EXPECT_EQ(pair.a.ike.kernel->traps, 0);
	fake_name_set(NAME, NOBODY);
	pair_pass(&pair, 20 * SECOND);
	EXPECT_EQ(pair.a.ike.kernel->traps, 1);
	/* The peer has another address when a packet comes. */
	fake_name_set(NAME, SIDE_B);
	trap_acquire(&pair.a.ike, 1, &(struct packet_ts){ 0 });
	pair_pass(&pair, SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.ike.kernel->traps, 1);
	side_set_address(&moved, SIDE_B);
	EXPECT_EQ(memcmp(pair.a.ike.kernel->trap_remote.octets,
			 &((struct sockaddr_in *)&moved)->sin_addr, 4), 0);
}

/* RFC 7296 section 2.9: also after the name of the peer was resolved. */
/* The peer has called, and packets go to where it is. */
TEST_F(name, of_a_trap_that_has_followed_the_peer_moves_it_no_more)
{
	struct address b;
	struct sockaddr_storage address;

	fake_name_set(NAME, NULL);
	pair.a.child[0].start_action = ACTION_TRAP;
	side_start(&pair.a, &pair.a.connection);
	EXPECT_EQ(fake_names_running(), 1);
	tunnel_up(&pair.b.ike, &pair.b.connection, NULL, CLIENT);
	pair_deliver_all(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(fake_names_running(), 0);
	fake_name_set(NAME, NOBODY);
	pair_pass(&pair, 60 * SECOND);
	side_set_address(&address, SIDE_B);
	endpoint_address(&address, &b);
	EXPECT_EQ(memcmp(&pair.a.ike.kernel->trap_remote, &b, sizeof(b)), 0);
}

TEST_F(name, the_packet_that_waits_is_asked_for_first)
{
	struct packet_ts packet = {
		.local = { AF_INET, { 10, 1, 0, 7 }, 32, IPPROTO_TCP, 1000, 0 },
		.remote = { AF_INET, { 10, 2, 0, 7 }, 32, IPPROTO_TCP, 443, 0 },
	};
	const struct ike_sa *sa;

	pair.a.child[0].start_action = ACTION_TRAP;
	side_start(&pair.a, &pair.a.connection);
	pair_pass(&pair, SECOND);
	ASSERT_EQ(pair.a.ike.kernel->traps, 1);
	trap_acquire(&pair.a.ike, 1, &packet);
	resolver_serve(&pair.a.ike.resolver, &pair.a.ike, (struct pollfd[RESOLVER_AT_ONCE]){
				{ .revents = POLLIN } });
	fake_clock_run(&pair.a.ike);
	sa = pair.a.ike.ike_sas;
	ASSERT_NE(sa, NULL);
	ASSERT_NE(sa->tasks, NULL);
	EXPECT_TRUE(prefix_equal(&sa->tasks->packet.local, &packet.local));
	EXPECT_TRUE(prefix_equal(&sa->tasks->packet.remote, &packet.remote));
	pair_pass(&pair, SECOND);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

static void hear(const char *line, void *told)
{
	status_ike_sa_read(told, line);
}

TEST_F(name, show_has_it_beside_the_address)
{
	struct status_ike_sa told = { 0 };

	pair_up(&pair);
	pair_pass(&pair, SECOND);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	status_tell_ike_sa(&pair.a.ike, side_established(&pair.a)->id, hear, &told);
	EXPECT_STREQ(told.remote, SIDE_B ":500");
	EXPECT_STREQ(told.remote_name, NAME);
	status_tell_ike_sa(&pair.b.ike, side_established(&pair.b)->id, hear, &told);
	EXPECT_STREQ(told.remote_name, "");
}

/* Of side A, before and after it resolved the name of side B. */
TEST_F(name, a_responder_goes_by_what_it_was_resolved_to)
{
	struct connection_config any = pair.a.connection;
	struct config config = { .connections = &any };
	struct path path = { .local = any.local_addrs[0] };
	struct name_answer answer = { .n = 1 };
	char error[LOG_LINE_MAX];

	any.n_remote_names = 0;
	any.n_remote_addrs = 0;
	any.next = &pair.a.connection;
	side_set_address(&path.remote, SIDE_B);
	side_set_address(&answer.list[0], SIDE_B);
	connections_index(&config);
	EXPECT_EQ(connection_next(&config, &path, NULL), &any);
	EXPECT_EQ(connection_next(&config, &path, &any), &pair.a.connection);
	ASSERT_TRUE(remote_name_learn(&pair.a.connection, 0, &answer, error,
				      sizeof(error)));
	EXPECT_EQ(connection_next(&config, &path, NULL), &pair.a.connection);
	EXPECT_EQ(connection_next(&config, &path, &pair.a.connection), &any);
	/* The peer is where it was not found: its identity decides. */
	side_set_address(&path.remote, NOBODY);
	EXPECT_EQ(connection_next(&config, &path, NULL), &any);
	EXPECT_EQ(connection_next(&config, &path, &any), &pair.a.connection);
}

TEST_F(name, a_responder_that_has_not_resolved_it_lets_the_peer_in)
{
	command(&pair.b.ike, NULL, CLIENT, "up tunnel");
	pair_pass(&pair, SECOND);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_EQ(fake_names_asked(), 0);
}

TEST_HARNESS_MAIN
