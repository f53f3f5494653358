// SPDX-License-Identifier: GPL-2.0
/* IKE header and chain of payloads. */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"
#include "wire/message.h"
#include "wire/payload.h"

#define CHAIN_OFFSET IKE_HEADER_SIZE

static const struct ike_header header = {
	.spi_i = { 1, 2, 3, 4, 5, 6, 7, 8 },
	.spi_r = { 9, 10, 11, 12, 13, 14, 15, 16 },
	.version = IKE_VERSION,
	.exchange_type = IKE_SA_INIT,
	.flags = IKE_FLAG_INITIATOR,
	.message_id = 0x01020304,
};

/* A copy of its own size, so that the sanitizer sees a read past its end. */
static uint8_t *exact_copy(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	memcpy(copy, data, len);
	return copy;
}

static size_t write_message(uint8_t *buffer, size_t size)
{
	static const uint8_t octets[40] = { 0xaa };
	const struct nonce nonce = { .len = 32 };
	struct message_writer message;

	message_begin(&message, buffer, size, &header);
	ke_write(&message, 31, octets, 32);
	nonce_write(&message, &nonce);
	notify_write(&message, IKEV2_FRAGMENTATION_SUPPORTED, NULL, 0);
	return message_end(&message) ? message.writer.len : 0;
}

TEST(header_round_trip)
{
	struct ike_header parsed;
	uint8_t buffer[256];
	size_t len = write_message(buffer, sizeof(buffer));

	ASSERT_EQ(len, 28 + 40 + 36 + 8);
	ASSERT_TRUE(header_parse(buffer, len, &parsed));
	EXPECT_EQ(memcmp(parsed.spi_i, header.spi_i, IKE_SPI_SIZE), 0);
	EXPECT_EQ(memcmp(parsed.spi_r, header.spi_r, IKE_SPI_SIZE), 0);
	EXPECT_EQ(parsed.next_payload, PAYLOAD_KE);
	EXPECT_EQ(parsed.version, IKE_VERSION);
	EXPECT_EQ(parsed.exchange_type, IKE_SA_INIT);
	EXPECT_EQ(parsed.flags, IKE_FLAG_INITIATOR);
	EXPECT_EQ(parsed.message_id, header.message_id);
	EXPECT_EQ(parsed.length, len);
}

TEST(header_wrong_length)
{
	struct ike_header parsed;
	uint8_t buffer[257] = { 0 };
	size_t len = write_message(buffer, sizeof(buffer) - 1);

	EXPECT_FALSE(header_parse(buffer, len + 1, &parsed));
	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *copy = exact_copy(buffer, cut);

		EXPECT_FALSE(header_parse(copy, cut, &parsed));
		free(copy);
	}
}

TEST(chain_round_trip)
{
	struct payloads payloads;
	struct notify_payload notify;
	uint8_t buffer[256];
	uint8_t offender;
	size_t len = write_message(buffer, sizeof(buffer));

	ASSERT_EQ(payloads_parse(PAYLOAD_KE, buffer + CHAIN_OFFSET,
				 len - CHAIN_OFFSET, &payloads, &offender), 0);
	ASSERT_EQ(payloads.n, 3);
	EXPECT_EQ(payloads.list[0].type, PAYLOAD_KE);
	EXPECT_EQ(payloads.list[0].len, 36);
	EXPECT_EQ(payloads.list[1].type, PAYLOAD_NONCE);
	EXPECT_EQ(payloads.list[1].len, 32);
	EXPECT_EQ(payloads.list[2].type, PAYLOAD_NOTIFY);
	EXPECT_TRUE(notify_find(&payloads, IKEV2_FRAGMENTATION_SUPPORTED, &notify));
	EXPECT_FALSE(notify_find(&payloads, COOKIE, &notify));
	EXPECT_FALSE(notify_find_error(&payloads, &notify));
	EXPECT_EQ(payloads_find(&payloads, PAYLOAD_SA), NULL);
}

TEST(chain_truncated_at_every_length)
{
	struct payloads payloads;
	uint8_t buffer[256];
	uint8_t offender;
	size_t len = write_message(buffer, sizeof(buffer)) - CHAIN_OFFSET;

	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *copy = exact_copy(buffer + CHAIN_OFFSET, cut);

		EXPECT_EQ(payloads_parse(PAYLOAD_KE, copy, cut, &payloads,
					 &offender), INVALID_SYNTAX);
		free(copy);
	}
}

TEST(chain_with_more_behind_it)
{
	struct payloads payloads;
	uint8_t buffer[256] = { 0 };
	uint8_t offender;
	size_t len = write_message(buffer, sizeof(buffer)) - CHAIN_OFFSET;

	EXPECT_EQ(payloads_parse(PAYLOAD_KE, buffer + CHAIN_OFFSET, len + 1,
				 &payloads, &offender), INVALID_SYNTAX);
	EXPECT_EQ(payloads_parse(PAYLOAD_NONE, buffer, 1, &payloads, &offender),
		  INVALID_SYNTAX);
	EXPECT_EQ(payloads_parse(PAYLOAD_NONE, buffer, 0, &payloads, &offender),
		  0);
	EXPECT_EQ(payloads.n, 0);
}

TEST(chain_hostile_lengths)
{
	static const uint16_t lengths[] = { 0, 1, 3, 37, 0x7fff, 0xffff };
	struct payloads payloads;
	uint8_t buffer[256];
	uint8_t offender;
	size_t len = write_message(buffer, sizeof(buffer)) - CHAIN_OFFSET;
	uint8_t *copy = exact_copy(buffer + CHAIN_OFFSET, len);

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		copy[2] = (uint8_t)(lengths[i] >> 8);
		copy[3] = (uint8_t)lengths[i];
		EXPECT_NE(payloads_parse(PAYLOAD_KE, copy, len, &payloads,
					 &offender), 0);
	}
	free(copy);
}

TEST(unknown_payloads)
{
	static const uint8_t plain[] = { PAYLOAD_NONE, 0, 0, 5, 0xff };
	static const uint8_t critical[] = { PAYLOAD_NONE, 0x80, 0, 5, 0xff };
	struct payloads payloads;
	uint8_t offender;

	EXPECT_EQ(payloads_parse(200, plain, sizeof(plain), &payloads, &offender),
		  0);
	EXPECT_EQ(payloads.n, 0);
	EXPECT_EQ(payloads_parse(200, critical, sizeof(critical), &payloads,
				 &offender), UNSUPPORTED_CRITICAL_PAYLOAD);
	EXPECT_EQ(offender, 200);
	/* RFC 7296 section 2.5: the bit means nothing on what is understood. */
	EXPECT_EQ(payloads_parse(PAYLOAD_VENDOR_ID, critical, sizeof(critical),
				 &payloads, &offender), 0);
}

TEST(payload_that_may_be_there_once)
{
	struct message_writer message;
	const struct nonce nonce = { .len = 32 };
	struct payloads payloads;
	uint8_t buffer[256] = { 0 };
	uint8_t offender;

	chain_begin(&message, buffer, sizeof(buffer));
	nonce_write(&message, &nonce);
	nonce_write(&message, &nonce);
	ASSERT_TRUE(message_end(&message));
	EXPECT_EQ(payloads_parse(PAYLOAD_NONCE, buffer, message.writer.len,
				 &payloads, &offender), INVALID_SYNTAX);
}

TEST(too_many_payloads)
{
	struct message_writer message;
	struct payloads payloads;
	uint8_t buffer[1024];
	uint8_t offender;

	chain_begin(&message, buffer, sizeof(buffer));
	for (size_t i = 0; i <= PAYLOADS_MAX; i++)
		notify_write(&message, COOKIE, NULL, 0);
	delete_ike_write(&message);
	ke_write(&message, 31, (const uint8_t *)"ke", 2);
	ASSERT_TRUE(message_end(&message));
	ASSERT_EQ(payloads_parse(PAYLOAD_NOTIFY, buffer, message.writer.len,
				 &payloads, &offender), 0);
	EXPECT_LT(payloads.n, PAYLOADS_MAX);
	EXPECT_NE(payloads_find(&payloads, PAYLOAD_DELETE), NULL);
	EXPECT_NE(payloads_find(&payloads, PAYLOAD_KE), NULL);
}

TEST(writer_keeps_its_bound)
{
	uint8_t whole[256];
	size_t len = write_message(whole, sizeof(whole));

	for (size_t size = 0; size < len; size++) {
		uint8_t *buffer = malloc(size ? size : 1);

		EXPECT_EQ(write_message(buffer, size), 0);
		free(buffer);
	}
	EXPECT_EQ(write_message(whole, len), len);
}

TEST(names)
{
	EXPECT_STREQ(notify_name(NO_PROPOSAL_CHOSEN), "NO_PROPOSAL_CHOSEN");
	EXPECT_STREQ(notify_name(9999), "notify");
	EXPECT_STREQ(exchange_name(IKE_INTERMEDIATE), "IKE_INTERMEDIATE");
	EXPECT_STREQ(exchange_name(1), "exchange");
}

TEST_HARNESS_MAIN
