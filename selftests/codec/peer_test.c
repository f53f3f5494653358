// SPDX-License-Identifier: GPL-2.0
/*
 * What peers of other makes send, allowed or to be tolerated: a pair of helpers,
 * and between them somebody who rewrites what one says.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ike/child_sa.h"
#include "ike/exchange.h"
#include "ike/half_open.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/liveness.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "tunnel/up_down.h"
#include "wire/payload.h"

#define TAG_SIZE 4 /* of the kernel that is played */
#define SK_HEADER_SIZE 4
#define SETTLED (60 * SECOND)
#define WITH_ML_KEM "aes256gcm16-x25519-ke1_mlkem768"

static struct pair pair;

FIXTURE(peer)
{
};

FIXTURE_SETUP(peer)
{
	(void)self;
	(void)variant;
	pair_begin(&pair);
}

FIXTURE_TEARDOWN(peer)
{
	(void)self;
	(void)variant;
	pair_end(&pair);
}

static size_t plain_len(const struct fake_datagram *datagram)
{
	return datagram->len - IKE_HEADER_SIZE - SK_HEADER_SIZE - TAG_SIZE;
}

static bool read_datagram(const struct fake_datagram *datagram,
			  struct payloads *payloads)
{
	uint8_t offender;

	return !payloads_parse(datagram->data[IKE_HEADER_SIZE],
			       datagram->data + IKE_HEADER_SIZE + SK_HEADER_SIZE,
			       plain_len(datagram), payloads, &offender);
}

/* A sealed message with another chain in the place of its own. */
static struct fake_datagram *resealed(struct fake_datagram *datagram,
				      const struct chain *chain)
{
	const size_t len = chain->message.writer.len;
	const size_t head = IKE_HEADER_SIZE + SK_HEADER_SIZE;
	struct fake_datagram *made = malloc(sizeof(*made) + head + len + TAG_SIZE);
	struct writer writer;

	*made = *datagram;
	made->len = head + len + TAG_SIZE;
	memcpy(made->data, datagram->data, head);
	memcpy(made->data + head, chain->buffer, len);
	memcpy(made->data + head + len, datagram->data + datagram->len - TAG_SIZE,
	       TAG_SIZE);
	made->data[IKE_HEADER_SIZE] = chain->message.first_payload;
	writer = (struct writer){ .data = made->data, .size = head, .len = head };
	overwrite_u32(&writer, 24, made->len);
	overwrite_u16(&writer, IKE_HEADER_SIZE + 2, made->len - IKE_HEADER_SIZE);
	free(datagram);
	return made;
}

static void copy_payload(struct chain *chain, const struct payload *payload)
{
	size_t offset = payload_begin(&chain->message, payload->type);

	write_octets(&chain->message.writer, payload->body, payload->len);
	payload_end(&chain->message, offset);
}

/*
 * What is next on the way with one payload more at its end; without those of type
 * @left_out, 0: with all.
 */
static struct fake_datagram *with_payload(const struct payload *payload,
					  uint8_t left_out)
{
	struct fake_datagram *datagram = fake_network_take();
	struct payloads payloads;
	struct chain chain;

	if (!datagram || !read_datagram(datagram, &payloads))
		abort();
	chain_start(&chain);
	for (size_t i = 0; i < payloads.n; i++)
		if (payloads.list[i].type != left_out)
			copy_payload(&chain, &payloads.list[i]);
	if (payload)
		copy_payload(&chain, payload);
	if (!message_end(&chain.message))
		abort();
	return resealed(datagram, &chain);
}

static void pass_with(const struct payload *payload, uint8_t left_out)
{
	struct fake_datagram *datagram = with_payload(payload, left_out);

	pair_deliver_to(pair_receiver(&pair, datagram), datagram);
	free(datagram);
}

static void set_esp_proposals(const char *text)
{
	side_set_esp_proposal(&pair.a, 0, text);
	side_set_esp_proposal(&pair.b, 0, text);
}

static void rekey_child_of(struct side *side)
{
	tunnel_rekey_child(&side->ike, &side->connection, NULL, CLIENT);
}

static void rekey_ike_of(struct side *side)
{
	tunnel_rekey_ike(&side->ike, &side->connection, CLIENT);
}

static bool both_stand(unsigned int n)
{
	pair_pass(&pair, SETTLED);
	return side_is_established(&pair.a, n) && side_is_established(&pair.b, n);
}

static const uint8_t cp_request[] = { 1, 0, 0, 0, 0, 1, 0, 0 };
static const struct payload cp = {
	.type = PAYLOAD_CP, .body = cp_request, .len = sizeof(cp_request),
};

/* MikroTik sends a Configuration payload when it rekeys. */
TEST_F(peer, configuration_payload_in_a_rekey_of_the_child)
{
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	pass_with(&cp, 0);
	pass_with(&cp, 0);
	EXPECT_TRUE(both_stand(1));
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 1);
	EXPECT_EQ(pair.b.events[EVENT_CHILD_REKEYED], 1);
}

TEST_F(peer, configuration_payload_in_a_rekey_of_the_ike_sa)
{
	pair_establish(&pair);
	rekey_ike_of(&pair.a);
	pass_with(&cp, 0);
	pass_with(&cp, 0);
	EXPECT_TRUE(both_stand(1));
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 1);
	EXPECT_EQ(pair.b.events[EVENT_IKE_REKEYED], 1);
}

/* Older libreswan says that another one follows where none is due. */
static const uint8_t follows_body[] = { 0, 0, ADDITIONAL_KEY_EXCHANGE >> 8,
					ADDITIONAL_KEY_EXCHANGE & 0xff, 1, 2 };
static const struct payload follows = {
	.type = PAYLOAD_NOTIFY, .body = follows_body, .len = sizeof(follows_body),
};

TEST_F(peer, additional_key_exchange_with_the_last_follow_up_of_a_child)
{
	set_esp_proposals(WITH_ML_KEM);
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	for (int i = 0; i < 3; i++)
		pair_deliver_one(&pair);
	pass_with(&follows, 0);
	EXPECT_TRUE(both_stand(1));
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 1);
}

TEST_F(peer, additional_key_exchange_with_the_last_follow_up_of_the_ike_sa)
{
	pair_establish(&pair);
	rekey_ike_of(&pair.a);
	for (int i = 0; i < 3; i++)
		pair_deliver_one(&pair);
	pass_with(&follows, 0);
	EXPECT_TRUE(both_stand(1));
	EXPECT_EQ(pair.a.events[EVENT_IKE_REKEYED], 1);
}

static void write_notifies(struct message_writer *message, unsigned int n)
{
	static const uint8_t data[16];

	while (n--)
		notify_write(message, 40000, data, sizeof(data));
}

TEST_F(peer, sixty_five_payloads_in_fragments)
{
	struct ike_sa *sa;
	struct chain chain;
	uint32_t spi;

	pair.a.connection.fragment_size = 576;
	pair_establish(&pair);
	sa = side_established(&pair.a);
	ASSERT_NE(sa, NULL);
	spi = side_child(&pair.a, 0)->spi_in;
	chain_start(&chain);
	write_notifies(&chain.message, 64);
	delete_esp_write(&chain.message, &spi, 1);
	ASSERT_TRUE(exchange_send_request(&pair.a.ike, sa, INFORMATIONAL, &chain));
	EXPECT_GT(fake_network_count(), 1);
	pair_deliver_all(&pair);
	EXPECT_EQ(sa->request.datagrams.n, 0);
	EXPECT_EQ(fake_kernel_installed(pair.b.ike.kernel), 0);
	EXPECT_EQ(fake_kernel_live(pair.b.ike.kernel), 1);
}

/* 39 that are no use here, and 10.3.0.0/16 */
static size_t write_forty_selectors(uint8_t *body)
{
	struct writer writer = { .data = body, .size = 4 + 40 * 16 };

	write_u32(&writer, 40U << 24);
	for (uint8_t i = 0; i < 40; i++) {
		const uint8_t net[] = { 10, i < 39 ? 100 + i : 3 };

		write_u32(&writer, 7U << 24 | 16);
		write_u32(&writer, 0xffff);
		write_octets(&writer, net, 2);
		write_u16(&writer, 0);
		write_octets(&writer, net, 2);
		write_u16(&writer, 0xffff);
	}
	return writer.overflow ? 0 : writer.len;
}

TEST_F(peer, forty_selectors_of_which_the_last_is_ours)
{
	uint8_t body[4 + 40 * 16];
	const struct payload tsi = {
		.type = PAYLOAD_TSI, .body = body,
		.len = write_forty_selectors(body),
	};

	ASSERT_EQ(tsi.len, sizeof(body));
	pair_establish(&pair);
	side_add_child(&pair.a);
	side_add_child(&pair.b);
	tunnel_up(&pair.a.ike, &pair.a.connection, &pair.a.child[1], CLIENT);
	pass_with(&tsi, PAYLOAD_TSI);
	EXPECT_TRUE(both_stand(2));
	EXPECT_NE(side_child(&pair.b, 1), NULL);
}

/*
 * Return: whether what A says next is a Delete of the IKE SA in an INFORMATIONAL
 * request, which is not its last request said again.
 */
static bool deletes_in_a_new_informational(uint32_t last_message_id)
{
	struct fake_datagram *datagram = fake_network_take_from(&pair.a.ike.sockets);
	struct delete_payload deleted;
	struct payloads payloads;
	struct ike_header header;
	const struct payload *payload;
	bool found;

	if (!datagram)
		return false;
	found = header_parse(datagram->data, datagram->len, &header) &&
		header.exchange_type == INFORMATIONAL &&
		!(header.flags & IKE_FLAG_RESPONSE) &&
		header.message_id > last_message_id &&
		read_datagram(datagram, &payloads) &&
		(payload = payloads_find(&payloads, PAYLOAD_DELETE)) &&
		delete_parse(payload, &deleted) &&
		deleted.protocol == PROTOCOL_IKE;
	if (found)
		pair_deliver_to(&pair.b, datagram);
	free(datagram);
	return found;
}

/* The MUST of draft-ietf-ipsecme-ikev2-mlkem: no IKE_AUTH, no further round. */
TEST_F(peer, ciphertext_of_a_wrong_length_in_ike_intermediate)
{
	pair.a.connection.keyingtries = 1;
	pair_up(&pair);
	for (int i = 0; i < 3; i++)
		pair_deliver_one(&pair);
	pair.a.ike.kernel->refuse_ke = EBADMSG;
	pair_deliver_one(&pair);
	EXPECT_EQ(fake_network_count(), 0);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_NE(strstr(pair.a.reason, "additional key exchange"), NULL);
	pair_pass(&pair, SETTLED);
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(peer, ciphertext_of_a_wrong_length_in_create_child_sa)
{
	uint32_t message_id;

	set_esp_proposals("aes256gcm16-mlkem768");
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	message_id = side_established(&pair.a)->request.message_id;
	pair_deliver_one(&pair);
	pair.a.ike.kernel->refuse_child_ke = EBADMSG;
	pair_deliver_one(&pair);
	EXPECT_TRUE(deletes_in_a_new_informational(message_id));
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(peer, ciphertext_of_a_wrong_length_in_ike_followup_ke_of_a_child)
{
	uint32_t message_id;

	set_esp_proposals(WITH_ML_KEM);
	pair_establish(&pair);
	rekey_child_of(&pair.a);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	message_id = side_established(&pair.a)->request.message_id;
	pair_deliver_one(&pair);
	pair.a.ike.kernel->refuse_child_ke = EBADMSG;
	pair_deliver_one(&pair);
	EXPECT_TRUE(deletes_in_a_new_informational(message_id));
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

TEST_F(peer, ciphertext_of_a_wrong_length_in_ike_followup_ke_of_the_ike_sa)
{
	uint32_t message_id;

	pair.b.connection.dpd_delay = 10;
	pair_establish(&pair);
	rekey_ike_of(&pair.a);
	pair_deliver_one(&pair);
	pair_deliver_one(&pair);
	message_id = side_established(&pair.a)->request.message_id;
	pair_deliver_one(&pair);
	pair.a.ike.kernel->refuse_ke = EBADMSG;
	pair_deliver_one(&pair);
	EXPECT_TRUE(deletes_in_a_new_informational(message_id));
	/* Only liveness tells the peer that its successor has none. */
	pair_pass(&pair, 300 * SECOND);
	EXPECT_TRUE(side_is_clean(&pair.a));
	EXPECT_TRUE(side_is_clean(&pair.b));
}

/* RFC 7296 section 2.21.2: INVALID_SYNTAX alone, and no IKE SA at either end. */
static bool refuses_ike_auth(const struct payload *payload, uint8_t left_out)
{
	struct fake_datagram *response;
	struct notify_payload notify;
	struct payloads payloads;
	bool alone;

	pair_up(&pair);
	for (int i = 0; i < 4; i++)
		pair_deliver_one(&pair);
	pass_with(payload, left_out);
	response = fake_network_take();
	if (!response || !read_datagram(response, &payloads))
		abort();
	alone = payloads.n == 1 && notify_find(&payloads, INVALID_SYNTAX, &notify);
	pair_deliver_to(&pair.a, response);
	free(response);
	return alone && side_is_clean(&pair.a) && side_is_clean(&pair.b) &&
	       !pair.b.events[EVENT_IKE_ESTABLISHED] &&
	       pair.b.events[EVENT_IKE_FAILED] == 1;
}

TEST_F(peer, ike_auth_without_sa)
{
	EXPECT_TRUE(refuses_ike_auth(NULL, PAYLOAD_SA));
}

TEST_F(peer, ike_auth_without_selectors)
{
	EXPECT_TRUE(refuses_ike_auth(NULL, PAYLOAD_TSI));
}

TEST_F(peer, ike_auth_with_malformed_selectors)
{
	const struct payload tsr = {
		.type = PAYLOAD_TSR, .body = (const uint8_t *)"\1\0\0", .len = 3,
	};

	EXPECT_TRUE(refuses_ike_auth(&tsr, PAYLOAD_TSR));
}

static const struct payload critical = { .type = 200 };

TEST_F(peer, ike_auth_with_an_unknown_critical_payload)
{
	struct fake_datagram *datagram;
	size_t offset;

	pair_up(&pair);
	for (int i = 0; i < 4; i++)
		pair_deliver_one(&pair);
	datagram = with_payload(&critical, 0);
	offset = datagram->len - TAG_SIZE - 4;
	datagram->data[offset + 1] = 0x80;
	pair_deliver_to(&pair.b, datagram);
	free(datagram);
	EXPECT_TRUE(side_is_clean(&pair.b));
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_clean(&pair.a));
}

/* RFC 7296 section 2.21.3: the IKE SA ends at both ends. */
TEST_F(peer, request_out_of_place)
{
	struct ike_sa *sa;
	struct chain chain;

	pair_establish(&pair);
	sa = side_established(&pair.a);
	ASSERT_NE(sa, NULL);
	chain_start(&chain);
	ASSERT_TRUE(exchange_send_request(&pair.a.ike, sa, IKE_INTERMEDIATE, &chain));
	pair_deliver_one(&pair);
	EXPECT_TRUE(side_is_clean(&pair.b));
	EXPECT_EQ(pair.b.ike.refused.n[MESSAGE_MISPLACED], 1);
	EXPECT_NE(strstr(pair.b.event_text, "out of place"), NULL);
}

TEST_F(peer, informational_refused_with_invalid_syntax)
{
	static const uint8_t body[] = { 0, 0, 0, INVALID_SYNTAX };
	const struct payload refusal = {
		.type = PAYLOAD_NOTIFY, .body = body, .len = sizeof(body),
	};
	struct ike_sa *sa;
	struct chain chain;

	pair_establish(&pair);
	sa = side_established(&pair.a);
	ASSERT_NE(sa, NULL);
	chain_start(&chain);
	ASSERT_TRUE(exchange_send_request(&pair.a.ike, sa, INFORMATIONAL, &chain));
	pair_deliver_one(&pair);
	pass_with(&refusal, 0);
	EXPECT_TRUE(side_is_clean(&pair.a));
}

/* A request to an IKE SA that B has not any more. */
static struct fake_datagram *ask_a_peer_that_has_forgotten(void)
{
	struct chain chain;

	pair_establish(&pair);
	side_clear(&pair.b);
	chain_start(&chain);
	exchange_send_request(&pair.a.ike, side_established(&pair.a), INFORMATIONAL,
			      &chain);
	return fake_network_take();
}

/* RFC 7296 section 2.21.4 */
TEST_F(peer, unknown_ike_spi_is_told)
{
	struct fake_datagram *request = ask_a_peer_that_has_forgotten();
	struct fake_datagram *answer;
	struct notify_payload notify;
	struct ike_header asked, header;
	struct payloads payloads;
	uint8_t offender;

	ASSERT_NE(request, NULL);
	pair_deliver_to(&pair.b, request);
	answer = fake_network_take();
	ASSERT_NE(answer, NULL);
	EXPECT_LE(answer->len, request->len);
	ASSERT_TRUE(header_parse(request->data, request->len, &asked));
	ASSERT_TRUE(header_parse(answer->data, answer->len, &header));
	EXPECT_EQ(memcmp(header.spi_i, asked.spi_i, IKE_SPI_SIZE), 0);
	EXPECT_EQ(memcmp(header.spi_r, asked.spi_r, IKE_SPI_SIZE), 0);
	EXPECT_EQ(header.message_id, asked.message_id);
	EXPECT_EQ(header.exchange_type, INFORMATIONAL);
	EXPECT_EQ(header.flags, IKE_FLAG_RESPONSE);
	ASSERT_EQ(payloads_parse(header.next_payload, answer->data + IKE_HEADER_SIZE,
				 answer->len - IKE_HEADER_SIZE, &payloads,
				 &offender), 0);
	EXPECT_TRUE(notify_find(&payloads, INVALID_IKE_SPI, &notify));
	/* It is a hint: nothing changes, and the request stays outstanding. */
	pair_deliver_to(&pair.a, answer);
	EXPECT_NE(side_established(&pair.a), NULL);
	EXPECT_EQ(side_only(&pair.a)->request.datagrams.n, 1);
	free(answer);
	free(request);
}

TEST_F(peer, unknown_ike_spi_is_told_so_often)
{
	struct fake_datagram *request = ask_a_peer_that_has_forgotten();

	ASSERT_NE(request, NULL);
	for (int i = 0; i < 2 * SAY_LIMIT_TIMES; i++)
		pair_deliver_to(&pair.b, request);
	EXPECT_EQ(fake_network_count(), SAY_LIMIT_TIMES);
	free(request);
}

TEST_F(peer, unknown_ike_spi_of_a_response_is_not_told)
{
	struct fake_datagram *request = ask_a_peer_that_has_forgotten();

	ASSERT_NE(request, NULL);
	request->data[19] |= IKE_FLAG_RESPONSE;
	pair_deliver_to(&pair.b, request);
	request->data[19] &= (uint8_t)~IKE_FLAG_RESPONSE;
	request->data[16] = PAYLOAD_NOTIFY;
	pair_deliver_to(&pair.b, request);
	EXPECT_EQ(fake_network_count(), 0);
	free(request);
}

/* Where the peer was not heard for a while, it is asked at once. */
TEST_F(peer, invalid_ike_spi_is_a_hint)
{
	struct fake_datagram *request = ask_a_peer_that_has_forgotten();
	struct ike_sa *sa = side_established(&pair.a);
	struct fake_datagram *answer;

	ASSERT_NE(request, NULL);
	pair_deliver_to(&pair.b, request);
	answer = fake_network_take();
	ASSERT_NE(answer, NULL);
	exchange_answered(&pair.a.ike, sa);
	pair_deliver_to(&pair.a, answer);
	EXPECT_EQ(fake_network_count(), 0);
	fake_clock_advance(LIVENESS_HINT_PAUSE);
	pair_deliver_to(&pair.a, answer);
	EXPECT_EQ(fake_network_count(), 1);
	pair_deliver_to(&pair.a, answer);
	EXPECT_EQ(fake_network_count(), 1);
	free(answer);
	free(request);
}

TEST_F(peer, payload_before_the_encrypted_one)
{
	struct fake_datagram *request;
	struct chain chain;
	uint64_t before;

	pair_establish(&pair);
	chain_start(&chain);
	exchange_send_request(&pair.a.ike, side_established(&pair.a), INFORMATIONAL,
			      &chain);
	request = fake_network_take();
	ASSERT_NE(request, NULL);
	request->data[16] = PAYLOAD_VENDOR_ID;
	before = pair.b.ike.refused.n[MESSAGE_UNPROTECTED];
	pair_deliver_to(&pair.b, request);
	EXPECT_EQ(pair.b.ike.refused.n[MESSAGE_UNPROTECTED], before + 1);
	EXPECT_TRUE(side_established(&pair.b)->ignored_logged);
	free(request);
}

TEST_F(peer, ikev1)
{
	struct fake_datagram *request;

	pair_up(&pair);
	request = fake_network_take();
	ASSERT_NE(request, NULL);
	request->data[17] = 0x10;
	pair_deliver_to(&pair.b, request);
	EXPECT_EQ(fake_network_count(), 0);
	EXPECT_EQ(pair.b.events[EVENT_IKE_FAILED], 1);
	EXPECT_NE(strstr(pair.b.event_text, "IKEv1"), NULL);
	free(request);
}

/* The log names both; the peer is told that this side is gone. */
TEST_F(peer, another_identity_than_expected)
{
	side_set_identity(&pair.b.connection.local_id, "somebody.example");
	pair_up(&pair);
	for (int i = 0; i < 4; i++)
		pair_deliver_one(&pair);
	pass_with(NULL, PAYLOAD_IDR); /* whom A asks for */
	pair.a.ike.kernel->refuse_auth = EKEYREJECTED;
	pair_deliver_one(&pair);
	EXPECT_NE(strstr(pair.a.reason, "somebody.example"), NULL);
	EXPECT_NE(strstr(pair.a.reason, "192.0.2.2"), NULL);
	EXPECT_TRUE(deletes_in_a_new_informational(0));
	EXPECT_TRUE(side_is_clean(&pair.a));
	pair_deliver_all(&pair);
	EXPECT_TRUE(side_is_clean(&pair.b));
}

static bool admits_from(const char *text)
{
	struct path path = { .local.ss_family = AF_INET6,
			     .remote.ss_family = AF_INET6 };
	struct sockaddr_in6 *remote = (struct sockaddr_in6 *)&path.remote;
	const struct nonce nonce = { .len = 32 };
	const struct cookie_request request = {
		.path = &path, .spi_i = (const uint8_t *)"initiate",
		.nonce = &nonce,
	};
	uint8_t body[4 + COOKIE_SIZE] = { 0, 0, COOKIE >> 8, COOKIE & 0xff };
	struct payloads payloads = {
		.list = { { PAYLOAD_NOTIFY, body, sizeof(body) } },
	};
	struct ike_sa *displaced, *sa;

	inet_pton(AF_INET6, text, &remote->sin6_addr);
	if (half_open_admit(&pair.b.ike, &request, &payloads, body + 4) ==
	    HALF_OPEN_NEEDS_COOKIE)
		payloads.n = 1;
	if (half_open_admit(&pair.b.ike, &request, &payloads, body + 4) !=
	    HALF_OPEN_ADMITTED)
		return false;
	sa = ike_sa_add(&pair.b.ike, &path);
	sa->phase = PHASE_AUTH;
	sa->expected_message_id = 1;
	displaced = half_open_begin(&pair.b.ike, sa);
	if (displaced)
		ike_sa_free(&pair.b.ike, displaced);
	return true;
}

/* Each from a prefix of its own, numbered from @first on. */
static bool admits_many(unsigned int first, unsigned int n)
{
	char text[INET6_ADDRSTRLEN];

	for (unsigned int i = first; i < first + n; i++) {
		snprintf(text, sizeof(text), "2001:db8:1:%x::1", i);
		if (!admits_from(text))
			return false;
	}
	return true;
}

static const struct ike_sa *oldest_half_open(void)
{
	const struct ike_sa *sa = pair.b.ike.half_open.list;

	while (sa->next_half_open)
		sa = sa->next_half_open;
	return sa;
}

/* One host may have a prefix of 64 bits for itself. */
TEST_F(peer, half_open_ike_sas_of_an_ipv6_prefix)
{
	char text[INET6_ADDRSTRLEN];

	for (unsigned int i = 0; i < HALF_OPEN_PEER_MAX; i++) {
		snprintf(text, sizeof(text), "2001:db8::%x", i + 1);
		ASSERT_TRUE(admits_from(text));
	}
	EXPECT_FALSE(admits_from("2001:db8::ffff:1"));
	EXPECT_TRUE(admits_from("2001:db8:0:1::1"));
	while (pair.b.ike.ike_sas)
		ike_sa_free(&pair.b.ike, pair.b.ike.ike_sas);
	EXPECT_EQ(pair.b.ike.half_open.list, NULL);
	EXPECT_TRUE(admits_from("2001:db8::1"));
}

TEST_F(peer, the_oldest_half_open_ike_sa_makes_room)
{
	const struct ike_sa *second;

	ASSERT_TRUE(admits_many(0, HALF_OPEN_MAX));
	second = oldest_half_open()->prev_half_open;
	EXPECT_EQ(pair.b.ike.refused.n[MESSAGE_HALF_OPEN_LIMIT], 0);
	EXPECT_TRUE(admits_many(HALF_OPEN_MAX, 1));
	EXPECT_EQ(pair.b.ike.half_open.n, HALF_OPEN_MAX);
	EXPECT_EQ(pair.b.ike.refused.n[MESSAGE_HALF_OPEN_LIMIT], 1);
	EXPECT_EQ(oldest_half_open(), second);
}

TEST_F(peer, failures_are_not_told_without_end_under_a_flood)
{
	pair.b.ike.kernel->refuse_auth = EKEYREJECTED;
	ASSERT_TRUE(admits_many(0, HALF_OPEN_COOKIES));
	for (int i = 0; i < 2 * SAY_LIMIT_TIMES; i++) {
		pair_up(&pair);
		pair_deliver_all(&pair);
		side_clear(&pair.a);
	}
	EXPECT_EQ(pair.b.ike.refused.n[MESSAGE_UNAUTHENTICATED],
		  2 * SAY_LIMIT_TIMES);
	EXPECT_EQ(pair.b.events[EVENT_IKE_FAILED], SAY_LIMIT_TIMES);
}

/* Nor do many that go on displace one that has just begun. */
TEST_F(peer, half_open_ike_sas_that_go_on_are_displaced_by_such)
{
	struct ike_sa *sa;
	const struct ike_sa *oldest;

	ASSERT_TRUE(admits_many(0, HALF_OPEN_MAX));
	oldest = oldest_half_open();
	for (sa = pair.b.ike.half_open.list; sa->next_half_open;
	     sa = sa->next_half_open)
		sa->expected_message_id = 2;
	EXPECT_TRUE(admits_many(HALF_OPEN_MAX, HALF_OPEN_MAX / 2 - 2));
	EXPECT_EQ(oldest_half_open(), oldest);
	EXPECT_TRUE(admits_many(2 * HALF_OPEN_MAX, 2));
	EXPECT_NE(oldest_half_open(), oldest);
}

/* A flood of such that never go on, before each of its messages and after. */
TEST_F(peer, an_honest_peer_gets_in_beside_half_open_ike_sas)
{
	unsigned int begun = HALF_OPEN_MAX;

	ASSERT_TRUE(admits_many(0, HALF_OPEN_MAX));
	pair_up(&pair);
	while (pair_deliver_one(&pair)) {
		ASSERT_TRUE(admits_many(begun, HALF_OPEN_MAX / 20));
		begun += HALF_OPEN_MAX / 20;
	}
	EXPECT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_NE(side_established(&pair.b), NULL);
	EXPECT_EQ(pair.b.ike.half_open.n, HALF_OPEN_MAX);
}

TEST_HARNESS_MAIN
