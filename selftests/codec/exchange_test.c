// SPDX-License-Identifier: GPL-2.0
/* Both roles against each other, without keys and without a network. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child_sa.h"
#include "clock.h"
#include "command.h"
#include "dispatch.h"
#include "exchange.h"
#include "fake_kernel.h"
#include "initiator.h"
#include "kselftest_harness.h"
#include "operate.h"
#include "payload.h"

#define CLIENT 7

/* One side: its configuration, its kernel and what its client was told. */
struct side {
	struct ike ike;
	struct config config;
	struct connection_config connection;
	struct child_config child;
	struct proposal proposals[2];
	struct proposal esp_proposal;
	unsigned int ok;
	unsigned int failed;
	char reason[512];
};

static void on_progress(void *arg, uint64_t client, const char *line)
{
	(void)arg;
	(void)client;
	(void)line;
}

static void on_ok(void *arg, uint64_t client)
{
	((struct side *)arg)->ok += client == CLIENT;
}

static void on_fail(void *arg, uint64_t client, const char *line)
{
	struct side *side = arg;

	side->failed += client == CLIENT;
	snprintf(side->reason, sizeof(side->reason), "%s", line);
}

static void set_address(struct sockaddr_storage *address, const char *text)
{
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)address;

	*address = (struct sockaddr_storage){ .ss_family = AF_INET };
	inet_pton(AF_INET, text, &ipv4->sin_addr);
}

static void set_identity(struct identity *id, const char *text)
{
	id->type = ID_FQDN;
	id->len = (uint16_t)strlen(text);
	memcpy(id->data, text, id->len);
}

static void set_proposal(struct side *side, size_t i, const char *text)
{
	char error[256];

	if (!proposal_parse(PROTOCOL_IKE, text, &side->proposals[i], error,
			    sizeof(error)))
		abort();
	if (side->connection.n_proposals <= i)
		side->connection.n_proposals = i + 1;
}

static void set_selectors(struct side *side, const char *local,
			  const char *remote)
{
	char error[256];

	side->child.n_local_ts = 1;
	side->child.n_remote_ts = 1;
	if (!prefix_parse(local, &side->child.local_ts[0], error, sizeof(error)) ||
	    !prefix_parse(remote, &side->child.remote_ts[0], error, sizeof(error)))
		abort();
}

static void set_up_side(struct side *side, uint8_t spi_seed, const char *local,
			const char *remote)
{
	char error[256];
	struct connection_config *connection = &side->connection;

	*side = (struct side){ .config.connections = connection };
	side->ike.config = &side->config;
	side->ike.kernel = fake_kernel_new(spi_seed);
	side->ike.events = (struct ike_events){
		.progress = on_progress, .ok = on_ok, .fail = on_fail,
		.arg = side,
	};
	snprintf(connection->name, sizeof(connection->name), "tunnel");
	connection->local_port = IKE_PORT;
	connection->remote_port = IKE_PORT;
	connection->require_pq = true;
	connection->proposals = side->proposals;
	connection->children = &side->child;
	connection->n_children = 1;
	set_address(&connection->local_addr, local);
	set_address(&connection->remote_addrs[0], remote);
	connection->n_remote_addrs = 1;
	set_identity(&connection->local_id, local);
	set_identity(&connection->remote_id, remote);
	set_proposal(side, 0, "aes256gcm16-prfsha384-x25519-ke1_mlkem768");
	snprintf(side->child.name, sizeof(side->child.name), "net");
	side->child.reqid = 1;
	side->child.esp_proposals = &side->esp_proposal;
	side->child.n_esp_proposals = 1;
	if (!proposal_parse(PROTOCOL_ESP, "aes256gcm16-x25519",
			    &side->esp_proposal, error, sizeof(error)))
		abort();
}

/* What the first IKE SA waits for does not come. */
static void time_out(struct side *side)
{
	struct timer *timer = &side->ike.ike_sas->timeout;

	timer_stop(&side->ike.timers, timer);
	exchange_timeout(&side->ike, timer);
}

static void clear(struct side *side)
{
	while (side->ike.ike_sas)
		ike_sa_free(&side->ike, side->ike.ike_sas);
	ike_sas_release(&side->ike);
}

FIXTURE(pair)
{
	struct side a;
	struct side b;
};

FIXTURE_SETUP(pair)
{
	set_up_side(&self->a, 0xaa, "192.0.2.1", "192.0.2.2");
	set_up_side(&self->b, 0xbb, "192.0.2.2", "192.0.2.1");
	set_selectors(&self->a, "10.1.0.0/16", "10.2.0.0/16");
	set_selectors(&self->b, "10.2.0.0/16", "10.1.0.0/16");
}

FIXTURE_TEARDOWN(pair)
{
	struct fake_datagram *datagram;

	while ((datagram = fake_network_take()))
		free(datagram);
	clear(&self->a);
	clear(&self->b);
	free(self->a.ike.kernel);
	free(self->b.ike.kernel);
}

typedef FIXTURE_DATA(pair) pair;

static void deliver_to(struct side *side, const struct fake_datagram *datagram)
{
	struct path path = {
		.local = datagram->path.remote,
		.remote = datagram->path.local,
	};

	dispatch(&side->ike, &path, datagram->data, datagram->len);
}

static struct side *receiver(pair *self, const struct fake_datagram *datagram)
{
	return datagram->from == &self->a.ike.sockets ? &self->b : &self->a;
}

/* Return: whether there was one. */
static bool deliver_one(pair *self)
{
	struct fake_datagram *datagram = fake_network_take();

	if (!datagram)
		return false;
	deliver_to(receiver(self, datagram), datagram);
	free(datagram);
	return true;
}

static void deliver_all(pair *self)
{
	while (deliver_one(self))
		;
}

static void lose_one(void)
{
	free(fake_network_take());
}

static void up(pair *self)
{
	command(&self->a.ike, CLIENT, "up tunnel");
}

/* A refusal of IKE_SA_INIT, which anyone can send, counts after a while. */
static void establish(pair *self)
{
	const struct ike_sa *sa;

	up(self);
	deliver_all(self);
	sa = self->a.ike.ike_sas;
	if (sa && sa->phase == PHASE_INIT && sa->refusal[0])
		time_out(&self->a);
}

static bool is_established(const struct side *side)
{
	const struct ike_sa *sa = side->ike.ike_sas;

	return sa && !sa->next && sa->phase == PHASE_ESTABLISHED &&
	       fake_kernel_live(side->ike.kernel) == 1 &&
	       fake_kernel_installed(side->ike.kernel) == 1 &&
	       fake_kernel_larval(side->ike.kernel) == 0;
}

/* Nothing is in the kernel; what only repeats a refusal may be left. */
static bool is_clean(const struct side *side)
{
	for (const struct ike_sa *sa = side->ike.ike_sas; sa; sa = sa->next)
		if (sa->phase != PHASE_FAILED)
			return false;
	return !fake_kernel_live(side->ike.kernel);
}

TEST_F(pair, establishes)
{
	establish(self);
	EXPECT_TRUE(is_established(&self->a));
	EXPECT_TRUE(is_established(&self->b));
	EXPECT_EQ(self->a.ok, 1);
	EXPECT_EQ(self->a.failed, 0);
	ASSERT_NE(self->a.ike.ike_sas, NULL);
	ASSERT_NE(self->b.ike.ike_sas, NULL);
	EXPECT_EQ(self->a.ike.ike_sas->traffic.round_trips, 3);
	EXPECT_EQ(self->b.ike.ike_sas->traffic.round_trips, 3);
	EXPECT_EQ(self->a.ike.ike_sas->traffic.fragments_sent, 0);
	EXPECT_EQ(self->a.ike.ike_sas->children->choice.spi_out,
		  self->b.ike.ike_sas->children->spi_in);
	EXPECT_EQ(self->b.ike.ike_sas->children->choice.spi_out,
		  self->a.ike.ike_sas->children->spi_in);
	EXPECT_EQ(self->a.ike.ike_sas->timeout.due, 0);
	EXPECT_EQ(self->b.ike.ike_sas->timeout.due, 0);
}

TEST_F(pair, establishes_in_fragments)
{
	self->a.connection.fragment_size = 576;
	self->b.connection.fragment_size = 1280;
	establish(self);
	EXPECT_TRUE(is_established(&self->a));
	EXPECT_TRUE(is_established(&self->b));
	ASSERT_NE(self->a.ike.ike_sas, NULL);
	ASSERT_NE(self->b.ike.ike_sas, NULL);
	EXPECT_EQ(self->a.ike.ike_sas->traffic.fragments_sent, 3);
	EXPECT_EQ(self->b.ike.ike_sas->traffic.fragments_received, 3);
	EXPECT_EQ(self->b.ike.ike_sas->traffic.fragments_sent, 0);
}

TEST_F(pair, several_rounds)
{
	set_proposal(&self->a, 0,
		     "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke3_mlkem1024");
	set_proposal(&self->b, 0,
		     "aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke3_mlkem1024");
	establish(self);
	EXPECT_TRUE(is_established(&self->a));
	EXPECT_TRUE(is_established(&self->b));
	EXPECT_EQ(self->a.ike.ike_sas->traffic.round_trips, 4);
}

TEST_F(pair, ml_kem_in_ike_sa_init)
{
	set_proposal(&self->a, 0, "aes256gcm16-prfsha384-mlkem512");
	set_proposal(&self->b, 0, "aes256gcm16-prfsha384-mlkem512");
	establish(self);
	EXPECT_TRUE(is_established(&self->a));
	EXPECT_EQ(self->a.ike.ike_sas->traffic.round_trips, 2);
}

TEST_F(pair, second_up_is_no_error)
{
	establish(self);
	up(self);
	EXPECT_EQ(self->a.ok, 2);
	EXPECT_EQ(fake_network_count(), 0);
}

TEST_F(pair, up_of_an_unknown_connection)
{
	command(&self->a.ike, CLIENT, "up other");
	EXPECT_EQ(self->a.failed, 1);
	EXPECT_NE(strstr(self->a.reason, "other"), NULL);
	command(&self->a.ike, CLIENT, "sideways tunnel");
	EXPECT_EQ(self->a.failed, 2);
	command(&self->a.ike, CLIENT, "down tunnel");
	EXPECT_EQ(self->a.failed, 3);
	EXPECT_NE(strstr(self->a.reason, "not established"), NULL);
}

TEST_F(pair, up_without_a_remote_address)
{
	self->a.connection.n_remote_addrs = 0;
	up(self);
	EXPECT_EQ(self->a.failed, 1);
	EXPECT_NE(strstr(self->a.reason, "no remote address"), NULL);
}

TEST_F(pair, initiator_deletes)
{
	establish(self);
	command(&self->a.ike, CLIENT, "down tunnel");
	deliver_all(self);
	EXPECT_EQ(self->a.ok, 2);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, responder_deletes)
{
	establish(self);
	command(&self->b.ike, CLIENT, "down tunnel");
	deliver_all(self);
	EXPECT_EQ(self->b.ok, 1);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, both_delete_at_once)
{
	establish(self);
	command(&self->a.ike, CLIENT, "down tunnel");
	command(&self->b.ike, CLIENT, "down tunnel");
	deliver_all(self);
	EXPECT_EQ(self->a.ok, 2);
	EXPECT_EQ(self->b.ok, 1);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, down_while_it_is_being_established)
{
	up(self);
	command(&self->a.ike, CLIENT + 1, "down tunnel");
	EXPECT_EQ(self->a.failed, 1);
	EXPECT_TRUE(is_clean(&self->a));
}

TEST_F(pair, responder_without_ml_kem_is_refused)
{
	set_proposal(&self->b, 0, "aes256gcm16-prfsha384-x25519");
	set_proposal(&self->a, 1, "aes256gcm16-prfsha384-x25519");
	self->b.connection.require_pq = false;
	establish(self);
	EXPECT_EQ(self->a.failed, 1);
	EXPECT_NE(strstr(self->a.reason, "ML-KEM is required"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
}

TEST_F(pair, initiator_without_ml_kem_is_refused)
{
	set_proposal(&self->a, 0, "aes256gcm16-prfsha384-x25519");
	set_proposal(&self->b, 1, "aes256gcm16-prfsha384-x25519");
	self->a.connection.require_pq = false;
	establish(self);
	EXPECT_EQ(self->a.failed, 1);
	EXPECT_NE(strstr(self->a.reason, "NO_PROPOSAL_CHOSEN"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_EQ(self->b.ike.ike_sas, NULL);
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, no_connection_for_the_address)
{
	set_address(&self->b.connection.remote_addrs[0], "192.0.2.3");
	establish(self);
	EXPECT_NE(strstr(self->a.reason, "NO_PROPOSAL_CHOSEN"), NULL);
	EXPECT_NE(strstr(self->a.reason, "x25519 + ML-KEM-768"), NULL);
	EXPECT_NE(strstr(self->a.reason, "ML-KEM is required"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, any_address_takes_the_peer)
{
	self->b.connection.n_remote_addrs = 0;
	self->b.connection.local_addr.ss_family = AF_UNSPEC;
	establish(self);
	EXPECT_TRUE(is_established(&self->a));
	EXPECT_TRUE(is_established(&self->b));
}

TEST_F(pair, responder_wants_another_method)
{
	set_proposal(&self->a, 0,
		     "aes256gcm16-prfsha384-ecp384-x25519-ke1_mlkem768");
	establish(self);
	EXPECT_TRUE(is_established(&self->a));
	EXPECT_TRUE(is_established(&self->b));
	EXPECT_EQ(self->a.ike.ike_sas->init_attempts, 2);
}

static void send_init_notify(pair *self, const uint8_t *request, uint16_t type,
			     const uint8_t *data, size_t len)
{
	struct ike_header header = {
		.version = IKE_VERSION, .exchange_type = IKE_SA_INIT,
		.flags = IKE_FLAG_RESPONSE,
	};
	const struct ike_sa *sa = self->a.ike.ike_sas;
	struct path path = sa->path;
	struct message_writer message;
	uint8_t buffer[256];

	memcpy(header.spi_i, request, IKE_SPI_SIZE);
	message_begin(&message, buffer, sizeof(buffer), &header);
	notify_write(&message, type, data, len);
	message_end(&message);
	dispatch(&self->a.ike, &path, buffer, message.writer.len);
}

TEST_F(pair, responder_wants_a_method_that_was_not_offered)
{
	const uint8_t method[] = { 0, 20 };
	struct fake_datagram *request;

	up(self);
	request = fake_network_take();
	ASSERT_NE(request, NULL);
	send_init_notify(self, request->data, INVALID_KE_PAYLOAD, method,
			 sizeof(method));
	free(request);
	EXPECT_EQ(self->a.failed, 0);
	time_out(&self->a);
	EXPECT_EQ(self->a.failed, 1);
	EXPECT_NE(strstr(self->a.reason, "P-384"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
}

TEST_F(pair, cookie_comes_first_and_all_else_is_the_same)
{
	static const uint8_t cookie[] = "a cookie";
	const size_t added = 8 + sizeof(cookie);
	struct fake_datagram *first;
	struct fake_datagram *second;

	up(self);
	first = fake_network_take();
	ASSERT_NE(first, NULL);
	send_init_notify(self, first->data, COOKIE, cookie, sizeof(cookie));
	second = fake_network_take();
	ASSERT_NE(second, NULL);
	ASSERT_EQ(second->len, first->len + added);
	EXPECT_EQ(second->data[16], PAYLOAD_NOTIFY);
	EXPECT_EQ(memcmp(second->data + 36, cookie, sizeof(cookie)), 0);
	EXPECT_EQ(memcmp(second->data + IKE_HEADER_SIZE + added,
			 first->data + IKE_HEADER_SIZE,
			 first->len - IKE_HEADER_SIZE), 0);
	deliver_to(&self->b, second);
	free(first);
	free(second);
	deliver_all(self);
	EXPECT_TRUE(is_established(&self->a));
	EXPECT_TRUE(is_established(&self->b));
}

TEST_F(pair, endless_cookies_end)
{
	struct fake_datagram *request;
	unsigned int requests = 0;

	up(self);
	while ((request = fake_network_take()) && requests < 100) {
		requests++;
		send_init_notify(self, request->data, COOKIE,
				 (const uint8_t *)"x", 1);
		free(request);
	}
	EXPECT_LT(requests, 10);
}

TEST_F(pair, responder_does_not_believe_the_initiator)
{
	self->b.ike.kernel->refuse_auth = EKEYREJECTED;
	establish(self);
	EXPECT_EQ(self->a.failed, 1);
	EXPECT_NE(strstr(self->a.reason, "AUTHENTICATION_FAILED"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, initiator_does_not_believe_the_responder)
{
	self->a.ike.kernel->refuse_auth = EKEYREJECTED;
	establish(self);
	EXPECT_EQ(self->a.failed, 1);
	EXPECT_NE(strstr(self->a.reason, "AUTH does not match"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_EQ(self->b.ike.ike_sas, NULL);
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, unknown_identity)
{
	set_identity(&self->a.connection.local_id, "somebody.example");
	establish(self);
	EXPECT_NE(strstr(self->a.reason, "AUTHENTICATION_FAILED"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

/* The connection that took IKE_SA_INIT need not be the one of IKE_AUTH. */
TEST_F(pair, identities_choose_the_connection)
{
	struct connection_config other = self->b.connection;

	snprintf(other.name, sizeof(other.name), "other");
	set_identity(&other.remote_id, "somebody.example");
	other.next = &self->b.connection;
	self->b.config.connections = &other;
	establish(self);
	EXPECT_TRUE(is_established(&self->b));
	ASSERT_NE(self->b.ike.ike_sas, NULL);
	EXPECT_EQ(self->b.ike.ike_sas->connection, &self->b.connection);
	ike_sa_free(&self->b.ike, self->b.ike.ike_sas);
}

/* Not even a known identity gets past require_pq of its own connection. */
TEST_F(pair, identities_do_not_evade_require_pq)
{
	struct connection_config lax = self->b.connection;
	struct proposal classical;
	char error[128];

	ASSERT_TRUE(proposal_parse(PROTOCOL_IKE, "aes256gcm16-prfsha384-x25519",
				   &classical, error, sizeof(error)));
	set_proposal(&self->a, 0, "aes256gcm16-prfsha384-x25519");
	set_proposal(&self->b, 1, "aes256gcm16-prfsha384-x25519");
	self->a.connection.require_pq = false;
	lax.require_pq = false;
	lax.proposals = &classical;
	lax.n_proposals = 1;
	set_identity(&lax.remote_id, "somebody.example");
	lax.next = &self->b.connection;
	self->b.config.connections = &lax;
	establish(self);
	EXPECT_NE(strstr(self->a.reason, "AUTHENTICATION_FAILED"), NULL);
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, bad_encapsulation_key)
{
	self->b.ike.kernel->refuse_ke = EKEYREJECTED;
	establish(self);
	EXPECT_EQ(self->a.failed, 1);
	EXPECT_NE(strstr(self->a.reason, "INVALID_SYNTAX"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, selectors_that_do_not_meet)
{
	set_selectors(&self->b, "10.3.0.0/16", "10.1.0.0/16");
	establish(self);
	EXPECT_EQ(self->a.failed, 1);
	EXPECT_NE(strstr(self->a.reason, "TS_UNACCEPTABLE"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, selectors_are_narrowed)
{
	set_selectors(&self->b, "10.2.4.0/24", "10.1.0.0/16");
	establish(self);
	EXPECT_TRUE(is_established(&self->a));
	EXPECT_TRUE(is_established(&self->b));
}

TEST_F(pair, no_esp_algorithm_in_common)
{
	char error[128];

	ASSERT_TRUE(proposal_parse(PROTOCOL_ESP, "aes128gcm16",
				   &self->b.esp_proposal, error, sizeof(error)));
	establish(self);
	EXPECT_NE(strstr(self->a.reason, "NO_PROPOSAL_CHOSEN"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, responder_cannot_install)
{
	self->b.ike.kernel->refuse_install = EEXIST;
	establish(self);
	EXPECT_NE(strstr(self->a.reason, "TEMPORARY_FAILURE"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, initiator_cannot_install)
{
	self->a.ike.kernel->refuse_install = EEXIST;
	establish(self);
	EXPECT_NE(strstr(self->a.reason, "no room for policies"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

/* Every datagram is lost once: what is sent again brings the answer. */
TEST_F(pair, each_datagram_is_lost_once)
{
	self->a.connection.fragment_size = 576;
	self->b.connection.fragment_size = 576;
	for (size_t lost = 0; lost < 12; lost++) {
		establish(self);
		ASSERT_TRUE(is_established(&self->a));
		command(&self->a.ike, CLIENT, "down tunnel");
		deliver_all(self);
		ASSERT_TRUE(is_clean(&self->a));

		up(self);
		for (size_t i = 0; i < lost; i++)
			deliver_one(self);
		lose_one();
		deliver_all(self);
		if (self->a.ike.ike_sas && self->a.ike.ike_sas->timeout.due) {
			time_out(&self->a);
			deliver_all(self);
		}
		EXPECT_TRUE(is_established(&self->a));
		EXPECT_TRUE(is_established(&self->b));
		command(&self->a.ike, CLIENT, "down tunnel");
		deliver_all(self);
	}
	EXPECT_EQ(self->a.failed, 0);
}

TEST_F(pair, a_repeated_request_is_not_opened_again)
{
	unsigned int opened;

	up(self);
	deliver_one(self); /* IKE_SA_INIT */
	deliver_one(self);
	deliver_one(self); /* IKE_INTERMEDIATE */
	lose_one();
	opened = self->b.ike.kernel->opened;
	EXPECT_EQ(opened, 1);
	time_out(&self->a);
	deliver_one(self);
	EXPECT_EQ(self->b.ike.kernel->opened, opened);
	EXPECT_EQ(fake_network_count(), 1);
	deliver_all(self);
	EXPECT_TRUE(is_established(&self->a));
}

TEST_F(pair, only_the_first_fragment_brings_the_response_again)
{
	self->a.connection.fragment_size = 576;
	up(self);
	deliver_one(self);
	deliver_one(self);
	for (int i = 0; i < 3; i++)
		deliver_one(self); /* IKE_INTERMEDIATE in three */
	lose_one();
	time_out(&self->a);
	ASSERT_EQ(fake_network_count(), 3);
	for (int i = 0; i < 3; i++)
		deliver_one(self);
	EXPECT_EQ(fake_network_count(), 1);
}

TEST_F(pair, a_silent_peer)
{
	unsigned int sent = 0;

	up(self);
	for (; self->a.ike.ike_sas && sent < 100; sent++) {
		lose_one();
		time_out(&self->a);
	}
	EXPECT_EQ(sent, RETRANSMIT_MAX + 1);
	EXPECT_STREQ(self->a.reason, "peer 192.0.2.2 does not answer");
	EXPECT_TRUE(is_clean(&self->a));
}

TEST_F(pair, a_peer_that_went_away_is_deleted_here)
{
	establish(self);
	command(&self->a.ike, CLIENT, "down tunnel");
	for (int i = 0; i <= RETRANSMIT_MAX && self->a.ike.ike_sas; i++) {
		lose_one();
		time_out(&self->a);
	}
	EXPECT_NE(strstr(self->a.reason, "deleted on this side only"), NULL);
	EXPECT_TRUE(is_clean(&self->a));
}

TEST_F(pair, a_half_open_responder_ends)
{
	up(self);
	deliver_one(self);
	ASSERT_NE(self->b.ike.ike_sas, NULL);
	EXPECT_GT(self->b.ike.ike_sas->timeout.due, 0);
	time_out(&self->b);
	EXPECT_EQ(self->b.ike.ike_sas, NULL);
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, the_peer_that_comes_back_replaces_what_was)
{
	establish(self);
	ike_sa_free(&self->a.ike, self->a.ike.ike_sas); /* as after a crash */
	establish(self);
	EXPECT_TRUE(is_established(&self->a));
	EXPECT_TRUE(is_established(&self->b));
}

/* Without INITIAL_CONTACT the older IKE SA is deleted in due form. */
TEST_F(pair, a_second_ike_sa_replaces_the_first)
{
	establish(self);
	initiator_start(&self->a.ike, &self->a.connection, NULL, CLIENT);
	deliver_all(self);
	EXPECT_TRUE(is_established(&self->b));
	ASSERT_NE(self->a.ike.ike_sas, NULL);
	EXPECT_EQ(self->a.ike.ike_sas->next, NULL);
	EXPECT_EQ(fake_kernel_live(self->a.ike.kernel), 1);
}

TEST_F(pair, the_peer_moves_to_port_4500)
{
	struct fake_datagram *datagram;

	up(self);
	deliver_one(self);
	deliver_one(self);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	endpoint_set_port(&datagram->path.local, IKE_NAT_PORT);
	endpoint_set_port(&datagram->path.remote, IKE_NAT_PORT);
	deliver_to(&self->b, datagram);
	free(datagram);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	EXPECT_EQ(endpoint_port(&datagram->path.local), IKE_NAT_PORT);
	EXPECT_EQ(endpoint_port(&datagram->path.remote), IKE_NAT_PORT);
	deliver_to(&self->a, datagram);
	free(datagram);
	deliver_all(self);
	EXPECT_TRUE(is_established(&self->a));
	EXPECT_TRUE(is_established(&self->b));
}

/* Seal a chain as A would, and give it to B. */
static void request_from_a(pair *self, uint8_t exchange_type, struct chain *chain)
{
	exchange_send_request(&self->a.ike, self->a.ike.ike_sas, exchange_type,
			      chain);
	deliver_one(self);
}

static bool open_at_a(pair *self, struct payloads *payloads)
{
	struct fake_datagram *datagram = fake_network_take();
	struct kernel_opened *opened = &self->a.ike.opened;
	uint8_t offender;
	int error;

	if (!datagram)
		return false;
	error = kernel_ike_sa_open(self->a.ike.kernel, self->a.ike.ike_sas->id,
				   datagram->data, datagram->len, opened);
	free(datagram);
	return !error && !payloads_parse(opened->first_payload, opened->plaintext,
					 opened->len, payloads, &offender);
}

TEST_F(pair, deletion_of_the_child)
{
	struct delete_payload deleted;
	struct payloads payloads;
	struct chain chain;
	uint32_t spi_in;

	establish(self);
	spi_in = self->b.ike.ike_sas->children->spi_in;
	chain_start(&chain);
	delete_esp_write(&chain.message, &self->a.ike.ike_sas->children->spi_in, 1);
	request_from_a(self, INFORMATIONAL, &chain);
	EXPECT_EQ(fake_kernel_installed(self->b.ike.kernel), 0);
	EXPECT_EQ(fake_kernel_live(self->b.ike.kernel), 1);
	ASSERT_TRUE(open_at_a(self, &payloads));
	ASSERT_EQ(payloads.n, 1);
	ASSERT_TRUE(delete_parse(&payloads.list[0], &deleted));
	ASSERT_EQ(deleted.n, 1);
	EXPECT_EQ(deleted.spis[0], spi_in);
}

TEST_F(pair, liveness_check)
{
	struct payloads payloads;
	struct chain chain;

	establish(self);
	chain_start(&chain);
	request_from_a(self, INFORMATIONAL, &chain);
	ASSERT_TRUE(open_at_a(self, &payloads));
	EXPECT_EQ(payloads.n, 0);
	EXPECT_TRUE(is_established(&self->b));
}

/* RFC 7296 section 2.21.3: to both sides that is the end. */
TEST_F(pair, malformed_create_child_sa)
{
	struct notify_payload notify;
	struct payloads payloads;
	struct chain chain;

	establish(self);
	chain_start(&chain);
	request_from_a(self, CREATE_CHILD_SA, &chain);
	ASSERT_TRUE(open_at_a(self, &payloads));
	EXPECT_TRUE(notify_find(&payloads, INVALID_SYNTAX, &notify));
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_F(pair, unknown_critical_payload)
{
	struct notify_payload notify;
	struct payloads payloads;
	struct chain chain;
	size_t offset;

	establish(self);
	chain_start(&chain);
	offset = payload_begin(&chain.message, 200);
	payload_end(&chain.message, offset);
	overwrite_u8(&chain.message.writer, offset + 1, 0x80);
	request_from_a(self, INFORMATIONAL, &chain);
	ASSERT_TRUE(open_at_a(self, &payloads));
	ASSERT_TRUE(notify_find(&payloads, UNSUPPORTED_CRITICAL_PAYLOAD, &notify));
	ASSERT_EQ(notify.len, 1);
	EXPECT_EQ(notify.data[0], 200);
	EXPECT_TRUE(is_established(&self->b));
}

TEST_F(pair, later_major_version)
{
	struct fake_datagram *datagram;

	up(self);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	datagram->data[17] = 0x30;
	deliver_to(&self->b, datagram);
	free(datagram);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	EXPECT_EQ(datagram->data[17], IKE_VERSION);
	EXPECT_EQ(datagram->data[16], PAYLOAD_NOTIFY);
	EXPECT_EQ(datagram->data[35], INVALID_MAJOR_VERSION);
	free(datagram);
	EXPECT_TRUE(is_clean(&self->b));
}

/* What does not verify ends nothing, at any point of the exchange. */
TEST_F(pair, forgeries_change_nothing)
{
	struct fake_datagram *datagram;
	unsigned int forged = 0;

	up(self);
	while ((datagram = fake_network_take())) {
		struct side *side = receiver(self, datagram);

		if (datagram->data[16] == PAYLOAD_SK) {
			datagram->data[datagram->len - 1] ^= 1;
			deliver_to(side, datagram);
			datagram->data[datagram->len - 1] ^= 1;
			forged++;
		}
		deliver_to(side, datagram);
		free(datagram);
	}
	EXPECT_EQ(forged, 4);
	EXPECT_TRUE(is_established(&self->a));
	EXPECT_TRUE(is_established(&self->b));
}

/*
 * Octets changed on the way, also inside what verifies: nothing may crash, and
 * whatever was begun must end without a trace.
 */
static void run_with_mutation(pair *self, size_t victim, size_t offset,
			      uint8_t value)
{
	struct fake_datagram *datagram;
	size_t i = 0;

	up(self);
	while ((datagram = fake_network_take())) {
		if (i++ == victim && offset < datagram->len)
			datagram->data[offset] = value;
		deliver_to(receiver(self, datagram), datagram);
		free(datagram);
	}
	for (int side = 0; side < 2; side++) {
		struct ike *ike = side ? &self->b.ike : &self->a.ike;

		while (ike->ike_sas)
			ike_sa_free(ike, ike->ike_sas);
	}
}

TEST_F(pair, mutations)
{
	static const uint8_t values[] = { 0, 1, 0x20, 0x80, 0xff };

	fclose(stderr);
	for (size_t victim = 0; victim < 6; victim++)
		for (size_t offset = 0; offset < 420; offset++)
			for (size_t i = 0; i < sizeof(values); i++)
				run_with_mutation(self, victim, offset, values[i]);
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

/* Every message cut short, its stated length put right. */
TEST_F(pair, truncations)
{
	fclose(stderr);
	for (size_t victim = 0; victim < 6; victim++) {
		for (size_t len = 0; len < 420; len++) {
			struct fake_datagram *datagram;
			size_t i = 0;

			up(self);
			while ((datagram = fake_network_take())) {
				if (i++ == victim && len < datagram->len) {
					datagram->len = len;
					if (len >= IKE_HEADER_SIZE) {
						datagram->data[26] = (uint8_t)(len >> 8);
						datagram->data[27] = (uint8_t)len;
					}
				}
				deliver_to(receiver(self, datagram), datagram);
				free(datagram);
			}
			while (self->a.ike.ike_sas)
				ike_sa_free(&self->a.ike, self->a.ike.ike_sas);
			while (self->b.ike.ike_sas)
				ike_sa_free(&self->b.ike, self->b.ike.ike_sas);
		}
	}
	EXPECT_TRUE(is_clean(&self->a));
	EXPECT_TRUE(is_clean(&self->b));
}

TEST_HARNESS_MAIN
