// SPDX-License-Identifier: GPL-2.0
/* Both roles against each other, without keys and without a network. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/connection.h"
#include "helper/command.h"
#include "ike/child_sa.h"
#include "ike/dispatch.h"
#include "ike/exchange.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/initiator.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "tunnel/up_down.h"
#include "wire/payload.h"

static struct pair pair;

FIXTURE(exchange)
{
};

FIXTURE_SETUP(exchange)
{
	pair_begin(&pair);
}

FIXTURE_TEARDOWN(exchange)
{
	pair_end(&pair);
}

TEST_F(exchange, establishes)
{
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_EQ(pair.a.ok, 1);
	EXPECT_EQ(pair.a.failed, 0);
	ASSERT_NE(pair.a.ike.ike_sas, NULL);
	ASSERT_NE(pair.b.ike.ike_sas, NULL);
	EXPECT_EQ(pair.a.ike.ike_sas->traffic.round_trips, 3);
	EXPECT_EQ(pair.b.ike.ike_sas->traffic.round_trips, 3);
	EXPECT_EQ(pair.a.ike.ike_sas->traffic.fragments_sent, 0);
	EXPECT_EQ(pair.a.ike.ike_sas->children->choice.spi_out,
		  pair.b.ike.ike_sas->children->spi_in);
	EXPECT_EQ(pair.b.ike.ike_sas->children->choice.spi_out,
		  pair.a.ike.ike_sas->children->spi_in);
	EXPECT_EQ(pair.a.ike.ike_sas->timeout.due, 0);
	EXPECT_EQ(pair.b.ike.ike_sas->timeout.due, 0);
}

TEST_F(exchange, establishes_in_fragments)
{
	pair.a.connection.fragment_size = 576;
	pair.b.connection.fragment_size = 1280;
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
	ASSERT_NE(pair.a.ike.ike_sas, NULL);
	ASSERT_NE(pair.b.ike.ike_sas, NULL);
	EXPECT_EQ(pair.a.ike.ike_sas->traffic.fragments_sent, 3);
	EXPECT_EQ(pair.b.ike.ike_sas->traffic.fragments_received, 3);
	EXPECT_EQ(pair.b.ike.ike_sas->traffic.fragments_sent, 0);
}

TEST_F(exchange, several_rounds)
{
	side_set_proposal(&pair.a, 0,
		     "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke3_mlkem1024");
	side_set_proposal(&pair.b, 0,
		     "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke3_mlkem1024");
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_EQ(pair.a.ike.ike_sas->traffic.round_trips, 4);
}

TEST_F(exchange, ml_kem_in_ike_sa_init)
{
	side_set_proposal(&pair.a, 0, "aes256gcm16-prfsha384-mlkem512");
	side_set_proposal(&pair.b, 0, "aes256gcm16-prfsha384-mlkem512");
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(pair.a.ike.ike_sas->traffic.round_trips, 2);
}

TEST_F(exchange, second_up_is_no_error)
{
	pair_establish(&pair);
	pair_up(&pair);
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_EQ(fake_network_count(), 0);
}

TEST_F(exchange, up_of_an_unknown_connection)
{
	command(&pair.a.ike, NULL, CLIENT, "up other");
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "other"), NULL);
	command(&pair.a.ike, NULL, CLIENT, "sideways tunnel");
	EXPECT_EQ(pair.a.failed, 2);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	EXPECT_EQ(pair.a.failed, 3);
	EXPECT_NE(strstr(pair.a.reason, "not established"), NULL);
}

TEST_F(exchange, up_without_a_remote_address)
{
	pair.a.connection.n_remote_addrs = 0;
	pair_up(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "no remote address"), NULL);
}

TEST_F(exchange, initiator_deletes)
{
	pair_establish(&pair);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, responder_deletes)
{
	pair_establish(&pair);
	command(&pair.b.ike, NULL, CLIENT, "down tunnel");
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.b.ok, 1);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

/* RFC 7296 section 2.1: the answer is sent again, by what has no keys any more. */
TEST_F(exchange, a_delete_whose_answer_is_lost)
{
	unsigned int opened;

	pair_establish(&pair);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	opened = pair.b.ike.kernel->opened;
	pair_deliver_one(&pair);
	EXPECT_EQ(fake_kernel_live(pair.b.ike.kernel), 0);
	EXPECT_EQ(fake_kernel_installed(pair.b.ike.kernel), 0);
	EXPECT_FALSE(ike_sas_any(&pair.b.ike));
	EXPECT_EQ(pair.b.events[EVENT_IKE_DELETED], 1);
	pair_lose_one();
	side_time_out(&pair.a);
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_EQ(pair.a.failed, 0);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_EQ(pair.b.ike.kernel->opened, opened + 1);
	EXPECT_EQ(pair.b.events[EVENT_IKE_DELETED], 1);
	/* Nothing is left for ever, and nothing is in the way of a new one. */
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
	pair_pass(&pair, RETIRED_TIMEOUT + 1000);
	ASSERT_NE(pair.b.ike.ike_sas, NULL);
	EXPECT_EQ(pair.b.ike.ike_sas->next, NULL);
}

/* Of two requests of the peer the last one counts. */
TEST_F(exchange, a_deleted_ike_sa_answers_nothing_else)
{
	struct fake_datagram *before;

	pair_establish(&pair);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	before = fake_network_take();
	ASSERT_NE(before, NULL);
	pair_deliver_to(&pair.b, before);
	pair_lose_one();
	before->data[23]++; /* Message ID */
	pair_deliver_to(&pair.b, before);
	EXPECT_EQ(fake_network_count(), 0);
	before->data[23]--;
	pair_deliver_to(&pair.b, before);
	EXPECT_EQ(fake_network_count(), 1);
	free(before);
}

TEST_F(exchange, a_refused_authentication_whose_answer_is_lost)
{
	struct ike_sa *sa;
	struct chain chain;

	pair_establish(&pair);
	sa = pair.a.ike.ike_sas;
	chain_start(&chain);
	notify_write(&chain.message, AUTHENTICATION_FAILED, NULL, 0);
	exchange_send_request(&pair.a.ike, sa, INFORMATIONAL, &chain);
	pair_deliver_one(&pair);
	EXPECT_TRUE(side_is_clean(&pair.b));
	EXPECT_EQ(pair.b.events[EVENT_IKE_FAILED], 1);
	EXPECT_EQ(fake_network_count(), 1);
	pair_lose_one();
	side_time_out(&pair.a);
	pair_deliver_one(&pair);
	EXPECT_EQ(fake_network_count(), 1);
	EXPECT_EQ(pair.b.events[EVENT_IKE_FAILED], 1);
}

/* The peer deletes what this side is still setting up: it begins anew. */
TEST_F(exchange, deleted_before_it_is_established)
{
	struct chain chain;

	pair.a.connection.keyingtries = 0;
	pair_up(&pair);
	for (int i = 0; i < 4; i++)
		pair_deliver_one(&pair); /* IKE_SA_INIT, IKE_INTERMEDIATE */
	pair_lose_one();
	ASSERT_EQ(pair.a.ike.ike_sas->phase, PHASE_AUTH);
	chain_start(&chain);
	delete_ike_write(&chain.message);
	pair.b.ike.ike_sas->next_message_id = 0;
	exchange_send_request(&pair.b.ike, pair.b.ike.ike_sas, INFORMATIONAL,
			      &chain);
	pair_deliver_one(&pair);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_EQ(pair.a.events[EVENT_IKE_FAILED], 1);
	EXPECT_EQ(fake_network_count(), 1);
	pair_lose_one();
	side_clear(&pair.b);
	pair_pass(&pair, 10000);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

TEST_F(exchange, both_delete_at_once)
{
	pair_establish(&pair);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	command(&pair.b.ike, NULL, CLIENT, "down tunnel");
	pair_deliver_all(&pair);
	EXPECT_EQ(pair.a.ok, 2);
	EXPECT_EQ(pair.b.ok, 1);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, down_while_it_is_being_established)
{
	pair_up(&pair);
	command(&pair.a.ike, NULL, CLIENT + 1, "down tunnel");
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_TRUE(side_is_clean(&pair.a));
}

TEST_F(exchange, responder_without_ml_kem_is_refused)
{
	side_set_proposal(&pair.b, 0, "aes256gcm16-prfsha384-x25519");
	side_set_proposal(&pair.a, 1, "aes256gcm16-prfsha384-x25519");
	pair.b.connection.require_pq = false;
	pair_establish(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "ML-KEM is required"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
}

TEST_F(exchange, initiator_without_ml_kem_is_refused)
{
	side_set_proposal(&pair.a, 0, "aes256gcm16-prfsha384-x25519");
	side_set_proposal(&pair.b, 1, "aes256gcm16-prfsha384-x25519");
	pair.a.connection.require_pq = false;
	pair_establish(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "NO_PROPOSAL_CHOSEN"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_EQ(pair.b.ike.ike_sas, NULL);
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, no_connection_for_the_address)
{
	side_set_address(&pair.b.connection.remote_addrs[0], "192.0.2.3");
	pair_establish(&pair);
	EXPECT_NE(strstr(pair.a.reason, "NO_PROPOSAL_CHOSEN"), NULL);
	EXPECT_NE(strstr(pair.a.reason, "x25519 + ML-KEM-768"), NULL);
	EXPECT_NE(strstr(pair.a.reason, "ML-KEM is required"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, any_address_takes_the_peer)
{
	pair.b.connection.n_remote_addrs = 0;
	pair.b.connection.n_local_addrs = 0;
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

/* remote_addrs = NETWORK/LENGTH of the side b, which then only responds */
static void set_network(struct connection_config *connection, const char *text)
{
	char error[128];

	connection->n_remote_addrs = 0;
	connection->n_remote_networks = 1;
	if (!prefix_parse(text, &connection->remote_networks[0], error,
			  sizeof(error)))
		abort();
}

TEST_F(exchange, remote_network_takes_the_peer)
{
	set_network(&pair.b.connection, "192.0.2.0/24");
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

TEST_F(exchange, remote_network_refuses_an_address_beside_it)
{
	set_network(&pair.b.connection, "192.0.2.128/25");
	pair_establish(&pair);
	EXPECT_NE(strstr(pair.a.reason, "NO_PROPOSAL_CHOSEN"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, up_with_a_remote_network_only)
{
	set_network(&pair.a.connection, "192.0.2.0/24");
	pair_up(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "of a single host"), NULL);
	EXPECT_EQ(fake_network_count(), 0);
}

#define CONNECTIONS 6

/* Exact address, then the longest prefix, then any; the order of the file last. */
TEST(connections_come_best_match_first)
{
	static const char *const networks[CONNECTIONS] = {
		NULL, "192.0.0.0/16", "192.0.2.0/24", NULL, "0.0.0.0/0",
		"192.0.2.0/24",
	};
	static const size_t expected[] = { 3, 2, 5, 1, 4, 0 };
	struct connection_config connections[CONNECTIONS] = { 0 };
	struct config config = { .connections = connections };
	const struct connection_config *next = NULL;
	struct path path = { 0 };

	side_set_address(&path.remote, "192.0.2.7");
	side_set_address(&path.local, "192.0.2.1");
	for (size_t i = 0; i < CONNECTIONS; i++) {
		if (networks[i])
			set_network(&connections[i], networks[i]);
		if (i + 1 < CONNECTIONS)
			connections[i].next = &connections[i + 1];
	}
	connections[3].remote_any = true;
	connections[3].n_remote_addrs = 1;
	side_set_address(&connections[3].remote_addrs[0], "192.0.2.7");
	connections_index(&config);
	for (size_t i = 0; i < CONNECTIONS; i++) {
		next = connection_next(&config, &path, next);
		ASSERT_EQ(next, &connections[expected[i]]);
	}
	EXPECT_EQ(connection_next(&config, &path, next), NULL);

	path.remote = (struct sockaddr_storage){ .ss_family = AF_INET6 };
	next = connection_next(&config, &path, NULL);
	EXPECT_EQ(next, &connections[0]);
	next = connection_next(&config, &path, next);
	EXPECT_EQ(next, &connections[3]);
	EXPECT_EQ(connection_next(&config, &path, next), NULL);
	config_unindex(&config);
}

/* Those that name the address are met in the order of the file, each once. */
TEST(connections_of_one_address_are_met_once)
{
	struct connection_config connections[CONNECTIONS] = { 0 };
	struct config config = { .connections = connections };
	const struct connection_config *next = NULL;
	struct path path = { 0 };

	side_set_address(&path.remote, "192.0.2.7");
	side_set_address(&path.local, "192.0.2.1");
	for (size_t i = 0; i < CONNECTIONS; i++) {
		connections[i].n_remote_addrs = 3;
		side_set_address(&connections[i].remote_addrs[0], "192.0.2.8");
		side_set_address(&connections[i].remote_addrs[1],
				 i == 2 ? "192.0.2.9" : "192.0.2.7");
		side_set_address(&connections[i].remote_addrs[2],
				 i == 2 ? "192.0.2.9" : "192.0.2.7");
		if (i + 1 < CONNECTIONS)
			connections[i].next = &connections[i + 1];
	}
	set_network(&connections[2], "192.0.2.0/24");
	connections_index(&config);
	for (size_t i = 0; i < CONNECTIONS; i++) {
		if (i == 2)
			continue;
		next = connection_next(&config, &path, next);
		ASSERT_EQ(next, &connections[i]);
	}
	next = connection_next(&config, &path, next);
	EXPECT_EQ(next, &connections[2]);
	EXPECT_EQ(connection_next(&config, &path, next), NULL);
	config_unindex(&config);
}

TEST_F(exchange, responder_wants_another_method)
{
	side_set_proposal(&pair.a, 0,
		     "aes256gcm16-prfsha384-ecp384-x25519-ke1_mlkem768");
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_EQ(pair.a.ike.ike_sas->init_attempts, 2);
}

/* Return: whether the response to IKE_SA_INIT that is on its way agrees to a PPK. */
static bool responder_uses_ppk(void)
{
	struct fake_datagram *response;
	struct notify_payload notify;
	struct payloads payloads;
	uint8_t offender;
	bool uses;

	pair.a.connection.ppk.id = (struct identity){
		.type = ID_KEY_ID, .len = 4, .data = "name",
	};
	pair_up(&pair);
	pair_deliver_one(&pair);
	response = fake_network_take();
	if (!response ||
	    payloads_parse(response->data[16], response->data + IKE_HEADER_SIZE,
			   response->len - IKE_HEADER_SIZE, &payloads, &offender))
		abort();
	uses = notify_find(&payloads, USE_PPK_INT, &notify);
	free(response);
	return uses;
}

static void add_connection_with_ppk(struct connection_config *other,
				    const char *remote)
{
	*other = pair.b.connection;
	other->next = NULL;
	snprintf(other->name, sizeof(other->name), "other");
	side_set_address(&other->remote_addrs[0], remote);
	side_set_identity(&other->remote_id, "other.example");
	other->ppk.id = (struct identity){
		.type = ID_KEY_ID, .len = 4, .data = "name",
	};
	pair.b.connection.next = other;
}

/* What a connection with another peer has is nothing to this one. */
TEST_F(exchange, an_optional_ppk_of_a_connection_with_another_peer)
{
	struct connection_config other;

	EXPECT_FALSE(responder_uses_ppk());
	side_clear(&pair.a);
	side_clear(&pair.b);
	add_connection_with_ppk(&other, "192.0.2.77");
	EXPECT_FALSE(responder_uses_ppk());
	side_clear(&pair.a);
	side_clear(&pair.b);
	add_connection_with_ppk(&other, "192.0.2.1");
	EXPECT_TRUE(responder_uses_ppk());
}

static void send_init_notify(const uint8_t *request, uint16_t type,
			     const uint8_t *data, size_t len)
{
	struct ike_header header = {
		.version = IKE_VERSION, .exchange_type = IKE_SA_INIT,
		.flags = IKE_FLAG_RESPONSE,
	};
	const struct ike_sa *sa = pair.a.ike.ike_sas;
	struct path path = sa->path;
	struct message_writer message;
	uint8_t buffer[256];

	memcpy(header.spi_i, request, IKE_SPI_SIZE);
	message_begin(&message, buffer, sizeof(buffer), &header);
	notify_write(&message, type, data, len);
	message_end(&message);
	dispatch(&pair.a.ike, &path, buffer, message.writer.len);
}

TEST_F(exchange, responder_wants_a_method_that_was_not_offered)
{
	const uint8_t method[] = { 0, 20 };
	struct fake_datagram *request;

	pair_up(&pair);
	request = fake_network_take();
	ASSERT_NE(request, NULL);
	send_init_notify(request->data, INVALID_KE_PAYLOAD, method,
			 sizeof(method));
	free(request);
	EXPECT_EQ(pair.a.failed, 0);
	side_time_out(&pair.a);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "P-384"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
}

TEST_F(exchange, cookie_comes_first_and_all_else_is_the_same)
{
	static const uint8_t cookie[] = "a cookie";
	const size_t added = 8 + sizeof(cookie);
	struct fake_datagram *first;
	struct fake_datagram *second;

	pair_up(&pair);
	first = fake_network_take();
	ASSERT_NE(first, NULL);
	send_init_notify(first->data, COOKIE, cookie, sizeof(cookie));
	second = fake_network_take();
	ASSERT_NE(second, NULL);
	ASSERT_EQ(second->len, first->len + added);
	EXPECT_EQ(second->data[16], PAYLOAD_NOTIFY);
	EXPECT_EQ(memcmp(second->data + 36, cookie, sizeof(cookie)), 0);
	EXPECT_EQ(memcmp(second->data + IKE_HEADER_SIZE + added,
			 first->data + IKE_HEADER_SIZE,
			 first->len - IKE_HEADER_SIZE), 0);
	pair_deliver_to(&pair.b, second);
	free(first);
	free(second);
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

TEST_F(exchange, endless_cookies_end)
{
	struct fake_datagram *request;
	unsigned int requests = 0;

	pair_up(&pair);
	while ((request = fake_network_take()) && requests < 100) {
		requests++;
		send_init_notify(request->data, COOKIE,
				 (const uint8_t *)"x", 1);
		free(request);
	}
	EXPECT_LT(requests, 10);
}

TEST_F(exchange, responder_does_not_believe_the_initiator)
{
	pair.b.ike.kernel->refuse_auth = EKEYREJECTED;
	pair_establish(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "AUTHENTICATION_FAILED"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, initiator_does_not_believe_the_responder)
{
	pair.a.ike.kernel->refuse_auth = EKEYREJECTED;
	pair_establish(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "AUTH does not match"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, unknown_identity)
{
	side_set_identity(&pair.a.connection.local_id, "somebody.example");
	pair_establish(&pair);
	EXPECT_NE(strstr(pair.a.reason, "AUTHENTICATION_FAILED"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

/* The connection that took IKE_SA_INIT need not be the one of IKE_AUTH. */
TEST_F(exchange, identities_choose_the_connection)
{
	struct connection_config other = pair.b.connection;

	snprintf(other.name, sizeof(other.name), "other");
	side_set_identity(&other.remote_id, "somebody.example");
	other.next = &pair.b.connection;
	pair.b.config.connections = &other;
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
	ASSERT_NE(pair.b.ike.ike_sas, NULL);
	EXPECT_EQ(pair.b.ike.ike_sas->connection, &pair.b.connection);
	ike_sa_free(&pair.b.ike, pair.b.ike.ike_sas);
}

/* Not even a known identity gets past require_pq of its own connection. */
TEST_F(exchange, identities_do_not_evade_require_pq)
{
	struct connection_config lax = pair.b.connection;
	struct proposal classical;
	char error[128];

	ASSERT_TRUE(proposal_parse(PROTOCOL_IKE, "aes256gcm16-prfsha384-x25519",
				   &classical, error, sizeof(error)));
	side_set_proposal(&pair.a, 0, "aes256gcm16-prfsha384-x25519");
	side_set_proposal(&pair.b, 1, "aes256gcm16-prfsha384-x25519");
	pair.a.connection.require_pq = false;
	lax.require_pq = false;
	lax.proposals = &classical;
	lax.n_proposals = 1;
	side_set_identity(&lax.remote_id, "somebody.example");
	lax.next = &pair.b.connection;
	pair.b.config.connections = &lax;
	pair_establish(&pair);
	EXPECT_NE(strstr(pair.a.reason, "AUTHENTICATION_FAILED"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, bad_encapsulation_key)
{
	pair.b.ike.kernel->refuse_ke = EKEYREJECTED;
	pair_establish(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "INVALID_SYNTAX"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, selectors_that_do_not_meet)
{
	side_set_selectors(&pair.b, 0, "10.3.0.0/16", "10.1.0.0/16");
	pair_establish(&pair);
	EXPECT_EQ(pair.a.failed, 1);
	EXPECT_NE(strstr(pair.a.reason, "TS_UNACCEPTABLE"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, selectors_are_narrowed)
{
	side_set_selectors(&pair.b, 0, "10.2.4.0/24", "10.1.0.0/16");
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

TEST_F(exchange, no_esp_algorithm_in_common)
{
	char error[128];

	ASSERT_TRUE(proposal_parse(PROTOCOL_ESP, "aes128gcm16",
				   &pair.b.esp_proposals[0], error, sizeof(error)));
	pair_establish(&pair);
	EXPECT_NE(strstr(pair.a.reason, "NO_PROPOSAL_CHOSEN"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, responder_cannot_install)
{
	pair.b.ike.kernel->refuse_install = EEXIST;
	pair_establish(&pair);
	EXPECT_NE(strstr(pair.a.reason, "NO_PROPOSAL_CHOSEN"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, initiator_cannot_install)
{
	pair.a.ike.kernel->refuse_install = EEXIST;
	pair_establish(&pair);
	EXPECT_NE(strstr(pair.a.reason, "no room for policies"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

/* Every datagram is lost once: what is sent again brings the answer. */
TEST_F(exchange, each_datagram_is_lost_once)
{
	pair.a.connection.fragment_size = 576;
	pair.b.connection.fragment_size = 576;
	for (size_t lost = 0; lost < 12; lost++) {
		pair_establish(&pair);
		ASSERT_TRUE(side_is_established(&pair.a, 1));
		command(&pair.a.ike, NULL, CLIENT, "down tunnel");
		pair_deliver_all(&pair);
		ASSERT_TRUE(side_is_clean(&pair.a));

		pair_up(&pair);
		for (size_t i = 0; i < lost; i++)
			pair_deliver_one(&pair);
		pair_lose_one();
		pair_deliver_all(&pair);
		if (pair.a.ike.ike_sas && pair.a.ike.ike_sas->timeout.due) {
			side_time_out(&pair.a);
			pair_deliver_all(&pair);
		}
		EXPECT_TRUE(side_is_established(&pair.a, 1));
		EXPECT_TRUE(side_is_established(&pair.b, 1));
		command(&pair.a.ike, NULL, CLIENT, "down tunnel");
		pair_deliver_all(&pair);
	}
	EXPECT_EQ(pair.a.failed, 0);
}

TEST_F(exchange, a_repeated_request_is_not_opened_again)
{
	unsigned int opened;

	pair_up(&pair);
	pair_deliver_one(&pair); /* IKE_SA_INIT */
	pair_deliver_one(&pair);
	pair_deliver_one(&pair); /* IKE_INTERMEDIATE */
	pair_lose_one();
	opened = pair.b.ike.kernel->opened;
	EXPECT_EQ(opened, 1);
	side_time_out(&pair.a);
	pair_deliver_one(&pair);
	EXPECT_EQ(pair.b.ike.kernel->opened, opened);
	EXPECT_EQ(fake_network_count(), 1);
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
}

TEST_F(exchange, only_the_first_fragment_brings_the_response_again)
{
	pair.a.connection.fragment_size = 576;
	pair_up(&pair);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	for (int i = 0; i < 3; i++)
		pair_deliver_one(&pair); /* IKE_INTERMEDIATE in three */
	pair_lose_one();
	side_time_out(&pair.a);
	ASSERT_EQ(fake_network_count(), 3);
	for (int i = 0; i < 3; i++)
		pair_deliver_one(&pair);
	EXPECT_EQ(fake_network_count(), 1);
}

/* Octets that do not verify bring no response, least of all to somebody else. */
TEST_F(exchange, a_forged_repetition)
{
	struct fake_datagram *request;
	struct path path;

	pair_establish(&pair);
	tunnel_rekey_child(&pair.a.ike, &pair.a.connection, NULL, CLIENT);
	request = fake_network_take();
	ASSERT_NE(request, NULL);
	pair_deliver_to(&pair.b, request);
	pair_lose_one();
	path = (struct path){ request->path.remote, request->path.local };
	endpoint_set_port(&path.remote, 9999);
	request->data[request->len - 1] ^= 1;
	dispatch(&pair.b.ike, &path, request->data, request->len);
	EXPECT_EQ(fake_network_count(), 0);
	/* The true one does, to where the peer is seen now. */
	request->data[request->len - 1] ^= 1;
	dispatch(&pair.b.ike, &path, request->data, request->len);
	free(request);
	request = fake_network_take();
	ASSERT_NE(request, NULL);
	EXPECT_EQ(endpoint_port(&request->path.remote), 9999);
	free(request);
}

/* A first fragment may be another one, but goes where the true one came from. */
TEST_F(exchange, a_forged_fragment)
{
	struct fake_datagram *fragment;
	struct fake_datagram *answer;
	struct path path;

	pair.a.connection.fragment_size = 576;
	pair_up(&pair);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	fragment = fake_network_take();
	pair_deliver_to(&pair.b, fragment);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair); /* IKE_INTERMEDIATE in three */
	pair_lose_one();
	path = (struct path){ fragment->path.remote, fragment->path.local };
	endpoint_set_port(&path.remote, 9999);
	fragment->data[fragment->len - 1] ^= 1;
	dispatch(&pair.b.ike, &path, fragment->data, fragment->len);
	answer = fake_network_take();
	ASSERT_NE(answer, NULL);
	EXPECT_EQ(endpoint_port(&answer->path.remote), IKE_PORT);
	free(answer);
	free(fragment);
}

/* It is no forgery, and not worth a word. */
TEST_F(exchange, a_repeated_fragment)
{
	struct fake_datagram *fragment;

	pair.a.connection.fragment_size = 576;
	pair_up(&pair);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	ASSERT_EQ(fake_network_count(), 3);
	for (int i = 0; i < 2; i++) {
		fragment = fake_network_take();
		pair_deliver_to(&pair.b, fragment);
		pair_deliver_to(&pair.b, fragment);
		free(fragment);
	}
	ASSERT_NE(pair.b.ike.ike_sas, NULL);
	EXPECT_FALSE(pair.b.ike.ike_sas->ignored_logged);
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

TEST_F(exchange, a_silent_peer)
{
	unsigned int sent = 0;

	pair_up(&pair);
	for (; pair.a.ike.ike_sas && sent < 100; sent++) {
		pair_lose_one();
		side_time_out(&pair.a);
	}
	EXPECT_EQ(sent, RETRANSMIT_MAX + 1);
	EXPECT_STREQ(pair.a.reason, "peer 192.0.2.2 does not answer IKE_SA_INIT");
	EXPECT_TRUE(side_is_clean(&pair.a));
}

/* As charon.retransmit_tries, _timeout and _base of strongswan.conf. */
TEST_F(exchange, retransmission_is_configured)
{
	static const int64_t intervals[] = { 500, 1000, 2000, 4000 };
	unsigned int sent = 0;

	pair.a.connection.retransmission = (struct retransmission){
		.tries = 3, .timeout = 500, .base = 2000,
	};
	pair_up(&pair);
	for (; pair.a.ike.ike_sas && sent < 100; sent++) {
		ASSERT_LT(sent, 4);
		EXPECT_EQ(pair.a.ike.ike_sas->request.interval, intervals[sent]);
		pair_lose_one();
		side_time_out(&pair.a);
	}
	EXPECT_EQ(sent, 4);
	EXPECT_TRUE(side_is_clean(&pair.a));
}

TEST_F(exchange, no_interval_grows_for_ever)
{
	pair.a.connection.retransmission = (struct retransmission){
		.tries = 100, .timeout = 999999999, .base = 999999999,
	};
	pair_up(&pair);
	for (unsigned int sent = 0; sent <= 100; sent++) {
		ASSERT_NE(pair.a.ike.ike_sas, NULL);
		pair_lose_one();
		side_time_out(&pair.a);
	}
	EXPECT_EQ(pair.a.ike.ike_sas, NULL);
}

TEST_F(exchange, a_peer_that_went_away_is_deleted_here)
{
	pair_establish(&pair);
	command(&pair.a.ike, NULL, CLIENT, "down tunnel");
	for (int i = 0; i <= RETRANSMIT_MAX && pair.a.ike.ike_sas; i++) {
		pair_lose_one();
		side_time_out(&pair.a);
	}
	EXPECT_NE(strstr(pair.a.reason, "deleted on this side only"), NULL);
	EXPECT_TRUE(side_is_clean(&pair.a));
}

TEST_F(exchange, a_half_open_responder_ends)
{
	pair_up(&pair);
	pair_deliver_one(&pair);
	ASSERT_NE(pair.b.ike.ike_sas, NULL);
	EXPECT_GT(pair.b.ike.ike_sas->timeout.due, 0);
	side_time_out(&pair.b);
	EXPECT_EQ(pair.b.ike.ike_sas, NULL);
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, the_peer_that_comes_back_replaces_what_was)
{
	pair_establish(&pair);
	ike_sa_free(&pair.a.ike, pair.a.ike.ike_sas); /* as after a crash */
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

/* Without INITIAL_CONTACT the older IKE SA is deleted in due form. */
TEST_F(exchange, a_second_ike_sa_replaces_the_first)
{
	pair_establish(&pair);
	tunnel_begin_ike_sa(&pair.a.ike, &pair.a.connection, NULL, NULL, CLIENT);
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

TEST_F(exchange, the_peer_moves_to_port_4500)
{
	struct fake_datagram *datagram;

	pair_up(&pair);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	endpoint_set_port(&datagram->path.local, IKE_NAT_PORT);
	endpoint_set_port(&datagram->path.remote, IKE_NAT_PORT);
	pair_deliver_to(&pair.b, datagram);
	free(datagram);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	EXPECT_EQ(endpoint_port(&datagram->path.local), IKE_NAT_PORT);
	EXPECT_EQ(endpoint_port(&datagram->path.remote), IKE_NAT_PORT);
	pair_deliver_to(&pair.a, datagram);
	free(datagram);
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

/* Seal a chain as A would, and give it to B. */
static void request_from_a(uint8_t exchange_type, struct chain *chain)
{
	exchange_send_request(&pair.a.ike, pair.a.ike.ike_sas, exchange_type,
			      chain);
	pair_deliver_one(&pair);
}

static bool open_at_a(struct payloads *payloads)
{
	struct fake_datagram *datagram = fake_network_take();
	struct kernel_opened *opened = &pair.a.ike.opened;
	uint8_t offender;
	int error;

	if (!datagram)
		return false;
	error = kernel_ike_sa_open(pair.a.ike.kernel, pair.a.ike.ike_sas->id,
				   datagram->data, datagram->len, opened);
	free(datagram);
	return !error && !payloads_parse(opened->first_payload, opened->plaintext,
					 opened->len, payloads, &offender);
}

TEST_F(exchange, deletion_of_the_child)
{
	struct delete_payload deleted;
	struct payloads payloads;
	struct chain chain;
	uint32_t spi_in;

	pair_establish(&pair);
	spi_in = pair.b.ike.ike_sas->children->spi_in;
	chain_start(&chain);
	delete_esp_write(&chain.message, &pair.a.ike.ike_sas->children->spi_in, 1);
	request_from_a(INFORMATIONAL, &chain);
	EXPECT_EQ(fake_kernel_installed(pair.b.ike.kernel), 0);
	EXPECT_EQ(fake_kernel_live(pair.b.ike.kernel), 1);
	ASSERT_TRUE(open_at_a(&payloads));
	ASSERT_EQ(payloads.n, 1);
	ASSERT_TRUE(delete_parse(&payloads.list[0], &deleted));
	ASSERT_EQ(deleted.n, 1);
	EXPECT_EQ(deleted.spis[0], spi_in);
}

TEST_F(exchange, liveness_check)
{
	struct payloads payloads;
	struct chain chain;

	pair_establish(&pair);
	chain_start(&chain);
	request_from_a(INFORMATIONAL, &chain);
	ASSERT_TRUE(open_at_a(&payloads));
	EXPECT_EQ(payloads.n, 0);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

/* RFC 7296 section 2.21.3: to both sides that is the end. */
TEST_F(exchange, malformed_create_child_sa)
{
	struct notify_payload notify;
	struct payloads payloads;
	struct chain chain;

	pair_establish(&pair);
	chain_start(&chain);
	request_from_a(CREATE_CHILD_SA, &chain);
	ASSERT_TRUE(open_at_a(&payloads));
	EXPECT_TRUE(notify_find(&payloads, INVALID_SYNTAX, &notify));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(exchange, unknown_critical_payload)
{
	struct notify_payload notify;
	struct payloads payloads;
	struct chain chain;
	size_t offset;

	pair_establish(&pair);
	chain_start(&chain);
	offset = payload_begin(&chain.message, 200);
	payload_end(&chain.message, offset);
	overwrite_u8(&chain.message.writer, offset + 1, 0x80);
	request_from_a(INFORMATIONAL, &chain);
	ASSERT_TRUE(open_at_a(&payloads));
	ASSERT_TRUE(notify_find(&payloads, UNSUPPORTED_CRITICAL_PAYLOAD, &notify));
	ASSERT_EQ(notify.len, 1);
	EXPECT_EQ(notify.data[0], 200);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

/* Whether B has told of one refusal of IKE_SA_INIT, in these words. */
static bool told(const char *connection, const char *words)
{
	bool so = pair.b.events[EVENT_IKE_FAILED] == 1 &&
		  !strcmp(pair.b.event_connection, connection) &&
		  !strcmp(pair.b.event_peer, "192.0.2.1:500") &&
		  strstr(pair.b.event_text, "failed: IKE_SA_INIT refused with ") &&
		  strstr(pair.b.event_text, words);

	if (!so)
		printf("# %u, %s, %s: %s\n", pair.b.events[EVENT_IKE_FAILED],
		       pair.b.event_connection, pair.b.event_peer,
		       pair.b.event_text);
	return so;
}

TEST_F(exchange, a_refused_proposal_is_told)
{
	side_set_proposal(&pair.b, 0, "aes128gcm16-prfsha384-x25519-ke1_mlkem768");
	pair_up(&pair);
	pair_deliver_one(&pair);
	EXPECT_TRUE(told("tunnel", "NO_PROPOSAL_CHOSEN: ENCR does not match"));
}

TEST_F(exchange, missing_ml_kem_is_told)
{
	side_set_proposal(&pair.a, 0, "aes256gcm16-prfsha384-x25519");
	pair.a.connection.require_pq = false;
	pair_up(&pair);
	pair_deliver_one(&pair);
	EXPECT_TRUE(told("tunnel", "NO_PROPOSAL_CHOSEN: ML-KEM is required"));
}

/* It is counted, and no failure: the peer begins again. */
TEST_F(exchange, another_method_is_asked_for)
{
	side_set_proposal(&pair.b, 0, "aes256gcm16-prfsha384-ecp384-ke1_mlkem768");
	side_set_proposal(&pair.a, 0,
			  "aes256gcm16-prfsha384-x25519-ecp384-ke1_mlkem768");
	pair_up(&pair);
	pair_deliver_one(&pair);
	EXPECT_EQ(pair.b.ike.refused.n[MESSAGE_OTHER_METHOD], 1);
	EXPECT_FALSE(told("tunnel", "INVALID_KE_PAYLOAD"));
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

TEST_F(exchange, a_stranger_is_told)
{
	pair_up(&pair);
	side_set_address(&pair.b.connection.remote_addrs[0], "192.0.2.9");
	pair_deliver_one(&pair);
	EXPECT_TRUE(told("", "no connection between these addresses"));
}

/* A connection that can take it is all that counts. */
TEST_F(exchange, what_another_connection_takes_is_not_refused)
{
	struct connection_config other = pair.b.connection;
	struct proposal proposal;
	char error[128];

	ASSERT_TRUE(proposal_parse(PROTOCOL_IKE,
				   "aes128gcm16-prfsha384-x25519-ke1_mlkem768",
				   &proposal, error, sizeof(error)));
	snprintf(other.name, sizeof(other.name), "other");
	other.proposals = &proposal;
	other.next = &pair.b.connection;
	pair.b.config.connections = &other;
	pair_establish(&pair);
	EXPECT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_EQ(pair.b.events[EVENT_IKE_FAILED], 0);
	side_clear(&pair.b);
}

TEST_F(exchange, a_flood_does_not_fill_the_log)
{
	struct fake_datagram *datagram;

	side_set_proposal(&pair.b, 0, "aes128gcm16-prfsha384-x25519-ke1_mlkem768");
	pair_up(&pair);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	for (int i = 0; i < 500; i++) {
		datagram->data[7]++; /* SPIi */
		pair_deliver_to(&pair.b, datagram);
	}
	EXPECT_EQ(pair.b.events[EVENT_IKE_FAILED], SAY_LIMIT_TIMES);
	EXPECT_EQ(pair.b.ike.refused.n[MESSAGE_NO_PROPOSAL], 500);
	fake_clock_advance(SAY_LIMIT_PERIOD);
	pair_deliver_to(&pair.b, datagram);
	EXPECT_EQ(pair.b.events[EVENT_IKE_FAILED], SAY_LIMIT_TIMES + 1);
	free(datagram);
}

TEST_F(exchange, a_refused_child_is_told)
{
	side_set_selectors(&pair.b, 0, "10.3.0.0/16", "10.1.0.0/16");
	pair_establish(&pair);
	EXPECT_EQ(pair.b.events[EVENT_CHILD_FAILED], 1);
	EXPECT_STREQ(pair.b.event_connection, "tunnel");
}

TEST_F(exchange, later_major_version)
{
	struct fake_datagram *datagram;

	pair_up(&pair);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	datagram->data[17] = 0x30;
	pair_deliver_to(&pair.b, datagram);
	free(datagram);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	EXPECT_EQ(datagram->data[17], IKE_VERSION);
	EXPECT_EQ(datagram->data[16], PAYLOAD_NOTIFY);
	EXPECT_EQ(datagram->data[35], INVALID_MAJOR_VERSION);
	free(datagram);
	EXPECT_TRUE(side_is_clean(&pair.b));
}

/* In somebody else's name it would be worth the while. */
TEST_F(exchange, no_unprotected_answer_is_longer_than_the_request)
{
	struct fake_datagram *datagram;

	pair_up(&pair);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	datagram->len = IKE_HEADER_SIZE;
	datagram->data[16] = PAYLOAD_NONE;
	datagram->data[26] = 0;
	datagram->data[27] = IKE_HEADER_SIZE;
	pair_deliver_to(&pair.b, datagram);
	EXPECT_EQ(pair.b.ike.refused.n[MESSAGE_MALFORMED], 1);
	datagram->data[17] = 0x30;
	pair_deliver_to(&pair.b, datagram);
	EXPECT_EQ(pair.b.ike.refused.n[MESSAGE_OTHER_VERSION], 1);
	EXPECT_EQ(fake_network_count(), 0);
	free(datagram);
}

/* What does not verify ends nothing, at any point of the exchange. */
TEST_F(exchange, forgeries_change_nothing)
{
	struct fake_datagram *datagram;
	unsigned int forged = 0;

	pair_up(&pair);
	while ((datagram = fake_network_take())) {
		struct side *side = pair_receiver(&pair, datagram);

		if (datagram->data[16] == PAYLOAD_SK) {
			datagram->data[datagram->len - 1] ^= 1;
			pair_deliver_to(side, datagram);
			datagram->data[datagram->len - 1] ^= 1;
			forged++;
		}
		pair_deliver_to(side, datagram);
		free(datagram);
	}
	EXPECT_EQ(forged, 4);
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_TRUE(side_is_established(&pair.b, 1));
}

/*
 * Octets changed on the way, also inside what verifies: nothing may crash, and
 * whatever was begun must end without a trace.
 */
static void run_with_mutation(size_t victim, size_t offset,
			      uint8_t value)
{
	struct fake_datagram *datagram;
	size_t i = 0;

	pair_up(&pair);
	while ((datagram = fake_network_take())) {
		if (i++ == victim && offset < datagram->len)
			datagram->data[offset] = value;
		pair_deliver_to(pair_receiver(&pair, datagram), datagram);
		free(datagram);
	}
	for (int side = 0; side < 2; side++) {
		struct ike *ike = side ? &pair.b.ike : &pair.a.ike;

		while (ike->ike_sas)
			ike_sa_free(ike, ike->ike_sas);
	}
}

TEST_F(exchange, mutations)
{
	static const uint8_t values[] = { 0, 1, 0x20, 0x80, 0xff };

	fclose(stderr);
	for (size_t victim = 0; victim < 6; victim++)
		for (size_t offset = 0; offset < 420; offset++)
			for (size_t i = 0; i < sizeof(values); i++)
				run_with_mutation(victim, offset, values[i]);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

/* Every message cut short, its stated length put right. */
TEST_F(exchange, truncations)
{
	fclose(stderr);
	for (size_t victim = 0; victim < 6; victim++) {
		for (size_t len = 0; len < 420; len++) {
			struct fake_datagram *datagram;
			size_t i = 0;

			pair_up(&pair);
			while ((datagram = fake_network_take())) {
				if (i++ == victim && len < datagram->len) {
					datagram->len = len;
					if (len >= IKE_HEADER_SIZE) {
						datagram->data[26] = (uint8_t)(len >> 8);
						datagram->data[27] = (uint8_t)len;
					}
				}
				pair_deliver_to(pair_receiver(&pair, datagram), datagram);
				free(datagram);
			}
			side_clear(&pair.a);
			while (pair.b.ike.ike_sas)
				ike_sa_free(&pair.b.ike, pair.b.ike.ike_sas);
		}
	}
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_HARNESS_MAIN
