// SPDX-License-Identifier: GPL-2.0
/* What stands inside each payload: round trips and hostile bodies. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "kselftest_harness.h"
#include "wire/payload.h"

#define HEADER 4 /* generic payload header */

FIXTURE(payload)
{
	uint8_t buffer[4096];
	struct message_writer message;
	struct payload view;
};

FIXTURE_SETUP(payload)
{
	chain_begin(&self->message, self->buffer, sizeof(self->buffer));
}

FIXTURE_TEARDOWN(payload)
{
}

/* The body of the one payload that was written. */
static struct payload written(FIXTURE_DATA(payload) *self)
{
	return (struct payload){
		.type = self->message.first_payload,
		.body = self->buffer + HEADER,
		.len = self->message.writer.len - HEADER,
	};
}

typedef bool (*parser)(const struct payload *payload);

static bool parse_sa(const struct payload *payload)
{
	struct sa_payload sa;

	return sa_parse(payload, &sa);
}

static bool parse_ke(const struct payload *payload)
{
	struct ke_payload ke;

	return ke_parse(payload, &ke);
}

static bool parse_notify(const struct payload *payload)
{
	struct notify_payload notify;

	return notify_parse(payload, &notify);
}

static bool parse_delete(const struct payload *payload)
{
	struct delete_payload deleted;

	return delete_parse(payload, &deleted);
}

static bool parse_id(const struct payload *payload)
{
	struct identity id;

	return id_parse(payload, &id);
}

static bool parse_ts(const struct payload *payload)
{
	struct selectors selectors;

	return ts_parse(payload, &selectors);
}

static bool parse_exact(parser parse, const uint8_t *body, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct payload payload = { .body = copy, .len = len };
	bool parsed;

	memcpy(copy, body, len);
	parsed = parse(&payload);
	free(copy);
	return parsed;
}

/* Return: how many of the proper prefixes of the body are taken. */
static size_t count_truncations_taken(parser parse, const struct payload *payload)
{
	size_t taken = 0;

	for (size_t len = 0; len < payload->len; len++)
		taken += parse_exact(parse, payload->body, len);
	return taken;
}

/* Every octet set to some value that an attacker would try. */
static void try_mutations(parser parse, const struct payload *payload)
{
	static const uint8_t values[] = { 0, 1, 3, 4, 8, 0x7f, 0x80, 0xff };
	uint8_t *copy = malloc(payload->len);

	for (size_t i = 0; i < payload->len; i++) {
		for (size_t j = 0; j < sizeof(values); j++) {
			memcpy(copy, payload->body, payload->len);
			copy[i] = values[j];
			parse_exact(parse, copy, payload->len);
		}
	}
	free(copy);
}

static const struct proposal ike_proposal = {
	.protocol = PROTOCOL_IKE,
	.n_transforms = 6,
	.transforms = {
		{ TRANSFORM_ENCR, 20, 256 },
		{ TRANSFORM_ENCR, 20, 128 },
		{ TRANSFORM_PRF, 6, 0 },
		{ TRANSFORM_KE, 31, 0 },
		{ TRANSFORM_ADDKE1, 36, 0 },
		{ TRANSFORM_ADDKE1, 0, 0 },
	},
};

static const struct proposal esp_proposal = {
	.protocol = PROTOCOL_ESP,
	.n_transforms = 2,
	.transforms = { { TRANSFORM_ENCR, 20, 256 }, { TRANSFORM_ESN, 0, 0 } },
};

TEST_F(payload, sa_round_trip)
{
	const struct proposal both[] = { ike_proposal, ike_proposal };
	struct sa_payload sa;

	sa_write(&self->message, both, 2, 0);
	self->view = written(self);
	ASSERT_TRUE(sa_parse(&self->view, &sa));
	ASSERT_EQ(sa.n, 2);
	for (size_t i = 0; i < 2; i++) {
		EXPECT_EQ(sa.proposals[i].number, i + 1);
		EXPECT_EQ(sa.proposals[i].protocol, PROTOCOL_IKE);
		EXPECT_EQ(sa.esp_spi[i], 0);
		ASSERT_EQ(sa.proposals[i].n_transforms, 6);
		for (size_t j = 0; j < 6; j++) {
			const struct transform *is = &sa.proposals[i].transforms[j];
			const struct transform *was = &ike_proposal.transforms[j];

			EXPECT_EQ(is->type, was->type);
			EXPECT_EQ(is->id, was->id);
			EXPECT_EQ(is->key_bits, was->key_bits);
		}
	}
}

TEST_F(payload, sa_octets)
{
	/* RFC 7296 sections 3.3.1 to 3.3.5, by hand. */
	static const uint8_t expected[] = {
		0, 0, 0, 32, 1, PROTOCOL_ESP, 4, 2, 0xde, 0xad, 0xbe, 0xef,
		3, 0, 0, 12, TRANSFORM_ENCR, 0, 0, 20, 0x80, 14, 1, 0,
		0, 0, 0, 8, TRANSFORM_ESN, 0, 0, 0,
	};

	sa_write(&self->message, &esp_proposal, 1, 0xdeadbeef);
	self->view = written(self);
	ASSERT_EQ(self->view.len, sizeof(expected));
	EXPECT_EQ(memcmp(self->view.body, expected, sizeof(expected)), 0);
}

TEST_F(payload, sa_keeps_the_number_of_a_choice)
{
	struct proposal chosen = esp_proposal;
	struct sa_payload sa;

	chosen.number = 7;
	sa_write(&self->message, &chosen, 1, 0x01020304);
	self->view = written(self);
	ASSERT_TRUE(sa_parse(&self->view, &sa));
	EXPECT_EQ(sa.proposals[0].number, 7);
	EXPECT_EQ(sa.esp_spi[0], 0x01020304);
}

/* A choice is told by its number alone. */
TEST_F(payload, sa_numbers_ascend)
{
	struct proposal list[] = { esp_proposal, esp_proposal };
	struct sa_payload sa;
	uint8_t *second;

	sa_write(&self->message, list, 2, 0x01020304);
	self->view = written(self);
	ASSERT_TRUE(sa_parse(&self->view, &sa));
	ASSERT_EQ(sa.n, 2);
	second = self->buffer + HEADER +
		 (self->buffer[HEADER + 2] << 8 | self->buffer[HEADER + 3]);
	ASSERT_EQ(second[4], 2);
	second[4] = 1;
	EXPECT_FALSE(sa_parse(&self->view, &sa));
	self->buffer[HEADER + 4] = 0;
	EXPECT_FALSE(sa_parse(&self->view, &sa));
}

TEST_F(payload, sa_unknown_attribute_spoils_its_transform)
{
	static const uint8_t body[] = {
		0, 0, 0, 28, 1, PROTOCOL_IKE, 0, 1,
		0, 0, 0, 20, TRANSFORM_ENCR, 0, 0, 20,
		0x80, 14, 1, 0, 0, 99, 0, 4, 1, 2, 3, 4,
	};
	struct payload payload = { .body = body, .len = sizeof(body) };
	struct sa_payload sa;

	self->view = payload;
	ASSERT_TRUE(sa_parse(&self->view, &sa));
	ASSERT_EQ(sa.n, 1);
	EXPECT_EQ(sa.proposals[0].transforms[0].id, TRANSFORM_ID_UNKNOWN);
	EXPECT_EQ(count_truncations_taken(parse_sa, &self->view), 0);
	try_mutations(parse_sa, &self->view);
}

TEST_F(payload, sa_too_many_transforms_or_proposals)
{
	struct proposal many = ike_proposal;
	struct proposal list[SA_PROPOSALS_MAX + 3];
	struct sa_payload sa;

	for (size_t i = 0; i < SA_PROPOSALS_MAX + 3; i++)
		list[i] = esp_proposal;
	sa_write(&self->message, list, SA_PROPOSALS_MAX + 3, 1);
	self->view = written(self);
	ASSERT_TRUE(sa_parse(&self->view, &sa));
	EXPECT_EQ(sa.n, SA_PROPOSALS_MAX);

	for (size_t i = 0; i < PROPOSAL_TRANSFORMS_MAX; i++)
		many.transforms[i] = (struct transform){ TRANSFORM_PRF, 5, 0 };
	many.n_transforms = PROPOSAL_TRANSFORMS_MAX;
	chain_begin(&self->message, self->buffer, sizeof(self->buffer));
	sa_write(&self->message, &many, 1, 0);
	self->view = written(self);
	ASSERT_TRUE(sa_parse(&self->view, &sa));
	EXPECT_EQ(sa.n, 1);
	/* one more, by hand: all of it is understood, none of it is offered */
	memcpy(self->buffer + self->message.writer.len,
	       self->buffer + self->message.writer.len - 8, 8);
	self->buffer[self->message.writer.len - 8] = 3;
	self->view.len += 8;
	self->buffer[HEADER + 3] = (uint8_t)self->view.len;
	self->buffer[HEADER + 2] = (uint8_t)(self->view.len >> 8);
	self->buffer[HEADER + 7]++;
	ASSERT_TRUE(sa_parse(&self->view, &sa));
	EXPECT_EQ(sa.n, 0);
}

TEST_F(payload, sa_esp_needs_an_spi)
{
	struct sa_payload sa;

	sa_write(&self->message, &esp_proposal, 1, 0);
	self->view = written(self);
	ASSERT_TRUE(sa_parse(&self->view, &sa));
	EXPECT_EQ(sa.n, 0);
}

TEST_F(payload, sa_hostile)
{
	const struct proposal both[] = { ike_proposal, esp_proposal };

	sa_write(&self->message, both, 2, 5);
	self->view = written(self);
	EXPECT_EQ(count_truncations_taken(parse_sa, &self->view), 0);
	try_mutations(parse_sa, &self->view);
}

TEST_F(payload, ke)
{
	uint8_t data[1184];
	struct ke_payload ke;

	memset(data, 0x5a, sizeof(data));
	ke_write(&self->message, 36, data, sizeof(data));
	self->view = written(self);
	ASSERT_TRUE(ke_parse(&self->view, &ke));
	EXPECT_EQ(ke.method, 36);
	ASSERT_EQ(ke.len, sizeof(data));
	EXPECT_EQ(memcmp(ke.data, data, sizeof(data)), 0);
	for (size_t len = 0; len <= 4; len++)
		EXPECT_FALSE(parse_exact(parse_ke, self->view.body, len));
}

TEST_F(payload, nonce_sizes)
{
	uint8_t data[NONCE_MAX + 1] = { 0 };
	struct payload nonce = { .body = data };
	struct nonce parsed;

	for (nonce.len = 0; nonce.len < NONCE_MIN; nonce.len++)
		EXPECT_FALSE(nonce_parse(&nonce, &parsed));
	nonce.len = NONCE_MIN;
	EXPECT_TRUE(nonce_parse(&nonce, &parsed));
	nonce.len = NONCE_MAX;
	EXPECT_TRUE(nonce_parse(&nonce, &parsed));
	nonce.len = NONCE_MAX + 1;
	EXPECT_FALSE(nonce_parse(&nonce, &parsed));
}

TEST_F(payload, notify)
{
	struct notify_payload notify;

	notify_write(&self->message, COOKIE, (const uint8_t *)"abc", 3);
	self->view = written(self);
	ASSERT_TRUE(notify_parse(&self->view, &notify));
	EXPECT_EQ(notify.type, COOKIE);
	EXPECT_EQ(notify.spi_len, 0);
	EXPECT_EQ(notify.len, 3);
	EXPECT_EQ(memcmp(notify.data, "abc", 3), 0);
	for (size_t len = 0; len < 4; len++)
		EXPECT_FALSE(parse_exact(parse_notify, self->view.body, len));
	self->buffer[HEADER + 1] = 4; /* an SPI longer than the body */
	EXPECT_FALSE(notify_parse(&self->view, &notify));
}

TEST_F(payload, delete_ike)
{
	struct delete_payload deleted;

	delete_ike_write(&self->message);
	self->view = written(self);
	ASSERT_TRUE(delete_parse(&self->view, &deleted));
	EXPECT_EQ(deleted.protocol, PROTOCOL_IKE);
	EXPECT_EQ(deleted.n, 0);
	EXPECT_EQ(count_truncations_taken(parse_delete, &self->view), 0);
	try_mutations(parse_delete, &self->view);
}

TEST_F(payload, delete_esp)
{
	const uint32_t spis[] = { 0x01020304, 0xfffffffe };
	struct delete_payload deleted;

	delete_esp_write(&self->message, spis, 2);
	self->view = written(self);
	ASSERT_TRUE(delete_parse(&self->view, &deleted));
	EXPECT_EQ(deleted.protocol, PROTOCOL_ESP);
	ASSERT_EQ(deleted.n, 2);
	EXPECT_EQ(deleted.spis[0], spis[0]);
	EXPECT_EQ(deleted.spis[1], spis[1]);
	EXPECT_EQ(count_truncations_taken(parse_delete, &self->view), 0);
	try_mutations(parse_delete, &self->view);
}

TEST_F(payload, delete_more_spis_than_room)
{
	uint32_t spis[DELETE_SPIS_MAX + 5] = { 0 };
	struct delete_payload deleted;

	delete_esp_write(&self->message, spis, DELETE_SPIS_MAX + 5);
	self->view = written(self);
	ASSERT_TRUE(delete_parse(&self->view, &deleted));
	EXPECT_EQ(deleted.n, DELETE_SPIS_MAX);
}

TEST_F(payload, id)
{
	const struct identity id = { .type = ID_FQDN, .len = 4, .data = "moon" };
	uint8_t body[4 + IDENTITY_DATA_MAX + 1] = { ID_KEY_ID };
	struct identity parsed;

	id_write(&self->message, PAYLOAD_IDI, &id);
	self->view = written(self);
	ASSERT_TRUE(id_parse(&self->view, &parsed));
	EXPECT_TRUE(identity_equal(&id, &parsed));
	for (size_t len = 0; len <= 4; len++)
		EXPECT_FALSE(parse_exact(parse_id, body, len));
	EXPECT_TRUE(parse_exact(parse_id, body, sizeof(body) - 1));
	EXPECT_FALSE(parse_exact(parse_id, body, sizeof(body)));
}

TEST_F(payload, ts_ipv4)
{
	const struct prefixes prefixes = { .n = 1, .list = { {
		.family = AF_INET, .address = { 10, 1, 0, 0 }, .length = 16,
		.protocol = 6, .port = 443,
	} } };
	/* RFC 7296 section 3.13.1, by hand. */
	static const uint8_t expected[] = {
		1, 0, 0, 0, 7, 6, 0, 16, 1, 187, 1, 187,
		10, 1, 0, 0, 10, 1, 255, 255,
	};
	struct selectors selectors;

	ts_write(&self->message, PAYLOAD_TSI, &prefixes);
	self->view = written(self);
	ASSERT_EQ(self->view.len, sizeof(expected));
	EXPECT_EQ(memcmp(self->view.body, expected, sizeof(expected)), 0);
	ASSERT_TRUE(ts_parse(&self->view, &selectors));
	ASSERT_EQ(selectors.n, 1);
	EXPECT_EQ(selectors.list[0].family, AF_INET);
	EXPECT_EQ(selectors.list[0].protocol, 6);
	EXPECT_EQ(selectors.list[0].start_port, 443);
	EXPECT_EQ(selectors.list[0].end_port, 443);
	EXPECT_EQ(count_truncations_taken(parse_ts, &self->view), 0);
	try_mutations(parse_ts, &self->view);
}

TEST_F(payload, ts_ipv6)
{
	const struct prefixes prefixes = { .n = 1, .list = { {
		.family = AF_INET6, .address = { 0x20, 1, 0xd, 0xb8 }, .length = 45,
	} } };
	struct selectors selectors;

	ts_write(&self->message, PAYLOAD_TSR, &prefixes);
	self->view = written(self);
	ASSERT_TRUE(ts_parse(&self->view, &selectors));
	ASSERT_EQ(selectors.n, 1);
	EXPECT_EQ(selectors.list[0].start_port, 0);
	EXPECT_EQ(selectors.list[0].end_port, 65535);
	EXPECT_EQ(selectors.list[0].end[5], 7);
	EXPECT_EQ(selectors.list[0].end[15], 255);
	EXPECT_EQ(count_truncations_taken(parse_ts, &self->view), 0);
	try_mutations(parse_ts, &self->view);
}

TEST_F(payload, ts_unknown_type_is_left_out)
{
	static const uint8_t body[] = { 1, 0, 0, 0, 9, 0, 0, 8, 0, 0, 0, 0 };
	struct payload payload = { .body = body, .len = sizeof(body) };
	struct selectors selectors;

	ASSERT_TRUE(ts_parse(&payload, &selectors));
	EXPECT_EQ(selectors.n, 0);
}

TEST_HARNESS_MAIN
